//! What an [`AuthSessionStore`] promises.

use hodlxxi_kernel::{PublicKey, SessionId};

use super::fixture::{NOW, THREADS, at_once, begin, browser, k1, key, micros, sign_in};
use crate::auth::Action;
use crate::session::Approval::{self, Approved, Expired, Unknown, Used};
use crate::session::{AuthSession, AuthSessionStore, GRACE, LIFETIME, NewAuthSession};

fn approve(store: &impl AuthSessionStore, name: &str, by: PublicKey) -> Approval {
    store.approve(&k1(name), &by, micros(1)).unwrap()
}

fn redeem(store: &impl AuthSessionStore, name: &str) -> Option<PublicKey> {
    store
        .redeem(&k1(name), &browser(name), NOW.plus(2))
        .unwrap()
}

fn peek(store: &impl AuthSessionStore, name: &str) -> AuthSession {
    store.peek(&k1(name)).unwrap().unwrap()
}

fn listed(store: &impl AuthSessionStore, since: i64, limit: u32) -> Vec<(String, PublicKey, i64)> {
    let approved = store.approved_since(since, limit).unwrap();
    let approved = approved.into_iter();
    approved
        .map(|one| (one.k1.to_text(), one.key, one.at))
        .collect()
}

/// A sign-in is found as it was kept, and no other by its name.
pub fn a_sign_in_is_found_as_it_was_kept<S: AuthSessionStore>(store: &S) {
    let session: SessionId = "a-session".parse().unwrap();
    for action in Action::ALL {
        let name = action.as_str();
        let session = action.needs_session().then(|| session.clone());
        let new = NewAuthSession {
            action,
            session: session.clone(),
            ..sign_in(name)
        };
        store.create(&new).unwrap();
        let expected = AuthSession {
            browser: browser(name),
            action,
            session,
            expires_at: NOW.plus(LIFETIME),
            approved_by: None,
            redeemed: false,
        };
        assert_eq!(peek(store, name), expected);
    }
    assert_eq!(store.peek(&k1("another")).unwrap(), None);
}

/// Of many wallets that approve one sign-in at the same time, exactly one does.
pub fn one_of_many_wallets_approves<S: AuthSessionStore>(store: &S) {
    begin(store, "a");
    let outcomes = at_once(THREADS, |n| approve(store, "a", key(n % 6)));
    let winner = outcomes.iter().position(|outcome| *outcome == Approved);
    assert_eq!(outcomes.iter().filter(|o| **o == Approved).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| **o == Used).count(), THREADS - 1);
    assert_eq!(
        peek(store, "a").approved_by,
        winner.map(|n| key(n % 6)),
        "the key of the one that was told so"
    );
}

/// Whoever comes later, be it the same wallet, is told so and changes nothing.
pub fn an_approved_sign_in_stays_approved_by_its_key<S: AuthSessionStore>(store: &S) {
    begin(store, "a");
    assert_eq!(approve(store, "a", key(4)), Approved);
    assert_eq!(approve(store, "a", key(4)), Used);
    assert_eq!(approve(store, "a", key(1)), Used);
    assert_eq!(peek(store, "a").approved_by, Some(key(4)));
    assert_eq!(redeem(store, "a"), Some(key(4)));
    assert_eq!(approve(store, "a", key(1)), Used);
    assert!(peek(store, "a").redeemed);
}

/// A sign-in is approved until its end, and not at its end or after it.
pub fn nothing_is_approved_after_its_end<S: AuthSessionStore>(store: &S) {
    begin(store, "late");
    begin(store, "in time");
    let end = micros(LIFETIME);
    let approve = |name, now| store.approve(&k1(name), &key(0), now).unwrap();
    assert_eq!(approve("late", end), Expired);
    assert_eq!(approve("late", end + 1), Expired);
    assert_eq!(approve("in time", end - 1), Approved);
    assert_eq!(peek(store, "late").approved_by, None);
}

/// What was never kept is unknown.
pub fn what_is_not_known_is_neither_approved_nor_redeemed<S: AuthSessionStore>(store: &S) {
    assert_eq!(approve(store, "a", key(0)), Unknown);
    assert_eq!(redeem(store, "a"), None);
    assert_eq!(listed(store, 0, 10), []);
}

/// Of many that redeem at the same time, exactly one is told the key.
pub fn one_of_many_redeems<S: AuthSessionStore>(store: &S) {
    begin(store, "a");
    approve(store, "a", key(3));
    let outcomes = at_once(THREADS, |_| redeem(store, "a"));
    let told: Vec<_> = outcomes.into_iter().flatten().collect();
    assert_eq!(told, [key(3)]);
    assert_eq!(redeem(store, "a"), None);
}

/// Another browser redeems nothing, and takes nothing from the one that asked.
pub fn only_its_browser_redeems<S: AuthSessionStore>(store: &S) {
    begin(store, "a");
    approve(store, "a", key(0));
    let now = NOW.plus(2);
    assert_eq!(store.redeem(&k1("a"), &browser("b"), now).unwrap(), None);
    assert_eq!(redeem(store, "a"), Some(key(0)));
}

