//! Limits while Redis is away.
//!
//! Redis gone must not take down what does without it: this process then counts by itself, so that a limit
//! holds for each node instead of for all of them together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hodlxxi_kernel::StoreError;
use hodlxxi_limit::{Ask, LimitStore, MemoryLimits, Verdict};

/// Counts in a store that nodes share, and in this process while that store fails. The store itself sees
/// to it that not every request waits for it in vain.
pub struct LimitsWithFallback {
    shared: Arc<dyn LimitStore>,
    local: MemoryLimits,
    failing: AtomicBool,
}

impl LimitsWithFallback {
    /// Counts in `shared` as long as that works.
    pub fn new(shared: Arc<dyn LimitStore>) -> Self {
        Self {
            shared,
            local: MemoryLimits::default(),
            failing: AtomicBool::new(false),
        }
    }

    fn count<T>(
        &self,
        count: impl Fn(&dyn LimitStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let counted = count(&*self.shared);
        if self.failing.swap(counted.is_err(), Ordering::Relaxed) != counted.is_err() {
            match &counted {
                Ok(_) => tracing::info!("rate limits hold for all nodes together again"),
                Err(error) => {
                    let cause = std::error::Error::source(error).map(ToString::to_string);
                    tracing::warn!(cause, "rate limits hold for each node by itself");
                }
            }
        }
        counted.or_else(|_| count(&self.local))
    }
}

impl LimitStore for LimitsWithFallback {
    fn take(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        self.count(|store| store.take(asks, now))
    }

    fn charge(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        self.count(|store| store.charge(asks, now))
    }

    fn purge_limits(&self, now: i64, limit: u32) -> Result<usize, StoreError> {
        self.count(|store| store.purge_limits(now, limit))
    }
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::{MasterKey, OsEntropy, StoreErrorKind};
    use hodlxxi_limit::{LimitKey, Quota};

    use super::*;

    const NOW: i64 = 1_795_000_000_000_000;

    /// A store that can be taken away.
    #[derive(Default)]
    struct Shaky {
        kept: MemoryLimits,
        is_away: AtomicBool,
    }

    impl Shaky {
        fn reach(&self) -> Result<&MemoryLimits, StoreError> {
            if self.is_away.load(Ordering::SeqCst) {
                return Err(StoreError::new(StoreErrorKind::Unavailable, "away"));
            }
            Ok(&self.kept)
        }
    }

    impl LimitStore for Shaky {
        fn take(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
            self.reach()?.take(asks, now)
        }

        fn charge(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
            self.reach()?.charge(asks, now)
        }

        fn purge_limits(&self, now: i64, limit: u32) -> Result<usize, StoreError> {
            self.reach()?.purge_limits(now, limit)
        }
    }

    #[test]
    fn while_the_store_is_away_the_node_holds_to_the_quota_by_itself() {
        let store = Arc::new(Shaky::default());
        let limits = LimitsWithFallback::new(store.clone());
        let secret = MasterKey::generate(&OsEntropy).derive("test");
        let ask = Ask {
            key: LimitKey::new(&secret, &[b"x"]),
            quota: Quota::new(2, 3_600),
            cost: 1,
        };
        let fits = || limits.take(&[ask], NOW).unwrap()[0].fits;
        assert!(fits());
        store.is_away.store(true, Ordering::SeqCst);
        // It knows nothing of what the others counted.
        assert_eq!([(); 4].map(|()| fits()), [true, true, false, false]);
        assert!(!limits.charge(&[ask], NOW).unwrap()[0].fits);
        // What all of them counted is still there.
        store.is_away.store(false, Ordering::SeqCst);
        assert_eq!([(); 2].map(|()| fits()), [true, false]);
    }
}
