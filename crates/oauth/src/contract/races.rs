//! Ends of clients, people and what there is between them, while it is in use and beside each other.

use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{ClientId, SecretHash, UserId};

use super::{Fixture, NOW, is_live, is_revoked, race, sample};
use crate::grant::{Authorized, RedeemOutcome, Redemption, RefreshRecord, RotateOutcome, Rotation};
use crate::provider::Stores;

/// How often what could go wrong is tried.
const ROUNDS: usize = 10;

/// A client is removed while many refresh: nobody stands in anybody's way, and nothing is left.
pub fn a_client_is_deleted_while_many_refresh(fixture: &impl Fixture) {
    let stores = fixture.stores();
    for _ in 0..ROUNDS {
        let client = sample::kept_client(fixture);
        let families: Vec<_> = (0..5).map(|_| sample::family(fixture, &client)).collect();
        let outcomes = race(|index| {
            if index == 7 {
                delete(&stores, &client);
                return None;
            }
            let family = &families[index % families.len()];
            let rotation = sample::rotation(&family.refresh, &family.grant.id, NOW);
            Some((stores.grants.rotate(&rotation).unwrap(), rotation))
        });
        for (outcome, rotation) in outcomes.into_iter().flatten() {
            assert_ne!(outcome, RotateOutcome::Reused);
            let access = stores.grants.access_token(&rotation.access.hash, NOW);
            assert_eq!(access.unwrap(), None);
        }
    }
}

/// A client is disabled while many refresh and redeem: nothing of it lives, not even once it is enabled again.
pub fn nothing_outlives_a_disabling(fixture: &impl Fixture) {
    let stores = fixture.stores();
    for _ in 0..ROUNDS {
        let client = sample::kept_client(fixture);
        let families: Vec<_> = (0..5).map(|_| sample::family(fixture, &client)).collect();
        let codes: Vec<_> = (0..3)
            .map(|_| sample::kept_code(fixture, &client))
            .collect();
        let tokens = race(|index| match index {
            // Two at once, and one of them may find the other at work.
            7 | 8 => {
                disable(&stores, &client);
                None
            }
            13.. => {
                let redemption = sample::redemption(&codes[index - 13], NOW);
                stores.grants.redeem(&redemption).unwrap();
                Some(redemption.access.hash)
            }
            _ => {
                let family = &families[index % families.len()];
                let rotation = sample::rotation(&family.refresh, &family.grant.id, NOW);
                stores.grants.rotate(&rotation).unwrap();
                Some(rotation.access.hash)
            }
        });
        let (act, clients) = (sample::act(Action::ClientEnabled), &stores.clients);
        assert!(clients.set_client_disabled(&client, None, &act).unwrap());
        let first = families.iter().map(|family| family.access);
        for access in tokens.into_iter().flatten().chain(first) {
            assert_eq!(stores.grants.access_token(&access, NOW).unwrap(), None);
        }
    }
}

