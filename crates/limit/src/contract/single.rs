//! What is promised of each limit.

use super::fixture::{HOUR, NOW, SECOND, ask, at_once, taken};
use crate::quota::Quota;
use crate::store::LimitStore;

/// Of many threads that take at the same time, over and over, exactly as many get something as the quota
/// says.
pub fn of_many_at_once_exactly_the_quota_fits<S: LimitStore>(store: &S) {
    const TRIES: usize = 5;
    let limit = ask("raced", Quota::new(50, HOUR), 1);
    let fitted = at_once(|_| (0..TRIES).filter(|_| taken(store, &[limit], NOW)).count());
    assert_eq!(fitted.iter().sum::<usize>(), 50);
    assert!(!taken(store, &[limit], NOW));
}

/// A spent limit refuses until one act is earned back, and says exactly when that is.
pub fn what_is_taken_is_earned_back<S: LimitStore>(store: &S) {
    let limit = ask("earned", Quota::new(3, 30), 1);
    for left in [2, 1, 0] {
        let verdict = store.take(&[limit], NOW).unwrap()[0];
        assert!(verdict.fits);
        assert_eq!(verdict.remaining, left);
    }
    let refused = store.take(&[limit], NOW + SECOND).unwrap()[0];
    assert!(!refused.fits);
    assert_eq!((refused.remaining, refused.retry_after()), (0, 9));
    assert_eq!(refused.reset_after(), 29);
    assert!(!taken(store, &[limit], NOW + 10 * SECOND - 1));
    assert!(taken(store, &[limit], NOW + 10 * SECOND));
    assert!(!taken(store, &[limit], NOW + 10 * SECOND));
}

/// Whatever the store computes by itself, it is what [`Quota`] says.
pub fn every_decision_is_the_pure_one<S: LimitStore>(store: &S) {
    for (count, period) in [(1, 1), (3, 10), (7, 3), (600, 60)] {
        let quota = Quota::new(count, period);
        let mut level = None;
        let mut now = NOW;
        // Steps that are now shorter, now longer than what one act takes to be earned back; some go back.
        for step in 0..60_i64 {
            now += (step * 7_919) % 1_300_000 - 200_000;
            let cost = u32::try_from(step % 3).unwrap();
            let name = format!("{count} in {period}");
            let asked = [ask(&name, quota, cost)];
            let (expected, verdicts) = if step % 5 == 4 {
                (quota.charge(level, now, cost), store.charge(&asked, now))
            } else {
                (quota.take(level, now, cost), store.take(&asked, now))
            };
            assert_eq!(verdicts.unwrap(), [expected.verdict], "{name}, step {step}");
            level = expected.level;
        }
    }
}

/// Looking whether one would fit takes nothing; a spent limit shows no room.
pub fn looking_takes_nothing<S: LimitStore>(store: &S) {
    let quota = Quota::new(1, HOUR);
    for _ in 0..3 {
        assert!(taken(store, &[ask("seen", quota, 0)], NOW));
    }
    assert!(taken(store, &[ask("seen", quota, 1)], NOW));
    assert!(!taken(store, &[ask("seen", quota, 0)], NOW));
}

/// What is taken from one limit is not taken from another.
pub fn limits_do_not_touch_each_other<S: LimitStore>(store: &S) {
    let quota = Quota::new(1, HOUR);
    assert!(taken(store, &[ask("a", quota, 1)], NOW));
    assert!(taken(store, &[ask("b", quota, 1)], NOW));
    assert!(!taken(store, &[ask("a", quota, 1)], NOW));
}

/// A charge says whether it fitted, counts in any case, and never takes more than the whole quota.
pub fn a_charge_counts_whether_it_fits_or_not<S: LimitStore>(store: &S) {
    let limit = ask("charged", Quota::new(2, 20), 1);
    let charge = || store.charge(&[limit], NOW).unwrap()[0];
    assert_eq!([(); 4].map(|()| charge().fits), [true, true, false, false]);
    assert_eq!(charge().retry_after(), 10);
    assert!(!taken(store, &[limit], NOW + 10 * SECOND - 1));
    assert!(taken(store, &[limit], NOW + 10 * SECOND));
}

/// Of many charges at the same time none is lost.
pub fn of_many_charges_at_once_each_counts<S: LimitStore>(store: &S) {
    let quota = Quota::new(1_000, HOUR);
    at_once(|_| {
        for _ in 0..3 {
            store.charge(&[ask("charges", quota, 1)], NOW).unwrap();
        }
    });
    let seen = store.take(&[ask("charges", quota, 0)], NOW).unwrap()[0];
    assert_eq!(seen.remaining, 1_000 - 48);
}

/// A node whose clock is behind another's takes what is left, and refuses nobody for the difference.
pub fn a_clock_that_is_behind_is_not_refused_for_it<S: LimitStore>(store: &S) {
    let limit = ask("clocks", Quota::new(10, 10), 1);
    assert!(taken(store, &[limit], NOW + 90 * SECOND));
    let behind = store.take(&[limit], NOW).unwrap()[0];
    assert!(behind.fits);
    assert_eq!(behind.remaining, 8);
    for _ in 0..8 {
        assert!(taken(store, &[limit], NOW));
    }
    assert!(!taken(store, &[limit], NOW));
    assert!(taken(store, &[limit], NOW + 91 * SECOND));
}

/// What was taken by a clock that was far ahead is forgotten, and does not shut anybody out until that moment
/// comes.
pub fn a_clock_that_was_far_ahead_does_no_lasting_harm<S: LimitStore>(store: &S) {
    let quota = Quota::new(2, 20);
    let (one, other) = (ask("taken", quota, 1), ask("charged", quota, 1));
    for limit in [one, other] {
        let ahead = NOW + 7_200 * SECOND;
        assert!(taken(store, &[limit], ahead) && taken(store, &[limit], ahead));
        assert!(!taken(store, &[limit], ahead));
    }
    assert!(taken(store, &[ask("taken", quota, 0)], NOW));
    assert!(taken(store, &[one], NOW) && taken(store, &[one], NOW));
    assert!(!taken(store, &[one], NOW));
    let fits = || store.charge(&[other], NOW).unwrap()[0].fits;
    assert_eq!([(); 3].map(|()| fits()), [true, true, false]);
    for limit in [one, other] {
        assert!(!taken(store, &[limit], NOW + 10 * SECOND - 1));
        assert!(taken(store, &[limit], NOW + 10 * SECOND));
    }
}
