//! What a [`SessionStore`](crate::account::SessionStore) promises.

use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{AccessLevel, SecretHash, SessionId};

use super::fixture::{
    NOW, Opened, People, THREADS, act, at_once, key, link, open, open_at, script, user_id,
};

fn ids<'a>(sessions: impl IntoIterator<Item = &'a Opened>) -> Vec<SessionId> {
    sessions.into_iter().map(|s| s.session.id.clone()).collect()
}

/// A session is found by the hash of its secret, as it was opened, and by nothing else.
pub fn a_session_is_found_by_its_secret_alone<S: People>(store: &S) {
    let opened = open(store, Some(key(0)));
    let found = store.session(&opened.secret, NOW).unwrap();
    assert_eq!(found.as_ref(), Some(&opened.session));
    for other in [opened.session.id.as_str(), "", "other"] {
        assert_eq!(store.session(&SecretHash::of(other), NOW).unwrap(), None);
    }
}

/// A session is live until its expiry, and from then on it is not.
pub fn a_session_ends_at_its_expiry<S: People>(store: &S) {
    let opened = open(store, Some(key(0)));
    let end = opened.session.expires_at;
    assert!(opened.lives(store, end.minus(1)));
    assert!(!opened.lives(store, end));
}

/// A touch moves the last use and the end of this session alone.
pub fn a_touch_moves_the_end<S: People>(store: &S) {
    let (one, two) = (open(store, Some(key(0))), open(store, Some(key(0))));
    let end = one.session.expires_at;
    let (later, new_end) = (NOW.plus(600), end.plus(600));
    store.touch(&one.session.id, later, new_end).unwrap();
    let found = store.session(&one.secret, end).unwrap().unwrap();
    assert_eq!((found.last_seen_at, found.expires_at), (later, new_end));
    assert_eq!(found.auth_time, NOW);
    assert!(!two.lives(store, end));
}

/// A touch of a session that has ended does not bring it back.
pub fn a_touch_does_not_revive_an_ended_session<S: People>(store: &S) {
    let opened = open(store, Some(key(0)));
    let id = &opened.session.id;
    assert!(
        store
            .end_session(opened.user(), id, &act(Action::SessionEnded))
            .unwrap()
    );
    store.touch(id, NOW, NOW.plus(9_999)).unwrap();
    assert!(!opened.lives(store, NOW));
}

/// A session shows its account as it stands now, not as it stood at the sign-in.
pub fn a_session_sees_its_account_as_it_stands<S: People>(store: &S) {
    let opened = open(store, Some(key(0)));
    let level = Some(AccessLevel::Full);
    store
        .set_granted_level(opened.user(), level, NOW, &act(Action::LevelGranted))
        .unwrap();
    let found = store.session(&opened.secret, NOW).unwrap().unwrap();
    assert_eq!(found.user.granted_level, level);
}

/// A person's live sessions are listed newest first; nobody else's.
pub fn live_sessions_are_listed_newest_first<S: People>(store: &S) {
    open(store, Some(key(1)));
    let mine: Vec<_> = [3, 1, 2]
        .into_iter()
        .map(|n| open_at(store, NOW.plus(n), Some(key(0))))
        .collect();
    let listed = |now| {
        let sessions = store.sessions_of(mine[0].user(), now).unwrap();
        sessions.into_iter().map(|s| s.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(NOW.plus(3)), ids([&mine[0], &mine[2], &mine[1]]));
    let end = mine[1].session.expires_at;
    assert_eq!(listed(end), ids([&mine[0], &mine[2]]));
    assert!(store.sessions_of(&user_id(NOW), NOW).unwrap().is_empty());
}

/// A session is ended by its owner alone, once.
pub fn only_the_owner_ends_a_session<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    assert!(
        !store
            .end_session(theirs.user(), &mine.session.id, &act(Action::SessionEnded))
            .unwrap()
    );
    assert!(mine.lives(store, NOW));
    assert!(
        store
            .end_session(mine.user(), &mine.session.id, &act(Action::SessionEnded))
            .unwrap()
    );
    assert!(
        !store
            .end_session(mine.user(), &mine.session.id, &act(Action::SessionEnded))
            .unwrap()
    );
    assert!(!mine.lives(store, NOW) && theirs.lives(store, NOW));
}

