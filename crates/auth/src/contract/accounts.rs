//! What [`AccountStore::sign_in`](crate::account::AccountStore::sign_in) promises.

use std::collections::HashSet;

use hodlxxi_kernel::SignInMethod;
use hodlxxi_kernel::audit::Action;

use super::fixture::{
    NOW, People, THREADS, act, at_once, key, link, open, open_at, opened, replaced, script,
    sign_in_at, user_id, x_only_key,
};
use crate::account::{SignInAccount, SignInOutcome};

/// A first sign-in makes an account with the id that was given, links the key, and opens the
/// session as it was given.
pub fn a_first_sign_in_makes_an_account<S: People>(store: &S) {
    let (sign_in, secret) = sign_in_at(NOW, Some(key(0)));
    let opened = opened(store.sign_in(&sign_in).unwrap(), secret);
    let session = &opened.session;
    assert!(opened.new_account);
    assert_eq!(
        sign_in.account,
        SignInAccount::FoundOrNew(session.user.id.clone())
    );
    assert_eq!(session.id, sign_in.session.id);
    assert_eq!(session.auth_time, NOW);
    assert_eq!(session.last_seen_at, NOW);
    assert_eq!(session.expires_at, sign_in.session.expires_at);
    assert_eq!(session.user_agent, sign_in.session.user_agent);
    assert_eq!(session.pubkey_hex(), key(0).pubkey_hex());
    assert_eq!(session.identity(), Some(&key(0).identity));
    assert_eq!(session.method(), SignInMethod::Bitcoin);

    let user = store.user(&session.user.id).unwrap().unwrap();
    assert_eq!(user, session.user);
    assert_eq!((user.created_at, user.updated_at), (NOW, NOW));
    assert_eq!(
        (user.name, user.granted_level, user.disabled_at),
        (None, None, None)
    );
    let by_key = store.user_by_identity(&key(0).identity).unwrap();
    assert_eq!(by_key.map(|user| user.id), Some(session.user.id.clone()));

    let keys = store.linked_keys(&session.user.id).unwrap();
    let [linked] = keys.as_slice() else {
        unreachable!("one key is linked: {keys:?}")
    };
    assert_eq!(linked.identity, key(0).identity);
    assert_eq!(linked.user, session.user.id);
    assert_eq!(linked.public_key, key(0).public_key);
    assert_eq!(linked.method, SignInMethod::Bitcoin);
    assert_eq!(linked.address, key(0).address);
    assert_eq!((linked.added_at, linked.last_used_at), (NOW, NOW));
}

/// A second sign-in with the key, by whichever method, finds the account and notes the use.
pub fn a_second_sign_in_finds_it<S: People>(store: &S) {
    let first = open(store, Some(key(0)));
    let later = NOW.plus(60);
    let second = open_at(store, later, Some(x_only_key(0)));
    assert!(!second.new_account);
    assert_eq!(second.user(), first.user());
    assert_ne!(second.session.id, first.session.id);
    assert_eq!(second.session.method(), SignInMethod::Nostr);
    assert!(first.lives(store, later) && second.lives(store, later));

    let keys = store.linked_keys(first.user()).unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!((keys[0].added_at, keys[0].last_used_at), (NOW, later));
    assert_eq!(
        keys[0].method,
        SignInMethod::Bitcoin,
        "how it was first proven"
    );
}

/// Concurrent first sign-ins with one key make one account, and each opens a session of it.
pub fn concurrent_first_sign_ins_make_one_account<S: People>(store: &S) {
    let all = at_once(THREADS, |_| open(store, Some(key(0))));
    let users: HashSet<_> = all.iter().map(|opened| opened.user().clone()).collect();
    assert_eq!(users.len(), 1);
    assert_eq!(all.iter().filter(|opened| opened.new_account).count(), 1);
    assert_eq!(store.users(None, 100).unwrap().users.len(), 1);
    assert!(all.iter().all(|opened| opened.lives(store, NOW)));
}

/// Concurrent sign-ins with other keys do not get in each other's way.
pub fn concurrent_sign_ins_with_other_keys_make_an_account_each<S: People>(store: &S) {
    let all = at_once(THREADS, |n| {
        open(store, Some(script(u8::try_from(n).unwrap())))
    });
    let users: HashSet<_> = all.iter().map(|opened| opened.user().clone()).collect();
    assert_eq!(users.len(), THREADS);
    assert!(all.iter().all(|opened| opened.new_account));
}

/// A script is recognised again, and has no key.
pub fn a_script_is_an_account_without_a_key<S: People>(store: &S) {
    let first = open(store, Some(script(7)));
    let second = open(store, Some(script(7)));
    assert_eq!(first.user(), second.user());
    assert_ne!(first.user(), open(store, Some(script(8))).user());
    assert_eq!(second.session.pubkey_hex(), None);
    assert_eq!(second.session.identity(), Some(&script(7).identity));
    let found = store.session(&second.secret, NOW).unwrap();
    assert_eq!(found, Some(second.session));
}

