//! What linking and unlinking keys promises.

use hodlxxi_kernel::UserId;
use hodlxxi_kernel::audit::Action;

use super::fixture::{
    NOW, Opened, People, THREADS, act, at_once, key, link, link_at, open, script, user_id,
    x_only_key,
};
use crate::account::{LinkOutcome, ProvenKey, Unlink};
use crate::identity::Identity;

fn identities<S: People>(store: &S, user: &UserId) -> Vec<Identity> {
    let keys = store.linked_keys(user).unwrap();
    keys.into_iter().map(|key| key.identity).collect()
}

fn unlink<S: People>(store: &S, user: &UserId, key: &ProvenKey) -> Unlink {
    store
        .unlink_key(user, &key.identity, &act(Action::KeyUnlinked))
        .unwrap()
}

/// A linked key signs in to the account it was linked to.
pub fn a_linked_key_signs_in_to_the_account<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    assert_eq!(link(store, mine.user(), key(1)), LinkOutcome::Linked);
    let other = open(store, Some(key(1)));
    assert!(!other.new_account);
    assert_eq!(other.user(), mine.user());
    assert_eq!(other.session.identity(), Some(&key(1).identity));
    let found = store.user_by_identity(&key(1).identity).unwrap();
    assert_eq!(found.as_ref().map(|user| &user.id), Some(mine.user()));
}

/// A key of another account is not linked, and stays where it was.
pub fn a_key_of_another_account_is_not_linked<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    assert_eq!(link(store, mine.user(), key(1)), LinkOutcome::OtherAccount);
    assert_eq!(identities(store, mine.user()), [key(0).identity]);
    assert_eq!(identities(store, theirs.user()), [key(1).identity]);
}

/// Linking a key again changes nothing but its parity, if this proof is the first to tell it.
pub fn linking_again_tells_the_parity<S: People>(store: &S) {
    let mine = open(store, Some(x_only_key(0)));
    let again = |key| link_at(store, NOW.plus(9), mine.user(), key);
    assert_eq!(again(key(0)), LinkOutcome::AlreadyYours);
    assert_eq!(again(x_only_key(0)), LinkOutcome::AlreadyYours);
    let keys = store.linked_keys(mine.user()).unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].public_key, key(0).public_key);
    assert_eq!(keys[0].added_at, NOW);
}

/// Of many accounts that link one key at the same time, one gets it.
pub fn one_of_many_accounts_gets_a_key<S: People>(store: &S) {
    let accounts: Vec<_> = (0..THREADS)
        .map(|n| open(store, Some(script(u8::try_from(n).unwrap()))))
        .collect();
    let outcomes = at_once(THREADS, |n| link(store, accounts[n].user(), key(0)));
    let linked = outcomes.iter().filter(|o| **o == LinkOutcome::Linked);
    assert_eq!(linked.count(), 1);
    let refused = outcomes.iter().filter(|o| **o == LinkOutcome::OtherAccount);
    assert_eq!(refused.count(), THREADS - 1);
}

/// The last key of an account cannot be unlinked.
pub fn the_last_key_stays<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    assert_eq!(unlink(store, mine.user(), &key(0)), Unlink::LastKey);
    link(store, mine.user(), key(1));
    let ended = vec![mine.session.id.clone()];
    assert_eq!(
        unlink(store, mine.user(), &key(0)),
        Unlink::Unlinked { ended }
    );
    assert_eq!(unlink(store, mine.user(), &key(1)), Unlink::LastKey);
    assert_eq!(identities(store, mine.user()), [key(1).identity]);
}

/// Two keys unlinked at the same time leave one of them.
pub fn of_two_concurrent_unlinks_one_key_is_left<S: People>(store: &S) {
    let mine = open(store, Some(script(0)));
    link(store, mine.user(), key(0));
    link(store, mine.user(), key(1));
    unlink(store, mine.user(), &script(0));
    let mut outcomes = at_once(2, |n| unlink(store, mine.user(), &key(n)));
    outcomes.sort_by_key(|outcome| *outcome == Unlink::LastKey);
    assert_eq!(
        outcomes,
        [Unlink::Unlinked { ended: Vec::new() }, Unlink::LastKey]
    );
    assert_eq!(identities(store, mine.user()).len(), 1);
}

/// Unlinking a key ends the sessions that were opened with it, tells which, and ends no other.
pub fn an_unlinked_key_ends_its_sessions_alone<S: People>(store: &S) {
    let first = open(store, Some(key(0)));
    link(store, first.user(), key(1));
    let second = open(store, Some(key(1)));
    let by_nostr = open(store, Some(x_only_key(1)));
    let outcome = unlink(store, first.user(), &key(1));
    let told = |opened: &Opened| matches!(&outcome, Unlink::Unlinked { ended } if ended.contains(&opened.session.id));
    assert!(told(&second) && told(&by_nostr) && !told(&first));
    assert!(first.lives(store, NOW));
    assert!(!second.lives(store, NOW) && !by_nostr.lives(store, NOW));
}

/// An unlinked key signs in to a new account.
pub fn an_unlinked_key_begins_a_new_account<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link(store, mine.user(), key(1));
    unlink(store, mine.user(), &key(1));
    assert_eq!(store.user_by_identity(&key(1).identity).unwrap(), None);
    let new = open(store, Some(key(1)));
    assert!(new.new_account);
    assert_ne!(new.user(), mine.user());
}

/// A key that the account does not have is unknown, whether another has it or nobody.
pub fn another_accounts_key_is_not_unlinked<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    link(store, theirs.user(), script(1));
    assert_eq!(unlink(store, mine.user(), &key(1)), Unlink::Unknown);
    assert_eq!(unlink(store, mine.user(), &key(2)), Unlink::Unknown);
    assert_eq!(unlink(store, &user_id(NOW), &key(0)), Unlink::Unknown);
    assert!(theirs.lives(store, NOW));
    assert_eq!(identities(store, theirs.user()).len(), 2);
}

/// An account's keys are listed oldest first.
pub fn keys_are_listed_oldest_first<S: People>(store: &S) {
    let mine = open(store, Some(key(2)));
    link_at(store, NOW.plus(2), mine.user(), key(0));
    link_at(store, NOW.plus(1), mine.user(), key(1));
    let expected = [key(2), key(1), key(0)].map(|key| key.identity);
    assert_eq!(identities(store, mine.user()), expected);
    assert!(store.linked_keys(&user_id(NOW)).unwrap().is_empty());
}
