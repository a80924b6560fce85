//! What the deletion of accounts promises.

use hodlxxi_kernel::Timestamp;
use hodlxxi_kernel::audit::Action;

use super::fixture::{
    NOW, Opened, People, THREADS, act, at_once, key, link, open, open_at, sign_in_at,
};
use super::frozen::freeze;
use crate::account::{Deletion, DeletionOutcome, ProvenKey};

/// When deletions of the suite are due.
const DUE: Timestamp = NOW.plus(1_000);

/// Asks for the deletion of the account of `mine`, with `key`.
pub(super) fn leave<S: People>(store: &S, mine: &Opened, key: &ProvenKey) -> DeletionOutcome {
    store
        .request_deletion(&Deletion {
            user: mine.user().clone(),
            identity: key.identity.clone(),
            deletes_at: DUE,
            now: NOW,
            act: act(Action::DeletionRequested).person(mine.user()),
        })
        .unwrap()
}

/// Whether the account of `mine` is deleted at `now`.
pub(super) fn delete<S: People>(store: &S, mine: &Opened, now: Timestamp) -> bool {
    store.delete_account(mine.user(), now, &act).unwrap()
}

/// Nobody else is touched, and nothing is deleted before.
pub fn a_deletion_ends_all_sessions_and_waits_for_its_time<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    let ended = vec![mine.session.id.clone()];
    assert_eq!(
        leave(store, &mine, &key(0)),
        DeletionOutcome::Requested { ended }
    );
    assert!(!mine.lives(store, NOW) && theirs.lives(store, NOW));
    let user = store.user(mine.user()).unwrap().unwrap();
    assert_eq!(user.deletes_at, Some(DUE));
    let due = |now| store.due_deletions(now, 10).unwrap();
    assert!(due(DUE.minus(1)).is_empty() && !delete(store, &mine, DUE.minus(1)));
    assert_eq!(due(DUE), std::slice::from_ref(mine.user()));
    assert!(store.due_deletions(DUE, 0).unwrap().is_empty());
    assert!(!delete(store, &theirs, DUE));
    assert!(delete(store, &mine, DUE) && !delete(store, &mine, DUE));
    assert_eq!(store.user(mine.user()).unwrap(), None);
    assert!(due(DUE).is_empty() && theirs.lives(store, NOW));
}

/// And says so, once.
pub fn a_sign_in_cancels_a_deletion<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    assert!(!mine.deletion_cancelled);
    leave(store, &mine, &key(0));
    let back = open(store, Some(key(0)));
    assert!(back.deletion_cancelled && !back.new_account);
    assert_eq!(back.user(), mine.user());
    assert_eq!(back.session.user.deletes_at, None);
    assert!(!open(store, Some(key(0))).deletion_cancelled);
    assert!(!delete(store, &mine, DUE) && back.lives(store, NOW));
}

/// Neither a frozen one nor somebody else's.
pub fn a_deletion_takes_a_key_of_the_account_that_signs_in<S: People>(store: &S) {
    let (mine, _) = (open(store, Some(key(0))), open(store, Some(key(1))));
    link(store, mine.user(), key(2));
    freeze(store, mine.user(), &key(2), &key(0));
    assert_eq!(leave(store, &mine, &key(1)), DeletionOutcome::OtherAccount);
    assert_eq!(leave(store, &mine, &key(2)), DeletionOutcome::KeyFrozen);
    assert!(mine.lives(store, NOW));
    assert!(store.due_deletions(DUE, 10).unwrap().is_empty());
}

/// They begin a new account.
pub fn a_deleted_account_leaves_its_keys_to_anybody<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link(store, mine.user(), key(1));
    leave(store, &mine, &key(1));
    assert!(delete(store, &mine, DUE));
    assert!(store.linked_keys(mine.user()).unwrap().is_empty());
    let new = open(store, Some(key(0)));
    assert!(new.new_account && new.user() != mine.user());
}

/// The account is there with its session, or is a new one.
pub fn of_a_deletion_and_a_sign_in_one_wins<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    leave(store, &mine, &key(0));
    let outcomes = at_once(THREADS, |n| {
        if n == 0 {
            return delete(store, &mine, DUE);
        }
        let (sign_in, _) = sign_in_at(DUE, Some(key(0)));
        store.sign_in(&sign_in).unwrap();
        false
    });
    let deleted = outcomes[0];
    assert_eq!(store.user(mine.user()).unwrap().is_none(), deleted);
    let after = open_at(store, DUE, Some(key(0)));
    assert!(!after.new_account);
    assert_eq!(after.user() != mine.user(), deleted);
    let sessions = store.sessions_of(after.user(), DUE).unwrap();
    assert_eq!(sessions.len(), THREADS);
}
