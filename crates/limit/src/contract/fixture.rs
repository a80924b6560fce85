//! Limits and threads for the suite.

use std::sync::Barrier;
use std::thread;

use hodlxxi_kernel::MasterKey;

use crate::key::LimitKey;
use crate::quota::Quota;
use crate::store::{Ask, LimitStore};

/// When the suite takes place, in microseconds: a store that expires its rows by its own clock must still
/// keep them.
pub(super) const NOW: i64 = 1_795_000_000_000_000;

/// One second.
pub(super) const SECOND: i64 = 1_000_000;

/// How many threads race.
const THREADS: usize = 16;

/// Long enough that nothing is earned back, and nothing expires, while the threads run.
pub(super) const HOUR: u32 = 3_600;

/// An ask of the limit `name`.
pub(super) fn ask(name: &str, quota: Quota, cost: u32) -> Ask {
    let secret = MasterKey::parse(&"ab".repeat(32))
        .unwrap()
        .derive("contract");
    Ask {
        key: LimitKey::new(&secret, &[name.as_bytes()]),
        quota,
        cost,
    }
}

/// Whether all of `asks` were taken.
pub(super) fn taken(store: &impl LimitStore, asks: &[Ask], now: i64) -> bool {
    let verdicts = store.take(asks, now).unwrap();
    assert_eq!(verdicts.len(), asks.len());
    verdicts.iter().all(|verdict| verdict.fits)
}

/// Runs `act` on as many threads as race, which start together; what each answered.
pub(super) fn at_once<T: Send>(act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        let (barrier, act) = (&barrier, &act);
        let running: Vec<_> = (0..THREADS)
            .map(|n| {
                scope.spawn(move || {
                    barrier.wait();
                    act(n)
                })
            })
            .collect();
        running.into_iter().map(|t| t.join().unwrap()).collect()
    })
}
