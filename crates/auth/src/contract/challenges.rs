//! What a [`ChallengeStore`] promises.

use hodlxxi_kernel::SecretHash;

use super::fixture::{THREADS, at_once};
use crate::account::ChallengeUse::{Live, Used};
use crate::account::{ChallengeStore, ChallengeUse, IssuedChallenge};
use crate::contract::NOW;

const LIMIT: u32 = 5;

/// A challenge that lives for `seconds` from [`NOW`].
fn challenge(name: &str, seconds: i64) -> IssuedChallenge {
    IssuedChallenge {
        name: SecretHash::of(name),
        issued_at: NOW,
        expires_at: NOW.plus(seconds),
    }
}

fn spend(store: &impl ChallengeStore, name: &str) -> ChallengeUse {
    store.spend(&challenge(name, 300), LIMIT).unwrap()
}

fn fail(store: &impl ChallengeStore, name: &str) -> ChallengeUse {
    store.fail(&challenge(name, 300), LIMIT).unwrap()
}

/// Of many threads that spend one challenge at the same time, exactly one is told that it was live.
pub fn one_of_many_spends_wins<S: ChallengeStore>(store: &S) {
    let uses = at_once(THREADS, |_| spend(store, "c"));
    assert_eq!(uses.iter().filter(|u| **u == Live).count(), 1);
}

/// A spent challenge is used ever after.
pub fn a_spent_challenge_stays_spent<S: ChallengeStore>(store: &S) {
    assert_eq!(spend(store, "c"), Live);
    assert_eq!(spend(store, "c"), Used);
    assert_eq!(spend(store, "c"), Used);
}

/// Failures up to the limit find the challenge live; the next one, and a spend, find it burned.
pub fn failures_burn_and_only_at_the_limit<S: ChallengeStore>(store: &S) {
    for _ in 0..LIMIT {
        assert_eq!(fail(store, "burned"), Live);
    }
    assert_eq!(fail(store, "burned"), Used);
    assert_eq!(spend(store, "burned"), Used);
    for _ in 1..LIMIT {
        assert_eq!(fail(store, "almost"), Live);
    }
    assert_eq!(spend(store, "almost"), Live);
    assert_eq!(spend(store, "almost"), Used);
}

/// Of many failures at the same time, as many count as the limit says.
pub fn of_concurrent_failures_only_the_limit_counts<S: ChallengeStore>(store: &S) {
    let uses = at_once(THREADS, |_| fail(store, "c"));
    assert_eq!(uses.iter().filter(|u| **u == Live).count(), 5);
    assert_eq!(spend(store, "c"), Used);
}

/// A failure after the spend is told that the challenge was no longer live.
pub fn a_failure_after_the_spend_comes_too_late<S: ChallengeStore>(store: &S) {
    assert_eq!(spend(store, "c"), Live);
    assert_eq!(fail(store, "c"), Used);
}

/// What happens to one challenge does not happen to another.
pub fn challenges_do_not_touch_each_other<S: ChallengeStore>(store: &S) {
    assert_eq!(spend(store, "a"), Live);
    for _ in 0..LIMIT {
        assert_eq!(fail(store, "b"), Live);
    }
    assert_eq!(spend(store, "c"), Live);
}

/// A purge forgets challenges that expired before now; the others stay used.
pub fn a_purge_forgets_what_expired_and_nothing_else<S: ChallengeStore>(store: &S) {
    let until = |seconds| challenge(&format!("{seconds}"), seconds);
    for seconds in [100, 200, 300] {
        store.spend(&until(seconds), LIMIT).unwrap();
    }
    store.fail(&challenge("failed", 100), LIMIT).unwrap();
    assert_eq!(store.purge_challenges(NOW.plus(100), 10).unwrap(), 0);
    assert_eq!(store.purge_challenges(NOW.plus(201), 10).unwrap(), 3);
    assert_eq!(store.purge_challenges(NOW.plus(201), 10).unwrap(), 0);
    assert_eq!(store.spend(&until(300), LIMIT).unwrap(), Used);
}

/// A purge removes at most as many as it was told, and the rest at the next.
pub fn a_purge_of_challenges_stops_at_its_limit<S: ChallengeStore>(store: &S) {
    for name in ["a", "b", "c"] {
        spend(store, name);
    }
    let later = NOW.plus(1_000);
    assert_eq!(store.purge_challenges(later, 2).unwrap(), 2);
    assert_eq!(store.purge_challenges(later, 2).unwrap(), 1);
}
