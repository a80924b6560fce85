//! [`ReplayStore`](crate::grant::ReplayStore).

use hodlxxi_kernel::Timestamp;

use super::{Fixture, NOW, race, sample};
use crate::grant::SingleUse;

/// Something that nobody used yet.
fn once(usable_until: Timestamp) -> SingleUse {
    SingleUse {
        id: sample::hash(),
        usable_from: NOW,
        usable_until,
    }
}

/// Of many at once exactly one, and nobody after.
pub fn one_of_many_is_first(fixture: &impl Fixture) {
    let replays = fixture.stores().replays;
    let one = once(NOW.plus(60));
    let first = race(|_| replays.first_use(&one).unwrap());
    assert_eq!(first.into_iter().filter(|first| *first).count(), 1);
    assert!(!replays.first_use(&one).unwrap());
    assert!(replays.first_use(&once(NOW.plus(60))).unwrap());
}

/// What expired is forgotten, no more than the limit; the rest is remembered.
pub fn what_is_past_is_forgotten(fixture: &impl Fixture) {
    let replays = fixture.stores().replays;
    let live = once(NOW.plus(60));
    assert!(replays.first_use(&live).unwrap());
    for _ in 0..3 {
        assert!(replays.first_use(&once(NOW.minus(1))).unwrap());
    }
    assert_eq!(replays.purge_replays(NOW, 2).unwrap(), 2);
    assert_eq!(replays.purge_replays(NOW, 2).unwrap(), 1);
    assert!(!replays.first_use(&live).unwrap());
}
