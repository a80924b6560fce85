//! The decision: GCRA, the generic cell rate algorithm (ITU-T I.371), as pure functions.
//!
//! A limit is known by its theoretical arrival time: the moment at which everything taken so far will
//! have been earned back. What lies between now and then is the debt; an act fits if its cost and the
//! debt together are no more than the quota. All moments are microseconds of Unix time.

const MICROS: i64 = 1_000_000;

/// How far the clocks of nodes may differ, in microseconds: five minutes. A level from further ahead was
/// told by a clock that was wrong, and is as good as none.
pub const CLOCK_SKEW: i64 = 300 * MICROS;

/// How much may be done: `count` acts in every period, all of them at once if need be. Each act is
/// earned back after its share of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    count: u32,
    period: u32,
}

/// What is known of one limit: nothing, as long as nobody used it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The theoretical arrival time; never before `at`.
    pub tat: i64,
    /// The latest moment that any node told. For one limit time does not run backwards: a node whose
    /// clock is behind, by no more than [`CLOCK_SKEW`], finds a debt as it was, and not one grown by the
    /// difference of the clocks.
    pub at: i64,
}

/// How a limit stands after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether what was asked for fits.
    pub fits: bool,
    /// How many acts more fit at once.
    pub remaining: u32,
    retry_after: i64,
    reset_after: i64,
}

/// A decision, and the level to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How the limit stands.
    pub verdict: Verdict,
    /// What to keep; unchanged where nothing was taken.
    pub level: Option<Level>,
}

impl Quota {
    /// `count` acts in every `period` seconds; each at least one.
    pub const fn new(count: u32, period: u32) -> Self {
        Self {
            count: if count == 0 { 1 } else { count },
            period: if period == 0 { 1 } else { period },
        }
    }

    /// How many acts.
    pub const fn count(self) -> u32 {
        self.count
    }

    /// In how many seconds.
    pub const fn period(self) -> u32 {
        self.period
    }

    /// Microseconds in which one act is earned back, rounded up: never more than the quota.
    pub const fn interval(self) -> i64 {
        let (period, count) = (self.period as i64 * MICROS, self.count as i64);
        (period + count - 1) / count
    }

    /// The most debt there may be, in microseconds.
    pub const fn capacity(self) -> i64 {
        self.interval() * self.count as i64
    }

    /// What an act of `cost` adds to the debt, in microseconds.
    pub const fn price(self, cost: u32) -> i64 {
        self.interval().saturating_mul(cost as i64)
    }

    /// What must be free for an act of `cost`, in microseconds. An act without cost only looks, and
    /// needs the room of one.
    pub const fn room(self, cost: u32) -> i64 {
        self.price(if cost == 0 { 1 } else { cost })
    }

    /// Takes `cost` if it fits, and nothing if it does not. A cost of 0 looks whether one fits.
    pub fn take(self, level: Option<Level>, now: i64, cost: u32) -> Outcome {
        let (at, debt) = self.debt(level, now);
        if debt > self.capacity().saturating_sub(self.room(cost)) {
            return Outcome {
                verdict: self.refused(debt, cost),
                level,
            };
        }
        let debt = debt + self.price(cost);
        let taken = Level { tat: at + debt, at };
        Outcome {
            verdict: self.standing(taken),
            level: if cost == 0 { level } else { Some(taken) },
        }
    }

    /// Adds `cost` whether it fits or not, up to a quota that is wholly spent; the verdict says
    /// whether it did. For what has happened already.
    pub fn charge(self, level: Option<Level>, now: i64, cost: u32) -> Outcome {
        let taken = self.take(level, now, cost);
        if taken.verdict.fits {
            return taken;
        }
        let (at, debt) = self.debt(level, now);
        let debt = debt.saturating_add(self.price(cost)).min(self.capacity());
        Outcome {
            verdict: self.refused(debt, cost),
            level: Some(Level { tat: at + debt, at }),
        }
    }