/// Each guest gets an account of their own, without keys.
pub fn guests_never_share_an_account<S: People>(store: &S) {
    let (one, two) = (open(store, None), open(store, None));
    assert!(one.new_account && two.new_account);
    assert_ne!(one.user(), two.user());
    assert_eq!(one.session.method(), SignInMethod::Guest);
    assert_eq!(one.session.key, None);
    assert!(store.linked_keys(one.user()).unwrap().is_empty());
    let found = store.session(&one.secret, NOW).unwrap();
    assert_eq!(found, Some(one.session));
}

/// A step-up opens a session of the one account it may, if the key is linked to it; a key of
/// another account, or of none, writes nothing.
pub fn a_step_up_needs_a_key_of_the_account<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    open(store, Some(key(1)));
    link(store, mine.user(), script(1));
    let step_up = |key| {
        let (mut sign_in, secret) = sign_in_at(NOW, Some(key));
        sign_in.account = SignInAccount::Only(mine.user().clone());
        sign_in.session.replaces = Some(replaced(&mine));
        (store.sign_in(&sign_in).unwrap(), secret)
    };
    for refused in [key(1), key(2)] {
        let (outcome, secret) = step_up(refused);
        assert_eq!(outcome, SignInOutcome::OtherAccount);
        assert_eq!(store.session(&secret, NOW).unwrap(), None);
    }
    assert_eq!(store.user_by_identity(&key(2).identity).unwrap(), None);
    assert!(mine.lives(store, NOW), "a refused step-up replaces nothing");

    let (outcome, secret) = step_up(script(1));
    let stepped_up = opened(outcome, secret);
    assert_eq!(stepped_up.user(), mine.user());
    assert!(stepped_up.lives(store, NOW) && !mine.lives(store, NOW));
}

/// A sign-in ends the session it replaces, even another person's, and no other.
pub fn a_sign_in_ends_the_session_it_replaces<S: People>(store: &S) {
    let guest = open(store, None);
    let elsewhere = open(store, Some(key(0)));
    let (mut sign_in, secret) = sign_in_at(NOW, Some(key(0)));
    sign_in.session.replaces = Some(replaced(&guest));
    let new = opened(store.sign_in(&sign_in).unwrap(), secret);
    assert!(!guest.lives(store, NOW));
    assert!(elsewhere.lives(store, NOW) && new.lives(store, NOW));

    // One that has ended by itself meanwhile keeps nobody out.
    let (mut sign_in, secret) = sign_in_at(NOW, Some(key(0)));
    sign_in.session.replaces = Some(replaced(&guest));
    assert!(opened(store.sign_in(&sign_in).unwrap(), secret).lives(store, NOW));
}

/// A key that was first proven without its parity gets it from the first proof that tells it, and
/// keeps it; sessions of the key tell it too.
pub fn the_parity_is_kept_once_a_proof_told_it<S: People>(store: &S) {
    let shown = |opened: &super::fixture::Opened| {
        let session = store.session(&opened.secret, NOW).unwrap().unwrap();
        assert_eq!(session.identity(), Some(&key(0).identity));
        session.pubkey_hex().map(|hex| hex.len())
    };
    let nostr = open(store, Some(x_only_key(0)));
    assert_eq!(shown(&nostr), Some(64));
    let bitcoin = open(store, Some(key(0)));
    assert_eq!(bitcoin.session.pubkey_hex(), key(0).pubkey_hex());
    assert_eq!((shown(&nostr), shown(&bitcoin)), (Some(66), Some(66)));
    let again = open(store, Some(x_only_key(0)));
    assert_eq!(again.session.pubkey_hex(), key(0).pubkey_hex());
    let linked = store.linked_keys(again.user()).unwrap();
    assert_eq!(linked[0].public_key, key(0).public_key);
}

/// A sign-in to a disabled account is told so, and writes nothing.
pub fn a_disabled_account_is_not_signed_in_to<S: People>(store: &S) {
    let opened = open(store, Some(key(0)));
    let guest = open(store, None);
    assert!(
        store
            .disable_user(opened.user(), NOW, &act(Action::UserDisabled))
            .unwrap()
    );
    let (mut sign_in, secret) = sign_in_at(NOW.plus(1), Some(key(0)));
    sign_in.session.replaces = Some(replaced(&guest));
    assert_eq!(store.sign_in(&sign_in).unwrap(), SignInOutcome::Disabled);
    sign_in.account = SignInAccount::Only(opened.user().clone());
    sign_in.act = act(Action::SignedIn);
    assert_eq!(store.sign_in(&sign_in).unwrap(), SignInOutcome::Disabled);
    assert_eq!(store.session(&secret, NOW).unwrap(), None);
    assert!(guest.lives(store, NOW), "nothing was replaced");
    assert_eq!(
        store.linked_keys(opened.user()).unwrap()[0].last_used_at,
        NOW
    );

    store
        .enable_user(opened.user(), NOW.plus(2), &act(Action::UserEnabled))
        .unwrap();
    sign_in.account = SignInAccount::FoundOrNew(user_id(NOW));
    sign_in.act = act(Action::SignedIn);
    let outcome = store.sign_in(&sign_in).unwrap();
    assert!(
        matches!(outcome, SignInOutcome::SignedIn { session, .. } if session.user.id == *opened.user())
    );
}
