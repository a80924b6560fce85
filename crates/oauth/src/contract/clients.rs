//! [`ClientStore`](crate::client::ClientStore).

use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{ClientTier, StoreErrorKind};

use super::{Fixture, NOW, race, sample};
use crate::client::{ClientOrigin, InitialAccessToken};
use crate::grant::RedeemOutcome;

/// Every member survives.
pub fn a_client_reads_back_as_it_was_kept(fixture: &impl Fixture) {
    let clients = fixture.stores().clients;
    for origin in [ClientOrigin::Registered, ClientOrigin::Administrator] {
        let client = sample::client(origin, 0);
        assert_eq!(clients.client(&client.id).unwrap(), None);
        clients
            .insert_client(&client, &sample::act(Action::ClientRegistered))
            .unwrap();
        assert_eq!(clients.client(&client.id).unwrap(), Some(client));
    }
    assert_eq!(clients.count_clients().unwrap(), 2);
}

/// A second client of the same id is a conflict.
pub fn an_id_is_taken_once(fixture: &impl Fixture) {
    let clients = fixture.stores().clients;
    let client = sample::client(ClientOrigin::Registered, 0);
    clients
        .insert_client(&client, &sample::act(Action::ClientRegistered))
        .unwrap();
    let again = clients
        .insert_client(&client, &sample::act(Action::ClientRegistered))
        .unwrap_err();
    assert_eq!(again.kind(), StoreErrorKind::Conflict);
}

/// Metadata always, the secret where given.
pub fn an_update_replaces_only_what_is_given(fixture: &impl Fixture) {
    let clients = fixture.stores().clients;
    let mut client = sample::client(ClientOrigin::Registered, 0);
    let metadata = sample::metadata("another name");
    assert!(
        !clients
            .update_client(
                &client.id,
                &metadata,
                None,
                &sample::act(Action::ClientUpdated)
            )
            .unwrap()
    );
    assert!(
        !clients
            .set_client_secret(
                &client.id,
                &sample::hash(),
                None,
                &sample::act(Action::ClientSecretRotated)
            )
            .unwrap()
    );
    clients
        .insert_client(&client, &sample::act(Action::ClientRegistered))
        .unwrap();

    assert!(
        clients
            .update_client(
                &client.id,
                &metadata,
                None,
                &sample::act(Action::ClientUpdated)
            )
            .unwrap()
    );
    client.metadata = metadata.clone();
    assert_eq!(clients.client(&client.id).unwrap().as_ref(), Some(&client));

    let secret = sample::hash();
    clients
        .update_client(
            &client.id,
            &metadata,
            Some(&secret),
            &sample::act(Action::ClientUpdated),
        )
        .unwrap();
    client.secret_hash = Some(secret);
    assert_eq!(clients.client(&client.id).unwrap().as_ref(), Some(&client));

    let secret = sample::hash();
    assert!(
        clients
            .set_client_secret(
                &client.id,
                &secret,
                None,
                &sample::act(Action::ClientSecretRotated)
            )
            .unwrap()
    );
    client.secret_hash = Some(secret);
    assert_eq!(clients.client(&client.id).unwrap(), Some(client));
}

/// Paging finds each client once, newest first.
pub fn pages_run_from_new_to_old_and_end(fixture: &impl Fixture) {
    let clients = fixture.stores().clients;
    let made: Vec<_> = (0..5)
        .map(|age| sample::client(ClientOrigin::Registered, age))
        .collect();
    for client in made.iter().rev() {
        clients
            .insert_client(client, &sample::act(Action::ClientRegistered))
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = clients.clients(before.as_ref(), 2).unwrap();
        assert!(page.clients.len() <= 2);
        seen.extend(page.clients);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, made);
}

/// Disabling is kept and revokes every grant; enabling clears the mark and restores no grant.
pub fn disabling_revokes_and_enabling_does_not_restore(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let id = sample::kept_client(fixture);
    let family = sample::family(fixture, &id);
    assert!(
        stores
            .clients
            .set_client_disabled(&id, Some(NOW), &sample::act(Action::ClientDisabled))
            .unwrap()
    );
    let disabled = stores.clients.client(&id).unwrap().unwrap();
    assert_eq!(disabled.disabled_at, Some(NOW));
    assert_eq!(
        stores.grants.access_token(&family.access, NOW).unwrap(),
        None
    );

    assert!(
        stores
            .clients
            .set_client_disabled(&id, None, &sample::act(Action::ClientDisabled))
            .unwrap()
    );
    assert_eq!(
        stores.clients.client(&id).unwrap().unwrap().disabled_at,
        None
    );
    assert_eq!(
        stores.grants.access_token(&family.access, NOW).unwrap(),
        None
    );
    let unknown = sample::client(ClientOrigin::Registered, 0).id;
    assert!(
        !stores
            .clients
            .set_client_disabled(&unknown, None, &sample::act(Action::ClientDisabled))
            .unwrap()
    );
}

/// A tier is kept, and told with the client's tokens at once.
pub fn a_tier_is_given_and_taken_back(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let id = sample::kept_client(fixture);
    let family = sample::family(fixture, &id);
    for tier in [ClientTier::Premium, ClientTier::Free, ClientTier::Paid] {
        assert!(
            stores
                .clients
                .set_client_tier(&id, tier, &sample::act(Action::ClientTierSet))
                .unwrap()
        );
        let client = stores.clients.client(&id).unwrap().unwrap();
        assert_eq!(client.tier, tier);
        let active = stores.grants.access_token(&family.access, NOW).unwrap();
        assert_eq!(active.map(|active| active.tier), Some(tier));
    }
    let unknown = sample::client(ClientOrigin::Registered, 0).id;
    let paid = ClientTier::Paid;
    assert!(
        !stores
            .clients
            .set_client_tier(&unknown, paid, &sample::act(Action::ClientTierSet))
            .unwrap()
    );
}