/// What no wallet approved is not redeemed, and can be once one did.
pub fn nothing_is_redeemed_that_was_not_approved<S: AuthSessionStore>(store: &S) {
    begin(store, "a");
    assert_eq!(redeem(store, "a"), None);
    assert!(!peek(store, "a").redeemed);
    approve(store, "a", key(0));
    assert_eq!(redeem(store, "a"), Some(key(0)));
}

/// An approval of the last moment can be redeemed a little later.
pub fn an_approval_is_redeemed_a_little_after_the_end_and_not_later<S: AuthSessionStore>(
    store: &S,
) {
    let end = NOW.plus(LIFETIME + GRACE);
    for name in ["in time", "late"] {
        begin(store, name);
        approve(store, name, key(0));
    }
    let redeem = |name: &str, now| store.redeem(&k1(name), &browser(name), now).unwrap();
    assert_eq!(redeem("late", end), None);
    assert_eq!(redeem("in time", end.minus(1)), Some(key(0)));
}

/// What happens to one sign-in does not happen to another.
pub fn sign_ins_do_not_touch_each_other<S: AuthSessionStore>(store: &S) {
    begin(store, "a");
    begin(store, "b");
    assert_eq!(approve(store, "a", key(0)), Approved);
    assert_eq!(redeem(store, "b"), None);
    assert_eq!(approve(store, "b", key(1)), Approved);
    assert_eq!(redeem(store, "b"), Some(key(1)));
    assert_eq!(redeem(store, "a"), Some(key(0)));
}

/// Approvals are listed with their key from a moment on, that moment included, oldest first, and no more than asked for.
pub fn approvals_are_listed_from_a_moment_on<S: AuthSessionStore>(store: &S) {
    for (n, name) in ["c", "a", "b", "pending"].into_iter().enumerate() {
        begin(store, name);
        if name != "pending" {
            let at = micros(1) + i64::try_from(n).unwrap();
            store.approve(&k1(name), &key(n), at).unwrap();
        }
    }
    let expected: Vec<_> = [("c", 0_i64), ("a", 1), ("b", 2)]
        .into_iter()
        .map(|(name, n)| {
            let by = key(usize::try_from(n).unwrap());
            (k1(name).to_text(), by, micros(1) + n)
        })
        .collect();
    assert_eq!(listed(store, 0, 10), expected);
    assert_eq!(listed(store, micros(1), 10), expected);
    assert_eq!(listed(store, micros(1) + 1, 10), expected[1..]);
    assert_eq!(listed(store, micros(1), 2), expected[..2]);
    assert_eq!(listed(store, micros(1) + 3, 10), []);
}

/// Whoever waits for an approval may look after it was redeemed.
pub fn what_is_redeemed_is_still_listed<S: AuthSessionStore>(store: &S) {
    begin(store, "a");
    approve(store, "a", key(0));
    redeem(store, "a");
    assert_eq!(listed(store, micros(0), 10).len(), 1);
}

/// A sign-in is counted until it is redeemed or expires.
pub fn what_is_under_way_is_counted<S: AuthSessionStore>(store: &S) {
    let count = |now| store.count_auth_sessions(now).unwrap();
    assert_eq!(count(NOW), 0);
    for name in ["a", "b", "c"] {
        begin(store, name);
    }
    approve(store, "a", key(0));
    assert_eq!(count(NOW), 3);
    redeem(store, "a");
    assert_eq!(count(NOW), 2);
    assert_eq!(count(NOW.plus(LIFETIME - 1)), 2);
    assert_eq!(count(NOW.plus(LIFETIME)), 0);
}

/// A purge forgets what expired before now.
pub fn a_purge_forgets_what_expired_and_nothing_else<S: AuthSessionStore>(store: &S) {
    begin(store, "a");
    approve(store, "a", key(0));
    let later = NewAuthSession {
        expires_at: NOW.plus(2 * LIFETIME),
        ..sign_in("later")
    };
    store.create(&later).unwrap();
    let purge = |now| store.purge_auth_sessions(now, 10).unwrap();
    assert_eq!(purge(NOW.plus(LIFETIME)), 0);
    assert_eq!(purge(NOW.plus(LIFETIME + 1)), 1);
    assert_eq!(purge(NOW.plus(LIFETIME + 1)), 0);
    assert_eq!(store.peek(&k1("a")).unwrap(), None);
    assert!(store.peek(&k1("later")).unwrap().is_some());
}

/// A purge removes at most as many as it was told, and the rest at the next.
pub fn a_purge_stops_at_its_limit<S: AuthSessionStore>(store: &S) {
    for name in ["a", "b", "c"] {
        begin(store, name);
    }
    let later = NOW.plus(1_000);
    assert_eq!(store.purge_auth_sessions(later, 2).unwrap(), 2);
    assert_eq!(store.purge_auth_sessions(later, 2).unwrap(), 1);
}
