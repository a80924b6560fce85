//! Limits of one process.
//!
//! A limit that owes nothing is the same as one nobody used, so forgetting it loses nothing. Memory is
//! bounded all the same: where more limits owe something than there is room for, those that owe least are
//! forgotten.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hodlxxi_kernel::StoreError;

use crate::key::LimitKey;
use crate::quota::{Level, Outcome, Verdict};
use crate::store::{Ask, LimitStore};

/// Limits kept at most, unless said otherwise: about 10 MiB.
const MOST: usize = 100_000;

/// Limits below which nobody looks for what can be forgotten.
const FEW: usize = 1_000;

/// A store in the memory of this process.
pub struct MemoryLimits {
    state: Mutex<State>,
    most: usize,
}

struct State {
    levels: HashMap<LimitKey, Level>,
    /// The number of limits at which what owes nothing is forgotten: twice what was left the last time,
    /// so that it costs each act next to nothing.
    sweep_at: usize,
}

impl MemoryLimits {
    /// A store of at most `most` limits.
    pub fn new(most: usize) -> Self {
        Self {
            state: Mutex::new(State {
                levels: HashMap::new(),
                sweep_at: FEW.min(most),
            }),
            most,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No step panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryLimits {
    fn default() -> Self {
        Self::new(MOST)
    }
}

impl State {
    fn keep(&mut self, asks: &[Ask], outcomes: &[Outcome]) {
        for (ask, outcome) in asks.iter().zip(outcomes) {
            if let Some(level) = outcome.level {
                self.levels.insert(ask.key, level);
            }
        }
    }

    fn make_room(&mut self, now: i64, most: usize) {
        if self.levels.len() < self.sweep_at {
            return;
        }
        self.levels.retain(|_, level| level.tat > now);
        if self.levels.len() >= most {
            let mut ends: Vec<i64> = self.levels.values().map(|level| level.tat).collect();
            let middle = ends.len() / 2;
            let (_, median, _) = ends.select_nth_unstable(middle);
            let median = *median;
            self.levels.retain(|_, level| level.tat > median);
        }
        self.sweep_at = (2 * self.levels.len()).clamp(FEW.min(most), most);
    }
}

fn verdicts(outcomes: &[Outcome]) -> Vec<Verdict> {
    outcomes.iter().map(|outcome| outcome.verdict).collect()
}

impl LimitStore for MemoryLimits {
    fn take(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        let mut state = self.state();
        state.make_room(now, self.most);
        let level = |ask: &Ask| state.levels.get(&ask.key).copied();
        let outcomes: Vec<Outcome> = asks
            .iter()
            .map(|ask| ask.quota.take(level(ask), now, ask.cost))
            .collect();
        if outcomes.iter().all(|outcome| outcome.verdict.fits) {
            state.keep(asks, &outcomes);
        }
        Ok(verdicts(&outcomes))
    }

    fn charge(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        let mut state = self.state();
        state.make_room(now, self.most);
        let level = |ask: &Ask| state.levels.get(&ask.key).copied();
        let outcomes: Vec<Outcome> = asks
            .iter()
            .map(|ask| ask.quota.charge(level(ask), now, ask.cost))
            .collect();
        state.keep(asks, &outcomes);
        Ok(verdicts(&outcomes))
    }

    /// Forgets what owes nothing, however much it is.
    fn purge_limits(&self, now: i64, _: u32) -> Result<usize, StoreError> {
        let mut state = self.state();
        let before = state.levels.len();
        state.levels.retain(|_, level| level.tat > now);
        Ok(before - state.levels.len())
    }
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::{MasterKey, OsEntropy};

    use super::*;
    use crate::quota::Quota;

    const NOW: i64 = 1_795_000_000_000_000;

    crate::limit_store_contract!(MemoryLimits::default());

    fn asks(count: u32) -> Vec<Ask> {
        let secret = MasterKey::generate(&OsEntropy).derive("test");
        (0..count)
            .map(|n| Ask {
                key: LimitKey::new(&secret, &[&n.to_be_bytes()]),
                quota: Quota::new(10, 10),
                cost: 1,
            })
            .collect()
    }

    #[test]
    fn what_owes_nothing_is_forgotten_before_there_is_too_much_of_it() {
        let store = MemoryLimits::default();
        for (n, ask) in asks(10_000).into_iter().enumerate() {
            let now = NOW + i64::try_from(n).unwrap() * 10_000;
            store.take(&[ask], now).unwrap();
        }
        // A hundred are taken each second, and owe for one second.
        assert!(store.state().levels.len() <= FEW);
    }

    #[test]
    fn there_is_a_most_and_who_owes_most_stays() {
        let store = MemoryLimits::new(100);
        let asks = asks(1_000);
        for _ in 0..10 {
            store.take(&asks[..1], NOW).unwrap();
        }
        for ask in &asks[1..] {
            store.take(&[*ask], NOW).unwrap();
            assert!(store.state().levels.len() <= 100);
        }
        assert!(!store.take(&asks[..1], NOW).unwrap()[0].fits);
    }
}
