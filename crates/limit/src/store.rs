//! The store that keeps limits.

use hodlxxi_kernel::StoreError;

use crate::key::LimitKey;
use crate::quota::{Quota, Verdict};

/// What is asked of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Which limit.
    pub key: LimitKey,
    /// What it allows.
    pub quota: Quota,
    /// How much is to be taken. 0 looks whether one would fit, and takes nothing.
    pub cost: u32,
}

/// Keeps limits. Each method is one atomic step over all limits it is asked about; they are different
/// ones. `now` is in microseconds of Unix time, and may come from clocks that differ.
pub trait LimitStore: Send + Sync {
    /// Takes from all limits, or from none if one of them has no room. A verdict for each, in the order
    /// of `asks`; nothing was taken unless all of them fit.
    fn take(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError>;

    /// Adds to all limits whether it fits or not, up to their quota; a verdict for each.
    fn charge(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError>;

    /// Forgets at most `limit` limits that owe nothing any more and forget themselves no other way;
    /// answers how many.
    fn purge_limits(&self, now: i64, limit: u32) -> Result<usize, StoreError>;
}