    /// How a limit stands whose level, after something that fitted, is `level`. For stores that decide
    /// by themselves, as [`refusal`](Self::refusal) is.
    pub fn standing(self, level: Level) -> Verdict {
        let debt = level.tat.saturating_sub(level.at);
        Verdict {
            fits: true,
            remaining: self.remaining(debt),
            retry_after: 0,
            reset_after: debt,
        }
    }

    /// How a limit stands whose level, after something of `cost` that did not fit, is `level`.
    pub fn refusal(self, level: Level, cost: u32) -> Verdict {
        self.refused(level.tat.saturating_sub(level.at), cost)
    }

    fn refused(self, debt: i64, cost: u32) -> Verdict {
        Verdict {
            fits: false,
            remaining: self.remaining(debt),
            retry_after: debt
                .saturating_add(self.room(cost))
                .saturating_sub(self.capacity()),
            reset_after: debt,
        }
    }

    fn remaining(self, debt: i64) -> u32 {
        let free = self.capacity().saturating_sub(debt).max(0);
        u32::try_from(free / self.interval()).unwrap_or(self.count)
    }

    /// The moment that counts, and the debt then.
    fn debt(self, level: Option<Level>, now: i64) -> (i64, i64) {
        let told = level.filter(|level| level.at <= now.saturating_add(CLOCK_SKEW));
        let Some(level) = told else {
            return (now, 0);
        };
        let at = now.max(level.at);
        let debt = level.tat.saturating_sub(at);
        // More than the capacity was left by a larger quota.
        (at, debt.clamp(0, self.capacity()))
    }
}

impl Verdict {
    /// Seconds until the same would fit if nobody else takes anything, rounded up; 0 where it fits.
    pub const fn retry_after(self) -> u64 {
        seconds(self.retry_after)
    }

    /// Microseconds until the same would fit.
    pub const fn retry_after_micros(self) -> i64 {
        self.retry_after
    }

    /// Seconds until the whole quota is there again, rounded up.
    pub const fn reset_after(self) -> u64 {
        seconds(self.reset_after)
    }
}

