//! Ends of a client while its tokens are in use.

use hodlxxi_kernel::audit::Action;

use super::{Fixture, NOW, race, sample};
use crate::grant::RotateOutcome;

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
                let act = sample::act(Action::ClientDeleted);
                assert!(stores.clients.delete_client(&client, &act).unwrap());
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
        let disable = |at| {
            let act = sample::act(Action::ClientDisabled);
            assert!(
                stores
                    .clients
                    .set_client_disabled(&client, at, &act)
                    .unwrap()
            );
        };
        let tokens = race(|index| match index {
            // Two at once, and one of them may find the other at work.
            7 | 8 => {
                disable(Some(NOW));
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
        disable(None);
        let first = families.iter().map(|family| family.access);
        for access in tokens.into_iter().flatten().chain(first) {
            assert_eq!(stores.grants.access_token(&access, NOW).unwrap(), None);
        }
    }
}
