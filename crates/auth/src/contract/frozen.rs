//! What freezing, labelling and choosing among keys promises.

use hodlxxi_kernel::UserId;
use hodlxxi_kernel::audit::Action;

use super::fixture::{
    NOW, People, THREADS, act, at_once, key, link, open, script, sign_in_at, user_id,
};
use crate::account::{
    DisplayName, Freeze, FreezeKey, LinkOutcome, LinkedKey, ProvenKey, SignInAccount,
    SignInOutcome, Unlink,
};

/// Freezes `lost` with `with`, both of `user`.
pub(super) fn freeze<S: People>(
    store: &S,
    user: &UserId,
    lost: &ProvenKey,
    with: &ProvenKey,
) -> Freeze {
    store
        .freeze_key(&FreezeKey {
            user: user.clone(),
            identity: lost.identity.clone(),
            with: with.identity.clone(),
            now: NOW,
            act: act(Action::KeyFrozen).person(user),
        })
        .unwrap()
}

fn primary<S: People>(store: &S, user: &UserId) -> Option<LinkedKey> {
    let keys = store.linked_keys(user).unwrap();
    LinkedKey::primary(&keys).cloned()
}

/// No sign-in and no step-up with it; sessions of other keys go on.
pub fn a_frozen_key_signs_nobody_in_and_its_sessions_end<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link(store, mine.user(), key(1));
    let lost = open(store, Some(key(1)));
    let ended = vec![lost.session.id.clone()];
    let outcome = freeze(store, mine.user(), &key(1), &key(0));
    assert_eq!(outcome, Freeze::Frozen { ended });
    assert!(mine.lives(store, NOW) && !lost.lives(store, NOW));
    let (mut sign_in, secret) = sign_in_at(NOW, Some(key(1)));
    assert_eq!(store.sign_in(&sign_in).unwrap(), SignInOutcome::KeyFrozen);
    sign_in.account = SignInAccount::Only(mine.user().clone());
    sign_in.act = act(Action::SignedIn);
    assert_eq!(store.sign_in(&sign_in).unwrap(), SignInOutcome::KeyFrozen);
    assert_eq!(store.session(&secret, NOW).unwrap(), None);
    let keys = store.linked_keys(mine.user()).unwrap();
    let frozen: Vec<_> = keys.iter().map(|key| key.frozen_at).collect();
    assert_eq!(frozen, [None, Some(NOW)]);
}

/// Not with itself, nor with one that is frozen or of somebody else.
pub fn a_key_is_frozen_with_another_one_that_signs_in<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link(store, mine.user(), key(1));
    open(store, Some(key(2)));
    for with in [key(0), key(2)] {
        let outcome = freeze(store, mine.user(), &key(0), &with);
        assert_eq!(outcome, Freeze::NeedsAnotherKey);
    }
    let outcome = freeze(store, mine.user(), &key(2), &key(0));
    assert_eq!(outcome, Freeze::Unknown);
    let outcome = freeze(store, mine.user(), &key(1), &key(0));
    assert_eq!(outcome, Freeze::Frozen { ended: Vec::new() });
    let outcome = freeze(store, mine.user(), &key(1), &key(0));
    assert_eq!(outcome, Freeze::AlreadyFrozen);
    let outcome = freeze(store, mine.user(), &key(0), &key(1));
    assert_eq!(outcome, Freeze::NeedsAnotherKey);
}

/// Whoever comes second has no key to do it with.
pub fn of_two_keys_that_freeze_each_other_one_is_left<S: People>(store: &S) {
    let mine = open(store, Some(script(0)));
    link(store, mine.user(), script(1));
    let outcomes = at_once(2, |n| {
        let (lost, with) = if n == 0 { (0, 1) } else { (1, 0) };
        freeze(store, mine.user(), &script(lost), &script(with))
    });
    let refused = outcomes.iter().filter(|o| **o == Freeze::NeedsAnotherKey);
    assert_eq!(refused.count(), 1);
    let keys = store.linked_keys(mine.user()).unwrap();
    assert_eq!(keys.iter().filter(|key| key.is_usable()).count(), 1);
}

/// Either the sign-in came first and its session is ended, or it is refused.
pub fn a_sign_in_beside_a_freeze_leaves_no_session<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link(store, mine.user(), key(1));
    at_once(THREADS, |n| {
        if n == 0 {
            freeze(store, mine.user(), &key(1), &key(0));
        } else {
            let (sign_in, _) = sign_in_at(NOW, Some(key(1)));
            store.sign_in(&sign_in).unwrap();
        }
    });
    let sessions = store.sessions_of(mine.user(), NOW).unwrap();
    assert_eq!(sessions.len(), 1, "the one that was there before");
}