const fn seconds(micros: i64) -> u64 {
    if micros <= 0 {
        return 0;
    }
    micros.unsigned_abs().div_ceil(MICROS.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_795_000_000 * MICROS;

    /// Acts that fit of those tried at `moments`.
    fn allowed(quota: Quota, moments: &[i64]) -> Vec<i64> {
        let mut level = None;
        let mut allowed = Vec::new();
        for now in moments {
            let outcome = quota.take(level, *now, 1);
            level = outcome.level;
            if outcome.verdict.fits {
                allowed.push(*now);
            }
        }
        allowed
    }

    #[test]
    fn all_at_once_and_then_one_at_a_time() {
        let quota = Quota::new(3, 30);
        assert_eq!(
            (quota.interval(), quota.capacity()),
            (10 * MICROS, 30 * MICROS)
        );
        assert_eq!(allowed(quota, &[NOW; 5]).len(), 3);
        let spent = Some(Level {
            tat: NOW + 30 * MICROS,
            at: NOW,
        });
        let refused = quota.take(spent, NOW, 1);
        assert_eq!(refused.level, spent);
        assert_eq!(
            (refused.verdict.remaining, refused.verdict.retry_after()),
            (0, 10)
        );
        assert_eq!(refused.verdict.reset_after(), 30);
        assert!(!quota.take(spent, NOW + 10 * MICROS - 1, 1).verdict.fits);
        assert!(quota.take(spent, NOW + 10 * MICROS, 1).verdict.fits);
    }

    #[test]
    fn looking_takes_nothing_and_needs_the_room_of_one() {
        let quota = Quota::new(1, 1);
        let seen = quota.take(None, NOW, 0);
        assert_eq!(
            (seen.verdict.fits, seen.level, seen.verdict.remaining),
            (true, None, 1)
        );
        let spent = quota.take(None, NOW, 1).level;
        assert!(!quota.take(spent, NOW, 0).verdict.fits);
    }

    #[test]
    fn a_charge_counts_also_where_it_does_not_fit_and_no_further_than_the_quota() {
        let quota = Quota::new(2, 20);
        let mut level = None;
        let fits: Vec<bool> = (0..5)
            .map(|_| {
                let outcome = quota.charge(level, NOW, 1);
                level = outcome.level;
                outcome.verdict.fits
            })
            .collect();
        assert_eq!(fits, [true, true, false, false, false]);
        assert!(quota.take(level, NOW + 10 * MICROS, 1).verdict.fits);
    }

    #[test]
    fn a_clock_that_is_behind_finds_what_the_other_left() {
        let quota = Quota::new(10, 10);
        let ahead = quota.take(None, NOW + 90 * MICROS, 1).level;
        let behind = quota.take(ahead, NOW, 1);
        assert!(behind.verdict.fits);
        assert_eq!(behind.verdict.remaining, 8);
        assert_eq!(behind.level.map(|level| level.at), Some(NOW + 90 * MICROS));
    }

    #[test]
    fn a_debt_left_by_a_larger_quota_is_no_more_than_all_of_this_one() {
        let large = Quota::new(1, 1_000).take(None, NOW, 1).level;
        let small = Quota::new(10, 10);
        assert_eq!(small.take(large, NOW, 1).verdict.retry_after(), 1);
    }

    #[test]
    fn nothing_overflows() {
        let quota = Quota::new(u32::MAX, u32::MAX);
        assert!(quota.take(None, i64::MAX / 2, u32::MAX).verdict.fits);
        let quota = Quota::new(0, u32::MAX);
        assert!(!quota.take(None, NOW, u32::MAX).verdict.fits);
        assert_eq!((quota.count(), quota.period()), (1, u32::MAX));
    }

    proptest! {
        /// In no stretch of time more than the quota and what is earned back in it.
        #[test]
        fn never_more_than_the_quota_and_what_is_earned_back(
            count in 1u32..50,
            period in 1u32..100,
            steps in prop::collection::vec(0i64..3_000_000, 1..200),
        ) {
            let quota = Quota::new(count, period);
            let mut now = NOW;
            let moments: Vec<i64> = steps.iter().map(|step| { now += step; now }).collect();
            let allowed = allowed(quota, &moments);
            for (first, begin) in allowed.iter().enumerate() {
                for (last, end) in allowed.iter().enumerate().skip(first) {
                    let acts = i64::try_from(last - first + 1).unwrap();
                    let earned = (end - begin) / quota.interval();
                    prop_assert!(acts <= i64::from(count) + earned);
                }
            }
        }

        /// Nobody who is refused is told too late or too early.
        #[test]
        fn what_is_told_of_the_next_try_is_exact(
            count in 1u32..50,
            period in 1u32..1_000,
            taken in 0u32..60,
            later in 0i64..10_000_000,
            cost in 0u32..3,
        ) {
            let quota = Quota::new(count, period);
            prop_assume!(cost <= count);
            let mut level = None;
            for _ in 0..taken {
                level = quota.take(level, NOW, 1).level;
            }
            let now = NOW + later;
            let verdict = quota.take(level, now, cost).verdict;
            if !verdict.fits {
                let wait = verdict.retry_after_micros();
                prop_assert!(wait > 0);
                prop_assert!(quota.take(level, now + wait, cost).verdict.fits);
                prop_assert!(!quota.take(level, now + wait - 1, cost).verdict.fits);
            }
        }

        /// What is said to remain can be taken, and no more.
        #[test]
        fn what_remains_can_be_taken(count in 1u32..100, period in 1u32..100, taken in 1u32..100) {
            let quota = Quota::new(count, period);
            let mut outcome = quota.take(None, NOW, 1);
            for _ in 1..taken.min(count) {
                outcome = quota.take(outcome.level, NOW, 1);
            }
            let left = outcome.verdict.remaining;
            prop_assert_eq!(left, count - taken.min(count));
            prop_assert!(left == 0 || quota.take(outcome.level, NOW, left).verdict.fits);
            prop_assert!(!quota.take(outcome.level, NOW, left + 1).verdict.fits);
        }
    }
}