/// Grants, tokens and consents go with their client, and its codes are worthless.
pub fn deleting_takes_everything_along(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let id = sample::kept_client(fixture);
    let family = sample::family(fixture, &id);
    let code = sample::kept_code(fixture, &id);
    let user = &code.authorized.user;
    let consent = sample::consent("openid", &[]);
    stores
        .consents
        .remember_consent(user, &id, &consent, NOW, &sample::act(Action::ConsentGiven))
        .unwrap();

    assert!(
        stores
            .clients
            .delete_client(&id, &sample::act(Action::ClientDeleted))
            .unwrap()
    );
    assert_eq!(stores.clients.client(&id).unwrap(), None);
    let redemption = sample::redemption(&code, NOW);
    let refused = stores.grants.redeem(&redemption).unwrap();
    assert_eq!(refused, RedeemOutcome::Refused);
    assert_eq!(
        stores.grants.access_token(&family.access, NOW).unwrap(),
        None
    );
    assert_eq!(stores.grants.refresh_token(&family.refresh).unwrap(), None);
    assert_eq!(stores.consents.consent(user, &id).unwrap(), None);
    assert!(
        !stores
            .clients
            .delete_client(&id, &sample::act(Action::ClientDeleted))
            .unwrap()
    );
}

/// Of many at once exactly as many register as the token has uses; an expired one serves nobody.
pub fn an_initial_token_serves_as_often_as_it_says(fixture: &impl Fixture) {
    let clients = fixture.stores().clients;
    let token = InitialAccessToken {
        hash: sample::hash(),
        uses: 3,
        expires_at: NOW.plus(60),
    };
    clients
        .insert_initial_access_token(&token, &sample::act(Action::RegistrationTokenMade))
        .unwrap();
    let register = |now| {
        let client = sample::client(ClientOrigin::Registered, 0);
        clients
            .insert_client_with_token(
                &client,
                &token.hash,
                now,
                &sample::act(Action::ClientRegistered),
            )
            .unwrap()
    };
    let is_live = |now| {
        clients
            .is_initial_access_token_live(&token.hash, now)
            .unwrap()
    };
    assert!(!register(NOW.plus(60)) && !is_live(NOW.plus(60)));
    assert!(is_live(NOW));
    let taken = race(|_| register(NOW));
    assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 3);
    assert_eq!(clients.count_clients().unwrap(), 3);
    assert!(!is_live(NOW));
    let client = sample::client(ClientOrigin::Registered, 0);
    assert!(
        !clients
            .insert_client_with_token(
                &client,
                &sample::hash(),
                NOW,
                &sample::act(Action::ClientRegistered)
            )
            .unwrap()
    );
}

/// Self-registered, never used and old: all three, and no more than the limit.
pub fn only_strangers_never_used_are_purged(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let (old, young) = (1_000, 10);
    let gone = [
        sample::client(ClientOrigin::Registered, old),
        sample::client(ClientOrigin::Registered, old),
    ];
    let used = sample::client(ClientOrigin::Registered, old);
    let kept = [
        sample::client(ClientOrigin::Administrator, old),
        sample::client(ClientOrigin::Registered, young),
    ];
    for client in gone.iter().chain(&kept).chain([&used]) {
        stores
            .clients
            .insert_client(client, &sample::act(Action::ClientRegistered))
            .unwrap();
    }
    let grant = sample::machine_grant(&used.id);
    stores
        .grants
        .issue(
            &grant,
            &sample::access(&grant.id, NOW),
            &sample::act(Action::TokenGranted),
        )
        .unwrap();

    let purge = |limit| {
        stores
            .clients
            .purge_unused_clients(NOW.minus(100), limit, &sample::act(Action::ClientsExpired))
            .unwrap()
    };
    assert_eq!((purge(1), purge(10), purge(10)), (1, 1, 0));
    for client in &gone {
        assert_eq!(stores.clients.client(&client.id).unwrap(), None);
    }
    for client in kept.iter().chain([&used]) {
        assert!(stores.clients.client(&client.id).unwrap().is_some());
    }
}

/// A redemption and a machine's token note that the client was used, to within a day.
pub fn a_use_is_noted(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let (person, machine) = (sample::kept_client(fixture), sample::kept_client(fixture));
    sample::family(fixture, &person);
    let grant = sample::machine_grant(&machine);
    stores
        .grants
        .issue(
            &grant,
            &sample::access(&grant.id, NOW),
            &sample::act(Action::TokenGranted),
        )
        .unwrap();
    for id in [person, machine] {
        let used = stores
            .clients
            .client(&id)
            .unwrap()
            .unwrap()
            .last_used_at
            .unwrap();
        assert!(NOW.seconds_since(used).abs() <= 24 * 3_600);
    }
}

/// A rotation notes it too, to within a day.
pub fn a_rotation_notes_the_use(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let client = sample::kept_client(fixture);
    let family = sample::family_of(fixture, &client, sample::lasting_refresh());
    let later = NOW.plus(24 * 3_600 + 1);
    let rotation = sample::rotation(&family.refresh, &family.grant.id, later);
    stores.grants.rotate(&rotation).unwrap();
    let client = stores.clients.client(&client).unwrap().unwrap();
    assert_eq!(client.last_used_at, Some(later));
}
