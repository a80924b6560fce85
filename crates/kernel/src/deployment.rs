//! Which nodes belong together, and what is taken of their clocks.

use crate::Clock;

/// How far the clocks of two nodes may be apart, in milliseconds: each is within two seconds of the time
/// that all nodes share.
pub const CLOCKS_APART: i64 = 4_000;

/// All nodes on one database: the name under which they share what that database does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Its name, kept in that database: 32 hex digits. Under another name nothing is shared yet.
    pub id: String,
    /// Whether nothing can have been shared under that name, here or elsewhere, so that there is
    /// nothing that could have been forgotten.
    pub is_new: bool,
}

/// Where a memory of what was used begins that knows nothing now, in milliseconds of Unix time: no node's
/// clock was there before, so that nothing that bears a later time was used before.
///
/// ```
/// use hodlxxi_kernel::{ManualClock, Timestamp, memory_begins};
/// let clock = ManualClock::at(Timestamp::from_unix(10));
/// assert_eq!(memory_begins(&clock), 14_000);
/// ```
pub fn memory_begins(clock: &dyn Clock) -> i64 {
    let now = clock.unix_micros().div_euclid(1_000);
    now.saturating_add(CLOCKS_APART)
}
