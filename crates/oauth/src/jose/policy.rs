//! When a key signs, when its successor is made, and when it leaves the key set.

use hodlxxi_kernel::Timestamp;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// The times that govern signing keys, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPolicy {
    /// For how long a key signs before its successor does.
    pub signs_for: i64,
    /// For how long a key is published before it signs, so that relying parties that keep a copy of
    /// the key set have it in time.
    pub published_ahead: i64,
    /// The longest life of a token: for that long a key stays published after it signed its last.
    pub longest_token: i64,
}

impl Default for KeyPolicy {
    /// 90 days, published one day ahead, kept one hour and five minutes (for clocks that go wrong).
    fn default() -> Self {
        Self {
            signs_for: 90 * DAY,
            published_ahead: DAY,
            longest_token: HOUR + 300,
        }
    }
}

impl KeyPolicy {
    /// Whether the successor of the newest key, which signs from `signs_from` on, is to be made.
    pub(super) fn successor_due(&self, signs_from: Timestamp, now: Timestamp) -> bool {
        signs_from.plus(self.signs_for - self.published_ahead) <= now
    }

    /// When a key retires whose successor signs from `successor_signs_from` on.
    pub(super) fn retires_at(&self, successor_signs_from: Timestamp) -> Timestamp {
        successor_signs_from.plus(self.longest_token)
    }
}
