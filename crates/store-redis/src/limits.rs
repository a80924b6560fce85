//! Rate limits: all limits of a request in one script, exact across all nodes.
//!
//! The script decides as [`Quota::take`](hodlxxi_limit::Quota::take) does; the contract holds the two
//! together. A limit that owes nothing expires by itself. An emptied Redis has forgotten all debts, which
//! lets nobody do more than once more the whole quota.

use std::sync::LazyLock;

use hodlxxi_kernel::StoreError;
use hodlxxi_limit::{Ask, CLOCK_SKEW, Level, LimitStore, Verdict};
use redis::Script;

use crate::fault::Fault;
use crate::redis::Redis;

static LIMITS: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/limits.lua")));

impl Redis {
    fn count(&self, mode: &str, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        let answer: Vec<i64> = self.run(&LIMITS, |call| {
            call.arg(mode).arg(now).arg(now.saturating_add(CLOCK_SKEW));
            for ask in asks {
                call.key(self.key("limit", &ask.key.to_text()))
                    .arg(ask.quota.capacity())
                    .arg(ask.quota.price(ask.cost))
                    .arg(ask.quota.room(ask.cost));
            }
        })?;
        let (levels, _) = answer.as_chunks();
        if levels.len() != asks.len() {
            return Err(Fault::value("limits")("another number of them than asked").into());
        }
        Ok(asks.iter().zip(levels).map(verdict).collect())
    }
}

fn verdict((ask, [fits, tat, at]): (&Ask, &[i64; 3])) -> Verdict {
    let level = Level { tat: *tat, at: *at };
    if *fits == 1 {
        ask.quota.standing(level)
    } else {
        ask.quota.refusal(level, ask.cost)
    }
}

impl LimitStore for Redis {
    fn take(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        self.count("take", asks, now)
    }

    fn charge(&self, asks: &[Ask], now: i64) -> Result<Vec<Verdict>, StoreError> {
        self.count("charge", asks, now)
    }

    fn purge_limits(&self, _now: i64, _limit: u32) -> Result<usize, StoreError> {
        Ok(0)
    }
}
