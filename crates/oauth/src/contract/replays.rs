//! [`ReplayStore`](crate::grant::ReplayStore).

use super::{Fixture, NOW, race, sample};

/// Of many at once exactly one, and nobody after.
pub fn one_of_many_is_first(fixture: &impl Fixture) {
    let replays = fixture.stores().replays;
    let id = sample::hash();
    let first = race(|_| replays.first_use(&id, NOW.plus(60)).unwrap());
    assert_eq!(first.into_iter().filter(|first| *first).count(), 1);
    assert!(!replays.first_use(&id, NOW.plus(60)).unwrap());
    assert!(replays.first_use(&sample::hash(), NOW.plus(60)).unwrap());
}

/// What expired is forgotten, no more than the limit; the rest is remembered.
pub fn what_is_past_is_forgotten(fixture: &impl Fixture) {
    let replays = fixture.stores().replays;
    let live = sample::hash();
    assert!(replays.first_use(&live, NOW.plus(60)).unwrap());
    for _ in 0..3 {
        assert!(replays.first_use(&sample::hash(), NOW.minus(1)).unwrap());
    }
    assert_eq!(replays.purge_replays(NOW, 2).unwrap(), 2);
    assert_eq!(replays.purge_replays(NOW, 2).unwrap(), 1);
    assert!(!replays.first_use(&live, NOW.plus(60)).unwrap());
}
