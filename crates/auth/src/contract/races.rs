//! All that happens to a person and their keys, beside all else that does.

use hodlxxi_kernel::audit::Action;

use super::deletions::{delete, leave};
use super::fixture::{NOW, Opened, People, act, at_once, link, open, script, sign_in_at};
use super::frozen::freeze;
use super::merges::merge;
use super::news::acknowledge;
use crate::account::ProvenKey;

/// How often what could go wrong is tried.
const ROUNDS: u8 = 10;

/// Whatever comes of each: none of them fails, so nobody waits for another in a circle, and a key is of one account.
pub fn all_that_happens_to_people_happens_beside_all_else<S: People>(store: &S) {
    for round in 0..ROUNDS {
        let keys: [ProvenKey; 6] = std::array::from_fn(|number| {
            let number = u8::try_from(number).unwrap();
            script(6 * round + number)
        });
        let [own, lost, spare, new, their, theirs_too] = &keys;
        let (mine, theirs) = (
            open(store, Some(own.clone())),
            open(store, Some(their.clone())),
        );
        for key in [lost, spare] {
            link(store, mine.user(), key.clone());
        }
        link(store, theirs.user(), theirs_too.clone());
        at_once(16, |index| match index {
            0..3 => sign_in(store, own),
            3 => sign_in(store, lost),
            4 => sign_in(store, their),
            5 => sign_in(store, theirs_too),
            6 => manage(store, &mine, lost, spare),
            7 => _ = freeze(store, mine.user(), lost, own),
            8 => _ = link(store, mine.user(), new.clone()),
            9 => _ = merge(store, &mine, their.clone()),
            10 => _ = acknowledge(store, &mine, "a browser", NOW.plus(10)),
            11 => _ = leave(store, &theirs, their),
            12 => _ = delete(store, &theirs, NOW.plus(1_000_000)),
            13 => disable(store, &theirs),
            14 => end_sessions(store, &mine),
            _ => _ = store.purge_sessions(NOW.plus(100_000), 1_000).unwrap(),
        });
        let account = open(store, Some(own.clone()));
        assert_eq!(account.user(), mine.user());
        let linked = store.linked_keys(mine.user()).unwrap();
        for key in &keys {
            let owner = store.user_by_identity(&key.identity).unwrap();
            let is_mine = owner.is_some_and(|owner| owner.id == *mine.user());
            let listed = linked.iter().any(|each| each.identity == key.identity);
            assert_eq!(is_mine, listed);
        }
    }
}

/// Signs in from another device; what comes of it is another matter.
fn sign_in<S: People>(store: &S, key: &ProvenKey) {
    for device in ["one", "another"] {
        let (mut sign_in, _) = sign_in_at(NOW.plus(5), Some(key.clone()));
        sign_in.session.user_agent = Some(device.to_owned());
        store.sign_in(&sign_in).unwrap();
    }
}

fn manage<S: People>(store: &S, mine: &Opened, lost: &ProvenKey, spare: &ProvenKey) {
    let user = mine.user();
    let chosen = act(Action::KeyMadePrimary);
    store
        .make_primary(user, &spare.identity, NOW, &chosen)
        .unwrap();
    let thawed = act(Action::KeyThawed);
    store.thaw_key(user, &lost.identity, &thawed).unwrap();
    let unlinked = act(Action::KeyUnlinked);
    store.unlink_key(user, &spare.identity, &unlinked).unwrap();
}

fn disable<S: People>(store: &S, theirs: &Opened) {
    let user = theirs.user();
    let disabled = act(Action::UserDisabled);
    store.disable_user(user, NOW, &disabled).unwrap();
    let enabled = act(Action::UserEnabled);
    store.enable_user(user, NOW, &enabled).unwrap();
}

fn end_sessions<S: People>(store: &S, mine: &Opened) {
    let (user, session) = (mine.user(), &mine.session.id);
    let ended = act(Action::SessionEnded);
    store.end_other_sessions(user, None, &ended).unwrap();
    store.touch(session, NOW, NOW.plus(100)).unwrap();
    store.end_session(user, session, &ended).unwrap();
}