/// Of many calls that end one session at the same time, one is told that it did.
pub fn of_many_ends_one_ended_it<S: People>(store: &S) {
    let opened = open(store, Some(key(0)));
    let ended = at_once(THREADS, |_| {
        store
            .end_session(
                opened.user(),
                &opened.session.id,
                &act(Action::SessionEnded),
            )
            .unwrap()
    });
    assert_eq!(ended.into_iter().filter(|ended| *ended).count(), 1);
}

/// All sessions of the person end but the kept one, and their ids are told; nobody else's end.
pub fn all_others_end_but_the_kept_one<S: People>(store: &S) {
    let mine: Vec<_> = (0..3).map(|_| open(store, Some(key(0)))).collect();
    let theirs = open(store, Some(key(1)));
    let kept = &mine[1];
    let end = |keep| {
        let mut ended = store
            .end_other_sessions(kept.user(), keep, &act(Action::OtherSessionsEnded))
            .unwrap();
        ended.sort();
        ended
    };
    let mut expected = ids([&mine[0], &mine[2]]);
    expected.sort();
    assert_eq!(end(Some(&kept.session.id)), expected);
    assert!(kept.lives(store, NOW) && theirs.lives(store, NOW));
    assert!(!mine[0].lives(store, NOW) && !mine[2].lives(store, NOW));
    assert!(end(Some(&kept.session.id)).is_empty());
    assert_eq!(end(None), ids([kept]));
    assert!(!kept.lives(store, NOW) && theirs.lives(store, NOW));
}

/// Sessions that expired or ended are not counted.
pub fn only_live_sessions_are_counted<S: People>(store: &S) {
    assert_eq!(store.count_sessions(NOW).unwrap(), 0);
    let ended = open(store, Some(key(0)));
    open(store, Some(key(1)));
    let last = open_at(store, NOW.plus(10), None);
    assert_eq!(store.count_sessions(NOW.plus(10)).unwrap(), 3);
    store
        .end_session(ended.user(), &ended.session.id, &act(Action::SessionEnded))
        .unwrap();
    assert_eq!(store.count_sessions(NOW.plus(10)).unwrap(), 2);
    let end = last.session.expires_at;
    assert_eq!(store.count_sessions(end.minus(1)).unwrap(), 1);
    assert_eq!(store.count_sessions(end).unwrap(), 0);
}

/// A purge removes sessions that expired before now, and no live one.
pub fn a_purge_removes_what_expired_and_nothing_else<S: People>(store: &S) {
    let old = open(store, Some(key(0)));
    let new = open_at(store, NOW.plus(10), Some(key(0)));
    let end = old.session.expires_at;
    assert_eq!(store.purge_sessions(end, 10).unwrap(), 0);
    assert_eq!(store.purge_sessions(end.plus(1), 10).unwrap(), 1);
    assert_eq!(store.purge_sessions(end.plus(1), 10).unwrap(), 0);
    // Looked at from before, only the one that was removed is missing.
    assert!(!old.lives(store, NOW) && new.lives(store, NOW));
}

/// A purge removes at most as many as it was told, and the rest at the next.
pub fn a_purge_stops_at_its_limit<S: People>(store: &S) {
    for _ in 0..3 {
        open(store, Some(key(0)));
    }
    let later = NOW.plus(99_999);
    assert_eq!(store.purge_sessions(later, 2).unwrap(), 2);
    assert_eq!(store.purge_sessions(later, 2).unwrap(), 1);
}

/// A purge removes guests whose sessions are over; people with a key stay, and so does a guest who
/// linked one.
pub fn a_purge_removes_guests_without_a_session_and_nobody_else<S: People>(store: &S) {
    let (gone, ended, linked) = (open(store, None), open(store, None), open(store, None));
    let live = open_at(store, NOW.plus(10), None);
    let person = open(store, Some(key(0)));
    store
        .end_session(ended.user(), &ended.session.id, &act(Action::SessionEnded))
        .unwrap();
    link(store, linked.user(), script(1));
    let now = gone.session.expires_at.plus(1);
    // Three sessions had expired.
    assert_eq!(store.purge_sessions(now, 10).unwrap(), 3 + 2);
    let exists = |opened: &Opened| store.user(opened.user()).unwrap().is_some();
    assert!(!exists(&gone) && !exists(&ended));
    assert!(exists(&live) && exists(&person) && exists(&linked));
    assert!(!open(store, Some(script(1))).new_account);
}
