//! One time for all nodes: that of the database server.
//!
//! A code lives for a minute. Made by one node and redeemed at another whose clock is ninety seconds ahead, it would have
//! expired at its birth. So a node whose own clock is off by more than a moment goes by the database's, which all of
//! them share, and says so in its log. On an embedded database there is but one clock. Deliberately absent:
//! deciding which of the two is right; both machines are to be kept right by the operator.

use std::sync::atomic::{AtomicI64, Ordering};

use hodlxxi_kernel::{Clock, StoreError, SystemClock};

/// Microseconds that two clocks may differ by: what networks and schedulers make of one and the same time.
const TOLERATED: i64 = 2_000_000;

/// This machine's clock, corrected where it is off.
#[derive(Debug, Default)]
pub(crate) struct SharedClock {
    /// Microseconds to add.
    correction: AtomicI64,
}

impl SharedClock {
    /// Compares this machine's clock with the database's, which `ask` tells (in microseconds since the Unix epoch, or
    /// none if it has no other), and corrects it from now on where they differ.
    ///
    /// # Errors
    ///
    /// Where the database does not answer; the clock then goes on as it was.
    pub(crate) fn compare(
        &self,
        ask: impl FnOnce() -> Result<Option<i64>, StoreError>,
    ) -> Result<(), StoreError> {
        let before = SystemClock.unix_micros();
        let Some(theirs) = ask()? else {
            return Ok(());
        };
        self.correct(before, SystemClock.unix_micros(), theirs);
        Ok(())
    }

    /// Takes in that the other clock showed `theirs` at some moment between `before` and `after` of this one.
    fn correct(&self, before: i64, after: i64, theirs: i64) {
        if after.abs_diff(before) > TOLERATED.unsigned_abs() {
            // The answer was too long under way to tell anything.
            return;
        }
        let off = theirs.saturating_sub(before.midpoint(after));
        let correction = if off.abs() <= TOLERATED { 0 } else { off };
        let previous = self.correction.swap(correction, Ordering::Relaxed);
        if correction.abs_diff(previous) > TOLERATED.unsigned_abs() {
            tracing::warn!(
                seconds_behind = correction / 1_000_000,
                "this machine's clock differs from the database's, which counts: set both right"
            );
        }
    }
}

impl Clock for SharedClock {
    fn unix_micros(&self) -> i64 {
        let correction = self.correction.load(Ordering::Relaxed);
        SystemClock.unix_micros().saturating_add(correction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    fn corrected(before: i64, after: i64, theirs: i64) -> i64 {
        let clock = SharedClock::default();
        clock.correct(before, after, theirs);
        clock.correction.load(Ordering::Relaxed)
    }

    #[test]
    fn a_clock_that_is_off_is_corrected_either_way() {
        assert_eq!(corrected(0, 2, 90 * SECOND + 1), 90 * SECOND);
        assert_eq!(corrected(90 * SECOND, 90 * SECOND, 0), -90 * SECOND);
    }

    #[test]
    fn a_moment_is_tolerated_and_a_late_answer_tells_nothing() {
        assert_eq!(corrected(0, 0, SECOND), 0);
        assert_eq!(corrected(0, 3 * SECOND, 90 * SECOND), 0);
    }

    #[test]
    fn a_clock_that_was_set_right_is_left_alone_again() {
        let clock = SharedClock::default();
        clock.correct(0, 0, 90 * SECOND);
        clock.correct(90 * SECOND, 90 * SECOND, 90 * SECOND);
        assert_eq!(clock.correction.load(Ordering::Relaxed), 0);
    }
}
