//! Time as an argument: what the hour is comes from a [`Clock`], never from the system directly.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A moment in Unix time, in whole seconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `seconds` after the Unix epoch.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    pub const fn as_unix(self) -> i64 {
        self.0
    }

    /// This moment and `seconds` more, at most the end of time.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// This moment less `seconds`, at least the beginning of time.
    #[must_use]
    pub const fn minus(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// Seconds from `earlier` to this moment; negative if `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Microseconds since the Unix epoch.
    fn unix_micros(&self) -> i64;

    /// The current moment in whole seconds.
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.unix_micros().div_euclid(1_000_000))
    }
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the ambient clock"
    )]
    fn unix_micros(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |m| -m),
        }
    }
}

/// A clock that moves only when told to; for tests and examples.
///
/// ```
/// use hodlxxi_kernel::{Clock, ManualClock, Timestamp};
/// let clock = ManualClock::at(Timestamp::from_unix(1_000));
/// clock.advance(5);
/// assert_eq!(clock.now().as_unix(), 1_005);
/// ```
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at `moment`.
    pub fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.as_unix().saturating_mul(1_000_000)))
    }

    /// Moves the clock by `seconds`; backwards if negative.
    pub fn advance(&self, seconds: i64) {
        self.0
            .fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn unix_micros(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        assert_eq!(Timestamp::from_unix(i64::MAX).plus(1).as_unix(), i64::MAX);
        assert_eq!(Timestamp::from_unix(i64::MIN).minus(1).as_unix(), i64::MIN);
    }

    #[test]
    fn a_moment_before_the_epoch_rounds_down() {
        let clock = ManualClock(AtomicI64::new(-1));
        assert_eq!(clock.now().as_unix(), -1);
    }

    #[test]
    fn the_system_clock_runs_in_this_century() {
        assert!(SystemClock.now() > Timestamp::from_unix(1_700_000_000));
    }
}
