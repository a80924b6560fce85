//! Pages that wait for their wallet: whoever hears of an approval wakes those that wait for it.
//!
//! An approval through this node is heard at once. Those through other nodes are asked for by one query, a few times a
//! second, while anybody waits at all. Deliberately absent: the query itself, and what is told to the page.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hodlxxi_kernel::{PublicKey, SecretHash};
use hodlxxi_lnurl::session::Approved;
use tokio::sync::{Notify, watch};

/// The most that wait at one time: beyond it a page asks by itself.
const MOST: usize = 20_000;

/// How long before now an approval may have got its moment and only now be seen, in microseconds: no statement that writes
/// one takes longer.
const OVERLAP: i64 = 5_000_000;

/// What somebody who waits is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// The sign-in was approved by this key.
    Approved(PublicKey),
    /// The server is about to end.
    Stopping,
}

/// Everybody who waits.
#[derive(Clone, Default)]
pub(crate) struct Hub(Arc<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Mutex<HashMap<SecretHash, watch::Sender<Option<Told>>>>,
    count: AtomicUsize,
    /// That somebody waits, or that nobody will any more.
    changed: Notify,
    /// The moment up to which the approvals of other nodes were heard; 0 while nobody waited.
    heard: AtomicI64,
    stopping: watch::Sender<bool>,
}

/// Somebody who waits for one sign-in; forgotten when dropped.
pub(crate) struct Waiter {
    hub: Hub,
    k1: SecretHash,
    told: watch::Receiver<Option<Told>>,
    stopping: watch::Receiver<bool>,
}

impl Hub {
    fn waiting(&self) -> MutexGuard<'_, HashMap<SecretHash, watch::Sender<Option<Told>>>> {
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the approval of the sign-in that is known by `k1`; none where too many wait.
    pub(crate) fn wait(&self, k1: SecretHash) -> Option<Waiter> {
        if self.0.count.fetch_add(1, Ordering::Relaxed) >= MOST {
            self.0.count.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let told = self.waiting().entry(k1).or_default().subscribe();
        self.0.changed.notify_one();
        Some(Waiter {
            hub: self.clone(),
            k1,
            told,
            stopping: self.0.stopping.subscribe(),
        })
    }

    /// Wakes those who wait for one of these.
    pub(crate) fn tell(&self, approved: &[Approved]) {
        let waiting = self.waiting();
        for approved in approved {
            if let Some(sender) = waiting.get(&approved.k1) {
                sender.send_replace(Some(Told::Approved(approved.key)));
            }
        }
    }

    /// Ends all waiting, now and from now on.
    pub(crate) fn stop(&self) {
        self.0.stopping.send_replace(true);
        self.0.changed.notify_one();
    }

    /// Returns once somebody waits; answers whether anybody ever will again.
    pub(crate) async fn somebody_waits(&self) -> bool {
        loop {
            if *self.0.stopping.borrow() {
                return false;
            }
            if self.0.count.load(Ordering::Relaxed) > 0 {
                return true;
            }
            // Nothing was heard while nobody waited.
            self.0.heard.store(0, Ordering::Relaxed);
            self.0.changed.notified().await;
        }
    }

    /// From when on approvals may not have been heard, in microseconds, where it is `now`.
    pub(crate) fn heard_from(&self, now: i64) -> i64 {
        let heard = self.0.heard.load(Ordering::Relaxed);
        // A clock that was set right may have gone back.
        let heard = if heard == 0 { now } else { heard.min(now) };
        heard.saturating_sub(OVERLAP)
    }

    /// Remembers that approvals were heard up to this moment.
    pub(crate) fn set_heard(&self, until: i64) {
        self.0.heard.store(until, Ordering::Relaxed);
    }
}

impl Waiter {
    /// What there is to tell, once there is.
    pub(crate) async fn told(&mut self) -> Told {
        tokio::select! {
            told = self.told.wait_for(Option::is_some) => {
                // The sender lives as long as anybody waits.
                told.ok().and_then(|told| *told).unwrap_or(Told::Stopping)
            }
            _ = self.stopping.wait_for(|stopping| *stopping) => Told::Stopping,
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut waiting = self.hub.waiting();
        let is_last = |sender: &watch::Sender<_>| sender.receiver_count() <= 1;
        if waiting.get(&self.k1).is_some_and(is_last) {
            waiting.remove(&self.k1);
        }
        drop(waiting);
        self.hub.0.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hodlxxi_kernel::{OsEntropy, Secret};
    use tokio::time::timeout;

    use super::*;

    const KEY: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    fn approved(k1: SecretHash) -> Approved {
        let key = PublicKey::parse(KEY).unwrap();
        Approved { k1, key, at: 1 }
    }

    fn name() -> SecretHash {
        Secret::generate(&OsEntropy).hash()
    }

    async fn is_silent(waiter: &mut Waiter) -> bool {
        timeout(Duration::from_millis(20), waiter.told())
            .await
            .is_err()
    }

    #[actix_web::test]
    async fn whoever_waits_for_it_is_told_and_nobody_else() {
        let hub = Hub::default();
        let (mine, other) = (name(), name());
        let mut windows = [hub.wait(mine).unwrap(), hub.wait(mine).unwrap()];
        let mut stranger = hub.wait(other).unwrap();
        hub.tell(&[approved(mine)]);
        for window in &mut windows {
            assert_eq!(window.told().await, Told::Approved(approved(mine).key));
        }
        assert!(is_silent(&mut stranger).await);
    }

    #[actix_web::test]
    async fn nobody_is_kept_who_does_not_wait_any_more() {
        let hub = Hub::default();
        let k1 = name();
        let (one, mut two) = (hub.wait(k1).unwrap(), hub.wait(k1).unwrap());
        drop(one);
        hub.tell(&[approved(k1)]);
        assert!(matches!(two.told().await, Told::Approved(_)));
        drop(two);
        assert!(hub.waiting().is_empty());
        assert_eq!(hub.0.count.load(Ordering::Relaxed), 0);
    }

    #[actix_web::test]
    async fn others_are_asked_only_while_somebody_waits_and_until_the_end() {
        let hub = Hub::default();
        let idle = timeout(Duration::from_millis(20), hub.somebody_waits());
        assert!(idle.await.is_err());
        let mut waiter = hub.wait(name()).unwrap();
        assert!(hub.somebody_waits().await);
        assert_eq!(hub.heard_from(100_000_000), 95_000_000);
        hub.set_heard(200_000_000);
        assert_eq!(hub.heard_from(300_000_000), 195_000_000);
        assert_eq!(hub.heard_from(150_000_000), 145_000_000);
        hub.stop();
        assert_eq!(waiter.told().await, Told::Stopping);
        assert!(!hub.somebody_waits().await);
        assert_eq!(hub.wait(name()).unwrap().told().await, Told::Stopping);
    }

    #[actix_web::test]
    async fn waiting_is_bounded() {
        let hub = Hub::default();
        let k1 = name();
        let mut waiters: Vec<_> = (0..MOST).map(|_| hub.wait(k1).unwrap()).collect();
        assert!(hub.wait(k1).is_none());
        waiters.pop();
        assert!(hub.wait(k1).is_some());
    }
}
