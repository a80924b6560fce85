//! What is promised of several limits in one step, and of what is kept.

use super::fixture::{HOUR, NOW, SECOND, ask, at_once, taken};
use crate::quota::Quota;
use crate::store::LimitStore;

/// Where one limit has no room, nothing is taken from the others.
pub fn all_are_taken_or_none<S: LimitStore>(store: &S) {
    let wide = ask("wide", Quota::new(3, HOUR), 1);
    let narrow = ask("narrow", Quota::new(1, HOUR), 1);
    assert!(taken(store, &[wide, narrow], NOW));
    for asks in [[wide, narrow], [narrow, wide]] {
        assert!(!taken(store, &asks, NOW));
    }
    let verdict = store.take(&[wide], NOW).unwrap()[0];
    assert!(verdict.fits);
    assert_eq!(verdict.remaining, 1);
}

/// Verdicts are in the order of what was asked, those that fit and those that do not.
pub fn verdicts_come_in_the_order_asked<S: LimitStore>(store: &S) {
    let quotas = [5, 1, 9, 2].map(|count| Quota::new(count, HOUR));
    let asks = quotas.map(|quota| ask(&format!("{}", quota.count()), quota, 1));
    let left = |verdicts: Vec<crate::Verdict>| -> Vec<(bool, u32)> {
        verdicts.iter().map(|v| (v.fits, v.remaining)).collect()
    };
    let first = left(store.take(&asks, NOW).unwrap());
    assert_eq!(first, [(true, 4), (true, 0), (true, 8), (true, 1)]);
    let second: Vec<bool> = store
        .take(&asks, NOW)
        .unwrap()
        .iter()
        .map(|v| v.fits)
        .collect();
    assert_eq!(second, [true, false, true, true]);
    let charged = left(store.charge(&asks, NOW).unwrap());
    assert_eq!(charged, [(true, 3), (false, 0), (true, 7), (true, 0)]);
}

/// Of many that race for two limits exactly as many get both as the narrower one allows, and the wider one
/// lost no more.
pub fn racing_for_several_takes_all_or_none<S: LimitStore>(store: &S) {
    let wide = ask("shared", Quota::new(100, HOUR), 1);
    let narrow = ask("scarce", Quota::new(7, HOUR), 1);
    let won = at_once(|_| taken(store, &[wide, narrow], NOW));
    assert_eq!(won.iter().filter(|won| **won).count(), 7);
    let verdict = store.take(&[ask("shared", wide.quota, 0)], NOW).unwrap()[0];
    assert_eq!(verdict.remaining, 93);
}

/// Threads that name the same limits in opposite orders all get their answer.
pub fn opposite_orders_do_not_block_each_other<S: LimitStore>(store: &S) {
    let quota = Quota::new(1_000, HOUR);
    let (a, b) = (ask("first", quota, 1), ask("second", quota, 1));
    at_once(|n| {
        for _ in 0..5 {
            let asks = if n % 2 == 0 { [a, b] } else { [b, a] };
            assert!(taken(store, &asks, NOW));
            store.charge(&asks, NOW).unwrap();
        }
    });
    let verdict = store.take(&[ask("first", quota, 0)], NOW).unwrap()[0];
    assert_eq!(verdict.remaining, 1_000 - 160);
}

/// A purge takes no debt from anybody, and leaves what it did not remove to the next.
pub fn a_purge_forgets_only_what_owes_nothing<S: LimitStore>(store: &S) {
    let short = [0, 1, 2].map(|n| ask(&format!("short {n}"), Quota::new(1, 1), 1));
    let long = ask("long", Quota::new(1, 1_000_000), 1);
    for limit in short.iter().chain([&long]) {
        assert!(taken(store, &[*limit], NOW));
    }
    let later = NOW + 200_000 * SECOND;
    while store.purge_limits(later, 2).unwrap() > 0 {}
    assert!(!taken(store, &[long], later));
    for limit in short {
        assert!(taken(store, &[limit], later));
    }
}
