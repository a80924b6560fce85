//! Acts: written down with what they did, in the same step, and with what came of them.

use hodlxxi_kernel::UserId;
use hodlxxi_kernel::audit::{Action, AuditEntry, Part};

use super::{Fixture, NOW, race, sample};
use crate::grant::Rotation;

/// What the log says of `person` beside their sign-ins, in the order of its words.
fn told(fixture: &impl Fixture, person: &UserId) -> Vec<String> {
    let audit = fixture.stores().audit;
    let records = audit.concerning(person, Part::Acts, None, 100).unwrap();
    let oauth = records
        .iter()
        .filter(|record| record.action.starts_with("oauth."));
    let mut told: Vec<_> = oauth
        .map(|record| format!("{} {}", record.action, record.outcome))
        .collect();
    told.sort();
    told
}

/// Granted, a second time, and too late: each with the person of the code.
pub fn a_redemption_is_recorded_with_what_came_of_it(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let client = sample::kept_client(fixture);
    let code = sample::kept_code(fixture, &client);
    race(|_| grants.redeem(&sample::redemption(&code, NOW)).unwrap());
    let mut expected = vec!["oauth.code_reused done"; 15];
    expected.push("oauth.token_granted done");
    assert_eq!(told(fixture, &code.authorized.user), expected);

    let late = sample::kept_code(fixture, &client);
    let redemption = sample::redemption(&late, NOW.plus(60));
    grants.redeem(&redemption).unwrap();
    let refused = ["oauth.token_refused refused"];
    assert_eq!(told(fixture, &late.authorized.user), refused);
}

/// Rotated, repeated within the grace, reused after it, and dead.
pub fn a_rotation_is_recorded_with_what_came_of_it(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let family = sample::family(fixture, &sample::kept_client(fixture));
    let user = family.grant.authorized.unwrap().user;
    for after in [0, 5, 100, 200] {
        let now = NOW.plus(after);
        let rotation = sample::rotation(&family.refresh, &family.grant.id, now);
        let act = rotation.act.clone().person(&user);
        grants.rotate(&Rotation { act, ..rotation }).unwrap();
    }
    let expected = [
        "oauth.refresh_reused done",
        "oauth.token_granted done",
        "oauth.token_refreshed done",
        "oauth.token_refreshed repeated",
        "oauth.token_refused refused",
    ];
    assert_eq!(told(fixture, &user), expected);
}

/// Whoever revokes does not say whose grant it was: the store finds it.
pub fn a_revocation_is_recorded_for_whose_grant_it_was(fixture: &impl Fixture) {
    let grants = fixture.stores().grants;
    let client = sample::kept_client(fixture);
    let family = sample::family(fixture, &client);
    let user = family.grant.authorized.unwrap().user;
    let act = || sample::act(Action::TokenRevoked);
    for _ in 0..2 {
        grants
            .revoke_access_token(&family.access, &client, NOW, &act())
            .unwrap();
    }
    for _ in 0..2 {
        grants
            .revoke_refresh_family(&family.refresh, &client, NOW, &act())
            .unwrap();
    }
    let expected = [
        "oauth.token_granted done",
        "oauth.token_revoked done",
        "oauth.token_revoked done",
    ];
    assert_eq!(told(fixture, &user), expected);
}

/// Given, added to, and taken back.
pub fn a_consent_and_its_end_are_recorded(fixture: &impl Fixture) {
    let consents = fixture.stores().consents;
    let (user, client) = (fixture.user(), sample::kept_client(fixture));
    let consent = sample::consent("openid", &[]);
    let act = |action| sample::act(action).person(&user);
    for _ in 0..2 {
        consents
            .remember_consent(&user, &client, &consent, NOW, &act(Action::ConsentGiven))
            .unwrap();
    }
    for _ in 0..2 {
        consents
            .withdraw_consent(&user, &client, NOW, &act(Action::ConsentWithdrawn))
            .unwrap();
    }
    let expected = [
        "oauth.consent_given done",
        "oauth.consent_given done",
        "oauth.consent_withdrawn done",
    ];
    assert_eq!(told(fixture, &user), expected);
}

/// An act that finds nothing to do leaves no entry, whomever it says it concerns.
pub fn what_changes_nothing_is_not_recorded(fixture: &impl Fixture) {
    let stores = fixture.stores();
    let client = sample::kept_client(fixture);
    let nobody = sample::client(crate::client::ClientOrigin::Registered, 0);
    let user = fixture.user();
    let act = |action| -> AuditEntry { sample::act(action).person(&user) };
    let (hash, id) = (sample::hash(), &nobody.id);
    let clients = &stores.clients;
    clients
        .set_client_secret(id, &hash, None, &act(Action::ClientSecretRotated))
        .unwrap();
    clients
        .update_client(id, &nobody.metadata, None, &act(Action::ClientUpdated))
        .unwrap();
    clients
        .set_client_disabled(id, Some(NOW), &act(Action::ClientDisabled))
        .unwrap();
    clients
        .delete_client(id, &act(Action::ClientDeleted))
        .unwrap();
    let registered = act(Action::ClientRegistered);
    clients
        .insert_client_with_token(&nobody, &hash, NOW, &registered)
        .unwrap();
    clients
        .purge_unused_clients(NOW.minus(100), 10, &act(Action::ClientsExpired))
        .unwrap();
    let grants = &stores.grants;
    let revoked = act(Action::TokenRevoked);
    grants
        .revoke_access_token(&hash, &client, NOW, &revoked)
        .unwrap();
    grants
        .revoke_refresh_family(&hash, &client, NOW, &revoked)
        .unwrap();
    let withdrawn = act(Action::ConsentWithdrawn);
    stores
        .consents
        .withdraw_consent(&user, &client, NOW, &withdrawn)
        .unwrap();
    assert!(told(fixture, &user).is_empty());
}
