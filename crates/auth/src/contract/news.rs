//! What telling people of new keys and devices promises.

use hodlxxi_kernel::Timestamp;
use hodlxxi_kernel::audit::Action;

use super::fixture::{
    NOW, Opened, People, act, at_once, key, link_at, open, opened, script, sign_in_at,
};
use super::frozen::freeze;
use crate::account::{Acknowledgement, DeviceMark, News, ProvenKey};

const HERE: &str = "a browser";
const ELSEWHERE: &str = "another browser";

/// Signs in at `at` from `device`.
fn open_from<S: People>(store: &S, at: Timestamp, key: ProvenKey, device: &str) -> Opened {
    let (mut sign_in, secret) = sign_in_at(at, Some(key));
    sign_in.session.user_agent = Some(device.to_owned());
    opened(store.sign_in(&sign_in).unwrap(), secret)
}

fn news<S: People>(store: &S, mine: &Opened, from: &str) -> News {
    let from = DeviceMark::of(Some(from));
    store.news(mine.user(), &from).unwrap()
}

/// The person says, from `from`, that they know of what was new at `until`.
pub(super) fn acknowledge<S: People>(
    store: &S,
    mine: &Opened,
    from: &str,
    until: Timestamp,
) -> bool {
    store
        .acknowledge(&Acknowledgement {
            user: mine.user().clone(),
            from: DeviceMark::of(Some(from)),
            with: mine.session.identity().cloned(),
            until,
            now: NOW.plus(100),
            act: act(Action::NewsAcknowledged).person(mine.user()),
        })
        .unwrap()
}

/// Nobody is asked about what they did a moment ago.
pub fn the_first_key_and_the_first_device_are_no_news<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    for from in [HERE, ELSEWHERE] {
        assert!(news(store, &mine, from).is_empty());
    }
    let again = open(store, Some(key(0)));
    assert!(news(store, &again, ELSEWHERE).is_empty());
    let guest = open(store, None);
    assert!(news(store, &guest, ELSEWHERE).is_empty());
}

/// From whichever device.
pub fn a_linked_key_is_news_until_it_is_acknowledged<S: People>(store: &S) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(2))));
    link_at(store, NOW.plus(5), mine.user(), key(1));
    let new = news(store, &mine, HERE);
    let identities: Vec<_> = new.keys.into_iter().map(|key| key.identity).collect();
    assert_eq!(identities, [key(1).identity]);
    assert!(!acknowledge(store, &theirs, HERE, NOW.plus(5)));
    assert!(acknowledge(store, &mine, HERE, NOW.plus(5)));
    assert!(news(store, &mine, HERE).is_empty());
    assert!(!acknowledge(store, &mine, HERE, NOW.plus(5)));
}

/// There is nothing left to refuse. Thawed, it is news again: nobody said that they know it.
pub fn a_key_that_was_frozen_is_no_news<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link_at(store, NOW.plus(5), mine.user(), key(1));
    freeze(store, mine.user(), &key(1), &key(0));
    assert!(news(store, &mine, HERE).is_empty());
    assert!(!acknowledge(store, &mine, HERE, NOW.plus(5)));
    let (user, thawed) = (mine.user(), act(Action::KeyThawed));
    assert!(store.thaw_key(user, &key(1).identity, &thawed).unwrap());
    assert_eq!(news(store, &mine, HERE).keys.len(), 1);
}

/// Whoever signs in with a stolen key cannot say that their own device is known.
pub fn a_device_is_news_to_the_others_and_not_to_itself<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    let stolen = open_from(store, NOW.plus(5), key(0), ELSEWHERE);
    assert!(news(store, &stolen, ELSEWHERE).is_empty());
    assert!(!acknowledge(store, &stolen, ELSEWHERE, NOW.plus(9)));
    let new = news(store, &mine, HERE);
    assert_eq!(new.devices.len(), 1);
    let device = &new.devices[0];
    assert_eq!(device.user_agent.as_deref(), Some(ELSEWHERE));
    assert_eq!(device.identity, Some(key(0).identity));
    assert_eq!(device.first_seen_at, NOW.plus(5));
    let all = store.devices(mine.user()).unwrap();
    let all: Vec<_> = all
        .iter()
        .map(|device| device.user_agent.as_deref())
        .collect();
    assert_eq!(all, [Some(HERE), Some(ELSEWHERE)]);
    assert!(acknowledge(store, &mine, HERE, NOW.plus(9)));
    open_from(store, NOW.plus(20), key(0), ELSEWHERE);
    assert!(news(store, &mine, HERE).is_empty());
}

/// Whoever linked a key of their own in a stolen session cannot say with it that it is known.
pub fn a_key_is_acknowledged_by_another_one_alone<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link_at(store, NOW.plus(5), mine.user(), key(1));
    let theirs = open(store, Some(key(1)));
    assert!(!acknowledge(store, &theirs, HERE, NOW.plus(9)));
    assert_eq!(news(store, &mine, HERE).keys.len(), 1);
    assert!(acknowledge(store, &mine, HERE, NOW.plus(9)));
    assert!(news(store, &mine, HERE).is_empty());
}

/// An answer counts for what was asked about.
pub fn what_came_after_the_question_stays_news<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    link_at(store, NOW.plus(5), mine.user(), key(1));
    open_from(store, NOW.plus(6), key(0), ELSEWHERE);
    assert!(acknowledge(store, &mine, HERE, NOW.plus(5)));
    let new = news(store, &mine, HERE);
    assert_eq!((new.keys.len(), new.devices.len()), (0, 1));
}

/// It was not known, after all.
pub fn a_forgotten_device_is_news_when_it_comes_again<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    open_from(store, NOW, key(0), ELSEWHERE);
    acknowledge(store, &mine, HERE, NOW);
    let mark = DeviceMark::of(Some(ELSEWHERE));
    assert!(store.forget_device(mine.user(), &mark).unwrap());
    assert!(!store.forget_device(mine.user(), &mark).unwrap());
    assert!(news(store, &mine, HERE).is_empty());
    open_from(store, NOW.plus(1), key(0), ELSEWHERE);
    assert_eq!(news(store, &mine, HERE).devices.len(), 1);
}

/// Sessions tell it.
pub fn one_key_is_accepted<S: People>(store: &S) {
    let mine = open(store, Some(key(0)));
    assert_eq!(mine.session.user.one_key_enough_at, None);
    assert!(store.session(&mine.secret, NOW).unwrap().is_some());
    store.accept_one_key(mine.user(), NOW.plus(1)).unwrap();
    let session = store.session(&mine.secret, NOW).unwrap().unwrap();
    assert_eq!(session.user.one_key_enough_at, Some(NOW.plus(1)));
}

/// From both sides at once, and nobody waits in a circle.
pub fn what_is_new_signs_in_while_it_is_acknowledged<S: People>(store: &S) {
    for round in 0..20 {
        let (old, new) = (script(2 * round), script(2 * round + 1));
        let mine = open_from(store, NOW, old, HERE);
        let later = NOW.plus(5);
        link_at(store, later, mine.user(), new.clone());
        open_from(store, later, new.clone(), ELSEWHERE);
        at_once(8, |index| {
            if index % 2 == 0 {
                acknowledge(store, &mine, HERE, later);
            } else {
                open_from(store, later, new.clone(), ELSEWHERE);
            }
        });
        assert!(news(store, &mine, HERE).is_empty());
    }
}