/// All that ends something is done at once, on the same rows: each is done, so they wait for each other in no circle, and
/// nothing lives on.
pub fn whatever_ends_is_ended_beside_all_else(fixture: &impl Fixture) {
    let stores = &fixture.stores();
    for _ in 0..ROUNDS {
        let clients = [(); 3].map(|()| sample::kept_client(fixture));
        let people = [(); 3].map(|()| sample::authorized(fixture, &fixture.user()));
        let mut families = Vec::new();
        for client in &clients {
            for person in &people {
                let (user, consent) = (&person.user, sample::consent("openid", &[]));
                let act = sample::act(Action::ConsentGiven);
                let remembered = stores
                    .consents
                    .remember_consent(user, client, &consent, NOW, &act);
                remembered.unwrap();
                // One that ends by itself soon, and one that only others end.
                let refresh = [sample::refresh(NOW), sample::lasting_refresh()];
                families.extend(refresh.map(|refresh| connect(stores, client, person, refresh)));
            }
        }
        let rotated = race(|index| {
            match index {
                0 => delete(stores, &clients[0]),
                1 => disable(stores, &clients[1]),
                2 => fixture.disable_user(&people[0].user),
                3 | 4 => withdraw(stores, &people[1].user, &clients),
                5..8 => {
                    let person = &people[index - 5];
                    let (user, session) = (&person.user, &person.session);
                    stores.logouts.queue_logouts(user, session, NOW).unwrap();
                }
                8 => purge(stores),
                9 => revoke(stores, &families),
                // From both ends.
                10..13 => return families.iter().map(|each| rotate(stores, each)).collect(),
                _ => {
                    let rotated = families.iter().rev().map(|each| rotate(stores, each));
                    let mut rotated: Vec<_> = rotated.collect();
                    rotated.reverse();
                    return rotated;
                }
            }
            Vec::new()
        });
        assert_eq!(stores.clients.client(&clients[0]).unwrap(), None);
        for (index, family) in families.iter().enumerate() {
            // Of the client and the person that nothing happened to, what did not end by itself.
            let of_nobody = index >= families.len() - 2;
            let ends_by_itself = index % 2 == 0;
            if of_nobody && ends_by_itself {
                continue;
            }
            let got = rotated.iter().filter_map(|each| each.get(index).copied());
            for access in got.flatten() {
                assert_eq!(is_live(fixture, &access), of_nobody, "{index}");
            }
            assert!(!is_live(fixture, &family.access.hash), "{index}");
            let refresh = &family.refresh.as_ref().unwrap().hash;
            assert_eq!(is_revoked(fixture, refresh), !of_nobody, "{index}");
        }
        while stores.clients.purge_deleted_clients(1_000).unwrap() > 0 {}
        for family in families
            .iter()
            .filter(|each| each.grant.client == clients[0])
        {
            let refresh = &family.refresh.as_ref().unwrap().hash;
            assert_eq!(stores.grants.refresh_token(refresh).unwrap(), None);
        }
    }
}

/// A code of the person's for the client, redeemed, with this refresh token.
fn connect(
    stores: &Stores,
    client: &ClientId,
    person: &Authorized,
    refresh: RefreshRecord,
) -> Redemption {
    let code = sample::code(client, person.clone());
    let redemption = Redemption {
        refresh: Some(refresh),
        ..sample::redemption(&code, NOW)
    };
    let outcome = stores.grants.redeem(&redemption).unwrap();
    assert_eq!(outcome, RedeemOutcome::Redeemed);
    redemption
}

fn delete(stores: &Stores, client: &ClientId) {
    let act = sample::act(Action::ClientDeleted);
    assert!(stores.clients.delete_client(client, &act).unwrap());
}

fn disable(stores: &Stores, client: &ClientId) {
    let act = sample::act(Action::ClientDisabled);
    let clients = &stores.clients;
    assert!(
        clients
            .set_client_disabled(client, Some(NOW), &act)
            .unwrap()
    );
}

fn withdraw(stores: &Stores, user: &UserId, clients: &[ClientId]) {
    for client in clients {
        let act = sample::act(Action::ConsentWithdrawn);
        let withdrawn = stores.consents.withdraw_consent(user, client, NOW, &act);
        withdrawn.unwrap();
    }
}

/// Revokes the first access token of each.
fn revoke(stores: &Stores, families: &[Redemption]) {
    for family in families {
        let act = sample::act(Action::TokenRevoked);
        let (access, client) = (&family.access.hash, &family.grant.client);
        let revoked = stores.grants.revoke_access_token(access, client, NOW, &act);
        revoked.unwrap();
    }
}

/// Removes what has expired when refresh tokens are idle for too long, and before anything that was revoked is forgotten.
fn purge(stores: &Stores) {
    let late = NOW.plus(2_000);
    stores.codes.purge_codes(late, 1_000).unwrap();
    stores.grants.purge_grants(late, 1_000).unwrap();
}

/// Rotates the first refresh token of a family; the access token that this got.
fn rotate(stores: &Stores, family: &Redemption) -> Option<SecretHash> {
    let refresh = family.refresh.as_ref().map(|refresh| refresh.hash);
    let rotation = Rotation {
        // No purge of now removes what takes a token's place now.
        successor: sample::lasting_refresh(),
        ..sample::rotation(&refresh.unwrap(), &family.grant.id, NOW)
    };
    let outcome = stores.grants.rotate(&rotation).unwrap();
    (outcome == RotateOutcome::Rotated).then_some(rotation.access.hash)
}