/// Frozen ones do not count, and can always go.
pub fn the_last_key_that_is_not_frozen_stays<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link(store, mine.user(), key(1));
    freeze(store, mine.user(), &key(1), &key(0));
    let unlink = |key: ProvenKey| {
        let act = act(Action::KeyUnlinked);
        store.unlink_key(mine.user(), &key.identity, &act).unwrap()
    };
    assert_eq!(unlink(key(0)), Unlink::LastKey);
    assert_eq!(unlink(key(1)), Unlink::Unlinked { ended: Vec::new() });
    assert_eq!(unlink(key(0)), Unlink::LastKey);
}

/// Proving it anew does not thaw it.
pub fn a_frozen_key_is_not_linked_again_but_after_it_was_unlinked<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(2))));
    link(store, mine.user(), key(1));
    freeze(store, mine.user(), &key(1), &key(0));
    assert_eq!(link(store, mine.user(), key(1)), LinkOutcome::KeyFrozen);
    assert_eq!(
        link(store, theirs.user(), key(1)),
        LinkOutcome::OtherAccount
    );
    let act = act(Action::KeyUnlinked);
    store
        .unlink_key(mine.user(), &key(1).identity, &act)
        .unwrap();
    assert_eq!(link(store, mine.user(), key(1)), LinkOutcome::Linked);
    assert!(!open(store, Some(key(1))).new_account);
}

/// What ended stays ended, and only a frozen key of the account is thawed.
pub fn a_thawed_key_signs_in_again<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(2))));
    link(store, mine.user(), key(1));
    let before = open(store, Some(key(1)));
    freeze(store, mine.user(), &key(1), &key(0));
    let thaw = |user: &UserId, key: ProvenKey| {
        let act = act(Action::KeyThawed).person(user);
        store.thaw_key(user, &key.identity, &act).unwrap()
    };
    assert!(!thaw(theirs.user(), key(1)) && !thaw(mine.user(), key(0)));
    assert!(!thaw(mine.user(), key(2)) && !thaw(&user_id(NOW), key(1)));
    assert!(thaw(mine.user(), key(1)));
    assert!(!thaw(mine.user(), key(1)), "it is frozen no more");
    assert!(!before.lives(store, NOW));
    let after = open(store, Some(key(1)));
    assert!(!after.new_account && after.user() == mine.user());
    let outcome = freeze(store, mine.user(), &key(0), &key(1));
    assert!(matches!(outcome, Freeze::Frozen { .. }), "{outcome:?}");
}

/// A word for a key.
pub fn a_label_is_set_and_cleared_by_the_owner_alone<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    let savings = DisplayName::parse("Savings").unwrap();
    let label = |user: &UserId, label: Option<&DisplayName>| {
        let act = act(Action::KeyLabelled);
        store
            .label_key(user, &key(0).identity, label, &act)
            .unwrap()
    };
    let kept = || store.linked_keys(mine.user()).unwrap()[0].label.clone();
    assert!(label(mine.user(), Some(&savings)));
    assert!(!label(theirs.user(), None) && !label(&user_id(NOW), None));
    assert_eq!(kept(), Some(savings));
    assert!(label(mine.user(), None));
    assert_eq!(kept(), None);
}

/// The first, until another one is chosen; and no frozen one.
pub fn one_key_is_the_primary_one<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(2))));
    link(store, mine.user(), key(1));
    let choose = |user: &UserId, key: &ProvenKey| {
        let act = act(Action::KeyMadePrimary);
        store
            .make_primary(user, &key.identity, NOW.plus(9), &act)
            .unwrap()
    };
    let is = |key: ProvenKey| {
        let primary = primary(store, mine.user()).map(|primary| primary.identity);
        assert_eq!(primary, Some(key.identity));
    };
    is(key(0));
    assert!(!choose(mine.user(), &key(2)) && !choose(theirs.user(), &key(1)));
    assert!(choose(mine.user(), &key(1)));
    is(key(1));
    let user = store.user(mine.user()).unwrap().unwrap();
    assert_eq!(user.updated_at, NOW.plus(9));
    assert!(choose(mine.user(), &key(0)) && choose(mine.user(), &key(1)));
    is(key(1));
    freeze(store, mine.user(), &key(1), &key(0));
    is(key(0));
    assert!(!choose(mine.user(), &key(1)));
    is(key(0));
}
