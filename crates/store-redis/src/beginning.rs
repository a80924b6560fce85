//! Where Redis's memory begins: what a node says of a memory that it finds empty, and what it knows of the
//! one that is there.
//!
//! Deliberately absent: the marker itself, which is in Redis; `lua/remembers.lua` judges by it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hodlxxi_kernel::{CLOCKS_APART, Clock, Timestamp, memory_begins};

/// For how long a beginning has to be known before anything bears its time, in milliseconds: by then every
/// node has looked, and has a memory that follows begin later.
const SETTLED: i64 = 1_000;

/// Where the memory begins, as this process heard last. All in milliseconds of Unix time.
pub(crate) struct Beginning {
    clock: Arc<dyn Clock>,
    heard: Mutex<Heard>,
}

/// What was heard, and when for the first time.
#[derive(Clone, Copy, Default)]
struct Heard {
    since: i64,
    at: i64,
}

impl Heard {
    /// The first whole second in which all is remembered.
    const fn second(self) -> i64 {
        self.since.saturating_add(999).div_euclid(1_000)
    }

    /// Whether no clock that is as right as it has to be can have written this.
    const fn is_mistaken(self, now: i64) -> bool {
        self.since > now.saturating_add(2 * CLOCKS_APART)
    }
}

impl Beginning {
    /// Nothing was heard yet.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            heard: Mutex::default(),
        }
    }

    /// Takes in where the memory begins.
    pub(crate) fn hear(&self, since: i64) {
        let at = self.now();
        let mut heard = self.heard();
        if heard.since != since {
            *heard = Heard { since, at };
        }
    }

    /// Where a memory begins that knows nothing now: no node's clock was there before, and nothing bears the
    /// time of the one before it, so that nothing that bears a later time was used.
    pub(crate) fn of_new_memory(&self) -> i64 {
        let (now, before) = (self.now(), *self.heard());
        let ahead = memory_begins(&*self.clock);
        if before.is_mistaken(now) {
            return ahead;
        }
        let after = before.second().saturating_mul(1_000).saturating_add(1);
        ahead.max(after)
    }

    /// The first whole second in which all is remembered; none where that is not for sure.
    pub(crate) fn known(&self) -> Option<Timestamp> {
        let (now, heard) = (self.now(), *self.heard());
        let is_settled = now.saturating_sub(heard.at) >= SETTLED;
        (is_settled && !heard.is_mistaken(now)).then(|| Timestamp::from_unix(heard.second()))
    }

    fn now(&self) -> i64 {
        self.clock.unix_micros().div_euclid(1_000)
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::ManualClock;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const MS: i64 = NOW.as_unix() * 1_000;

    fn beginning() -> (Beginning, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(NOW));
        (Beginning::new(clock.clone()), clock)
    }

    #[test]
    fn a_beginning_counts_once_every_node_has_looked() {
        let (beginning, clock) = beginning();
        let since = beginning.of_new_memory();
        assert_eq!(since, MS + 4_000);
        beginning.hear(since + 1);
        assert_eq!(beginning.known(), None);
        clock.advance(1);
        beginning.hear(since + 1);
        assert_eq!(beginning.known(), Some(NOW.plus(5)));
    }

    #[test]
    fn a_memory_begins_later_than_the_one_before_it() {
        let (beginning, clock) = beginning();
        // Another node's clock is ahead.
        beginning.hear(MS + 7_500);
        clock.advance(1);
        assert_eq!(beginning.known(), Some(NOW.plus(8)));
        assert_eq!(beginning.of_new_memory(), MS + 8_001);
        clock.advance(60);
        assert_eq!(beginning.of_new_memory(), MS + 65_000);
    }

    #[test]
    fn a_beginning_far_ahead_is_nobodys() {
        let (beginning, clock) = beginning();
        beginning.hear(MS + 60_000);
        clock.advance(2);
        assert_eq!(beginning.known(), None);
        assert_eq!(beginning.of_new_memory(), MS + 6_000);
    }
}
