//! Where limits are counted, and what happens while that cannot be reached.
//!
//! Redis gone must not take down what does not need it: this process then counts by itself, so that a
//! limit holds for each node instead of for all of them. A database gone is told, since whatever is
//! limited there needs the database anyway.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hodlxxi_kernel::StoreError;
use hodlxxi_limit::{Act, Ask, LimitError, LimitStore, MemoryLimits, Standing, Verdict};

use hodlxxi_oauth::grant::ActiveAccessToken;

use crate::compose::App;
use crate::http::{Caller, Failure};

/// Microseconds for which a store that failed is left alone: one request in that time waits for it.
const PAUSE: i64 = 5_000_000;

/// Counts in a store that nodes share, and in this process while that store fails.
pub(crate) struct WithFallback {
    shared: Arc<dyn LimitStore>,
    local: MemoryLimits,
    /// When the store is tried again; 0 while it works.
    again_at: AtomicI64,
}

impl WithFallback {
    /// Counts in `shared` as long as that works.
    pub(crate) fn new(shared: Arc<dyn LimitStore>) -> Self {
        Self {
            shared,
            local: MemoryLimits::default(),
            again_at: AtomicI64::new(0),
        }
    }

    fn count<T>(
        &self,
        now: i64,
        count: impl Fn(&dyn LimitStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let again_at = self.again_at.load(Ordering::Relaxed);
        if again_at != 0 && !self.is_my_turn(again_at, now) {
            return count(&self.local);
        }
        match count(&*self.shared) {
            Ok(counted) => {
                if self.again_at.swap(0, Ordering::Relaxed) != 0 {
                    tracing::info!("rate limits are counted for all nodes again");
                }
                Ok(counted)
            }
            Err(error) => {
                self.again_at.store(now + PAUSE, Ordering::Relaxed);
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(
                    cause,
                    "rate limits are counted by this node alone: their store failed"
                );
                count(&self.local)
            }
        }
    }

    /// Whether this request is the one that tries the store again.
    fn is_my_turn(&self, again_at: i64, now: i64) -> bool {
        let next = now + PAUSE;
        let order = Ordering::Relaxed;
        let claimed = || self.again_at.compare_exchange(again_at, next, order, order);
        again_at <= now && claimed().is_ok()
    }
}

impl LimitStore for WithFallback {
    fn take(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        self.count(now, |store| store.take(asks, now))
    }

    fn charge(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        self.count(now, |store| store.charge(asks, now))
    }

    fn purge_limits(&self, now: i64, limit: u32) -> Result<usize, StoreError> {
        self.count(now, |store| store.purge_limits(now, limit))
    }
}

impl App {
    /// Lets `caller` do `act`, or refuses; answers how the limit stands that the act is about.
    pub(crate) fn take(&self, caller: Caller, act: Act<'_>) -> Result<Option<Standing>, Failure> {
        let taken = self.limiter().take(caller.address(), act);
        taken.map_err(|error| self.limited(error))
    }

    /// Counts that `act` of `caller` failed; a refusal where its failures are no longer told.
    pub(crate) fn failed(&self, caller: Caller, act: Act<'_>) -> Result<(), Failure> {
        let charged = self.limiter().failed(caller.address(), act);
        charged.map_err(|error| self.limited(error))
    }

    /// Counts a call of an API of ours against the client of the token that it was made with.
    pub(crate) fn take_call(
        &self,
        caller: Caller,
        token: &ActiveAccessToken,
    ) -> Result<Option<Standing>, Failure> {
        let (client, tier) = (token.grant.client.as_str(), token.tier);
        self.take(caller, Act::Call { client, tier })
    }

    fn limited(&self, error: LimitError) -> Failure {
        match error {
            LimitError::Refused(standing) => {
                self.metrics().rate_limited(standing.policy.name());
                Failure::rate_limited(standing)
            }
            LimitError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU32};

    use hodlxxi_kernel::{MasterKey, OsEntropy, StoreErrorKind};
    use hodlxxi_limit::{LimitKey, Quota};

    use super::*;

    const NOW: i64 = 1_795_000_000_000_000;

    /// A store that can be taken away.
    #[derive(Default)]
    struct Shaky {
        kept: MemoryLimits,
        is_away: AtomicBool,
        asked: AtomicU32,
    }

    impl Shaky {
        fn reach(&self) -> Result<&MemoryLimits, StoreError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
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
    fn while_the_store_is_away_the_node_counts_and_asks_it_rarely() {
        let store = Arc::new(Shaky::default());
        let limits = WithFallback::new(store.clone());
        let secret = MasterKey::generate(&OsEntropy).derive("test");
        let ask = Ask {
            key: LimitKey::new(&secret, &[b"x"]),
            quota: Quota::new(2, 3_600),
            cost: 1,
        };
        let fits = |now: i64| limits.take(&[ask], now).unwrap()[0].fits;
        assert!(fits(NOW));
        store.is_away.store(true, Ordering::SeqCst);
        // The node knows nothing of what the others counted, and holds to the quota by itself.
        let counted: Vec<bool> = (0..10).map(|_| fits(NOW)).collect();
        assert_eq!(counted.iter().filter(|fits| **fits).count(), 2);
        assert_eq!(store.asked.load(Ordering::SeqCst), 2);
        assert!(!fits(NOW + PAUSE));
        assert_eq!(store.asked.load(Ordering::SeqCst), 3);
        store.is_away.store(false, Ordering::SeqCst);
        assert!(!fits(NOW + PAUSE));
        assert!(fits(NOW + 2 * PAUSE));
        assert!(!fits(NOW + 2 * PAUSE));
        assert_eq!(store.asked.load(Ordering::SeqCst), 5);
    }
}
