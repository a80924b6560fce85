//! What looking accounts up and administering them promises.

use hodlxxi_kernel::AccessLevel;
use hodlxxi_kernel::audit::Action;

use super::fixture::{NOW, People, act, key, open, open_at, script, user_id};
use crate::account::DisplayName;

/// An account that does not exist is neither found nor changed.
pub fn what_is_unknown_is_said_to_be<S: People>(store: &S) {
    let nobody = user_id(NOW);
    assert_eq!(store.user(&nobody).unwrap(), None);
    assert_eq!(store.user_by_identity(&key(0).identity).unwrap(), None);
    assert!(
        !store
            .set_name(&nobody, None, NOW, &act(Action::NameChanged))
            .unwrap()
    );
    assert!(
        !store
            .set_granted_level(&nobody, None, NOW, &act(Action::LevelGranted))
            .unwrap()
    );
    assert!(
        !store
            .disable_user(&nobody, NOW, &act(Action::UserDisabled))
            .unwrap()
    );
    assert!(
        !store
            .enable_user(&nobody, NOW, &act(Action::UserEnabled))
            .unwrap()
    );
    let page = store.users(None, 10).unwrap();
    assert!(page.users.is_empty() && page.next.is_none());
}

/// Accounts are paged newest first, each once, and the last page says that it is.
pub fn accounts_are_paged_newest_first<S: People>(store: &S) {
    let made: Vec<_> = (0..5_u8)
        .map(|n| open_at(store, NOW.plus(n.into()), Some(script(n))))
        .map(|opened| opened.user().clone())
        .collect();
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = store.users(before.as_ref(), 2).unwrap();
        assert!(page.users.len() <= 2);
        seen.extend(page.users.into_iter().map(|user| user.id));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    seen.reverse();
    assert_eq!(seen, made);
    assert_eq!(store.users(None, 5).unwrap().next, None, "exactly one page");
}

/// A name is set and cleared, of this account alone, and moves `updated_at`.
pub fn a_name_is_set_and_cleared<S: People>(store: &S) {
    let (mine, other) = (open(store, Some(key(0))), open(store, Some(key(1))));
    let hal = DisplayName::parse("Hål <b>'\"; --").unwrap();
    assert!(
        store
            .set_name(
                mine.user(),
                Some(&hal),
                NOW.plus(5),
                &act(Action::NameChanged)
            )
            .unwrap()
    );
    let user = store.user(mine.user()).unwrap().unwrap();
    assert_eq!(user.name, Some(hal));
    assert_eq!((user.created_at, user.updated_at), (NOW, NOW.plus(5)));
    assert!(
        store
            .set_name(mine.user(), None, NOW.plus(6), &act(Action::NameChanged))
            .unwrap()
    );
    let user = store.user(mine.user()).unwrap().unwrap();
    assert_eq!((user.name, user.updated_at), (None, NOW.plus(6)));
    let untouched = store.user(other.user()).unwrap();
    assert_eq!(untouched, Some(other.session.user));
}

/// A level is granted and withdrawn, of this account alone.
pub fn a_level_is_granted_and_withdrawn<S: People>(store: &S) {
    let (mine, other) = (open(store, Some(key(0))), open(store, Some(key(1))));
    for level in [Some(AccessLevel::Special), Some(AccessLevel::Full), None] {
        assert!(
            store
                .set_granted_level(mine.user(), level, NOW, &act(Action::LevelGranted))
                .unwrap()
        );
        let user = store.user(mine.user()).unwrap().unwrap();
        assert_eq!(user.granted_level, level);
        let user = store.user(other.user()).unwrap().unwrap();
        assert_eq!(user.granted_level, None);
    }
}

/// Disabling ends all sessions of the account and of no other; enabling brings none back.
pub fn disabling_ends_sessions_and_enabling_does_not_bring_them_back<S: People>(store: &S) {
    let (one, two) = (open(store, Some(key(0))), open(store, Some(key(0))));
    let other = open(store, Some(key(1)));
    assert!(
        store
            .disable_user(one.user(), NOW.plus(1), &act(Action::UserDisabled))
            .unwrap()
    );
    let user = store.user(one.user()).unwrap().unwrap();
    assert_eq!(user.disabled_at, Some(NOW.plus(1)));
    let ended = |store| !one.lives(store, NOW.plus(1)) && !two.lives(store, NOW.plus(1));
    assert!(ended(store));
    let listed = store.sessions_of(one.user(), NOW.plus(1)).unwrap();
    assert!(listed.is_empty());
    assert!(other.lives(store, NOW.plus(1)));

    // Disabling again keeps the moment of the first time.
    assert!(
        store
            .disable_user(one.user(), NOW.plus(2), &act(Action::UserDisabled))
            .unwrap()
    );
    let user = store.user(one.user()).unwrap().unwrap();
    assert_eq!(user.disabled_at, Some(NOW.plus(1)));

    assert!(
        store
            .enable_user(one.user(), NOW.plus(3), &act(Action::UserEnabled))
            .unwrap()
    );
    let user = store.user(one.user()).unwrap().unwrap();
    assert_eq!(user.disabled_at, None);
    assert!(ended(store));
}
