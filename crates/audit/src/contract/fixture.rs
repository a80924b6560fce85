//! Entries and seals for the suite.

use std::sync::Barrier;
use std::thread;

use hodlxxi_kernel::audit::{Action, AuditEntry, AuditRecord, Origin};
use hodlxxi_kernel::{
    ClientId, ManualClock, MasterKey, OsEntropy, SessionId, SystemClock, Timestamp, UserId,
};

use crate::key::SealKey;
use crate::seal::Seal;
use crate::store::AuditStore;

/// When the suite takes place.
pub(super) const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

/// How many threads race.
const THREADS: usize = 16;

/// Runs `act` on 16 threads that start together; what each answered.
pub(super) fn at_once<T: Send>(act: impl Fn() -> T + Sync) -> Vec<T> {
    let (barrier, act) = (&Barrier::new(THREADS), &act);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(move || {
                    barrier.wait();
                    act()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// A key that seals.
pub(super) fn key() -> SealKey {
    SealKey::new(&MasterKey::parse(&"11".repeat(32)).unwrap())
}

/// A new account's id.
pub(super) fn user() -> UserId {
    UserId::generate(&SystemClock, &OsEntropy)
}

/// An act at `at` that says everything an entry can.
pub(super) fn full(person: &UserId, at: Timestamp) -> AuditEntry {
    let origin = Origin::request(
        "2001:db8::7".parse().ok(),
        Some("a-request".to_owned()),
        Some("Ein Browser \u{1f50d}"),
    );
    let clock = ManualClock::at(at);
    AuditEntry::new(Action::SignedIn, &origin, &clock, &OsEntropy)
        .person(person)
        .client(&ClientId::generate(&clock, &OsEntropy))
        .session(&SessionId::generate(&clock, &OsEntropy))
        .key("bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l")
        .detail("bitcoin")
}

/// An act at `at` that says as little as one can.
pub(super) fn bare(at: Timestamp) -> AuditEntry {
    let clock = ManualClock::at(at);
    AuditEntry::new(Action::KeyRotated, &Origin::server(), &clock, &OsEntropy)
}

/// Records `count` acts, one a second from [`NOW`] on.
pub(super) fn recorded(store: &impl AuditStore, count: i64) -> Vec<AuditRecord> {
    let entries: Vec<_> = (0..count).map(|n| bare(NOW.plus(n))).collect();
    for entry in &entries {
        store.record(entry).unwrap();
    }
    entries.iter().map(AuditRecord::from).collect()
}

/// A seal over `records` that continues the chain as it stands.
pub(super) fn next_seal(store: &impl AuditStore, records: &[AuditRecord], at: Timestamp) -> Seal {
    Seal::new(store.tip().unwrap(), records, at, &key())
}

/// Records `count` acts and seals them.
pub(super) fn sealed(store: &impl AuditStore, count: i64, at: Timestamp) -> Seal {
    let seal = next_seal(store, &recorded(store, count), at);
    assert!(store.append_seal(&seal).unwrap());
    seal
}
