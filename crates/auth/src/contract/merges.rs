//! What merging accounts promises, as far as people and their keys go.

use hodlxxi_kernel::audit::Action;

use super::fixture::{
    NOW, Opened, People, THREADS, act, at_once, key, link, open, script, sign_in_at,
};
use super::frozen::freeze;
use crate::account::{Merge, MergeOutcome, ProvenKey, SignInOutcome};

/// Merges the account of `key` into that of `stays`.
pub(super) fn merge<S: People>(store: &S, stays: &Opened, key: ProvenKey) -> MergeOutcome {
    store
        .merge(&Merge {
            user: stays.user().clone(),
            session: stays.session.id.clone(),
            key,
            now: NOW,
            act: act(Action::AccountMerged).person(stays.user()),
            away: act(Action::AccountMergedAway),
        })
        .unwrap()
}

const fn is_merged(outcome: &MergeOutcome) -> bool {
    matches!(outcome, MergeOutcome::Merged { .. })
}

/// All keys of both sign in to the one that stays, whose sessions go on.
pub fn a_merge_moves_the_keys_and_ends_the_sessions<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    link(store, theirs.user(), key(2));
    let act = act(Action::KeyMadePrimary);
    store
        .make_primary(theirs.user(), &key(2).identity, NOW, &act)
        .unwrap();
    let outcome = merge(store, &mine, key(1));
    let merged = MergeOutcome::Merged {
        gone: theirs.user().clone(),
        ended: vec![theirs.session.id.clone()],
    };
    assert_eq!(outcome, merged);
    assert!(mine.lives(store, NOW) && !theirs.lives(store, NOW));
    assert_eq!(store.user(theirs.user()).unwrap(), None);
    let user = store.user(mine.user()).unwrap().unwrap();
    assert_eq!(user.merged_at, Some(NOW));
    let keys = store.linked_keys(mine.user()).unwrap();
    assert_eq!(keys.len(), 3);
    let primary = keys.iter().filter(|key| key.primary_since.is_some());
    let primary: Vec<_> = primary.map(|key| &key.identity).collect();
    assert_eq!(primary, [&key(0).identity]);
    for n in 1..3 {
        let again = open(store, Some(key(n)));
        assert_eq!(again.user(), mine.user());
    }
    let session = store.session(&mine.secret, NOW).unwrap().unwrap();
    assert_eq!(session.user.merged_at, Some(NOW));
}

/// The others find that the key went elsewhere.
pub fn of_many_merges_of_one_account_one_happens<S: People>(store: &S) {
    open(store, Some(key(0)));
    let accounts: Vec<_> = (0..THREADS)
        .map(|n| open(store, Some(script(u8::try_from(n).unwrap()))))
        .collect();
    let outcomes = at_once(THREADS, |n| merge(store, &accounts[n], key(0)));
    // One that comes late merges the account that got the key, and all are one in the end or not at all.
    let merged = outcomes.iter().filter(|outcome| is_merged(outcome)).count();
    assert!(merged >= 1);
    let gone = |opened: &&Opened| store.user(opened.user()).unwrap().is_none();
    assert_eq!(accounts.iter().filter(gone).count(), merged - 1);
    let owner = store.user_by_identity(&key(0).identity).unwrap().unwrap();
    assert!(accounts.iter().any(|opened| *opened.user() == owner.id));
}

/// The other one's session is gone by then.
pub fn of_two_accounts_that_merge_each_other_one_is_left<S: People>(store: &S) {
    let accounts = [open(store, Some(key(0))), open(store, Some(key(1)))];
    let outcomes = at_once(2, |n| merge(store, &accounts[n], key(1 - n)));
    assert_eq!(
        outcomes.iter().filter(|outcome| is_merged(outcome)).count(),
        1
    );
    let owner = |n| {
        store
            .user_by_identity(&key(n).identity)
            .unwrap()
            .unwrap()
            .id
    };
    assert_eq!(owner(0), owner(1));
    assert_eq!(store.users(None, 10).unwrap().users.len(), 1);
}

/// Never to a new one: the key is known all the time.
pub fn a_sign_in_beside_a_merge_leads_to_an_account_that_is_there<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    at_once(THREADS, |n| {
        if n == 0 {
            assert!(is_merged(&merge(store, &mine, key(1))));
            return;
        }
        let (sign_in, _) = sign_in_at(NOW, Some(key(1)));
        let outcome = store.sign_in(&sign_in).unwrap();
        let SignInOutcome::SignedIn {
            session,
            new_account,
            ..
        } = outcome
        else {
            unreachable!("the sign-in must succeed: {outcome:?}")
        };
        assert!(!new_account);
        assert!(session.user.id == *mine.user() || session.user.id == *theirs.user());
    });
    let found = store.user_by_identity(&key(1).identity).unwrap();
    assert_eq!(found.map(|user| user.id).as_ref(), Some(mine.user()));
    assert_eq!(store.users(None, 10).unwrap().users.len(), 1);
}

/// Not one of the same account, and not one of nobody.
pub fn a_merge_takes_the_key_of_another_account<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    for own in [0, 1] {
        assert_eq!(merge(store, &mine, key(own)), MergeOutcome::NothingToMerge);
    }
    assert!(mine.lives(store, NOW));
    assert_eq!(store.linked_keys(mine.user()).unwrap().len(), 1);
}

/// A session that ended meanwhile merges nothing.
pub fn a_merge_takes_a_session_that_is_there<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    store
        .end_session(mine.user(), &mine.session.id, &act(Action::SessionEnded))
        .unwrap();
    assert_eq!(merge(store, &mine, key(1)), MergeOutcome::Moved);
    assert!(theirs.lives(store, NOW));
}

/// An account that an administrator disabled does not slip into another one.
pub fn what_is_disabled_or_frozen_is_not_merged<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    link(store, theirs.user(), key(2));
    freeze(store, theirs.user(), &key(2), &key(1));
    assert_eq!(merge(store, &mine, key(2)), MergeOutcome::KeyFrozen);
    store
        .disable_user(theirs.user(), NOW, &act(Action::UserDisabled))
        .unwrap();
    assert_eq!(merge(store, &mine, key(1)), MergeOutcome::Disabled);
    assert!(store.user(theirs.user()).unwrap().is_some());
}
