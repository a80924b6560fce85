//! Failures that are written down: as many as one address may have told.
//!
//! A stranger may fail as often as they send requests, and each failure would be one durable row. So from
//! an address whose failures are no longer told from refusals they are not written down either: what is left
//! of them is the count of refusals (`hodlxxi_rate_limited_total`), and now and then a line of the log that
//! says how many there were. All else that is recorded passes.

use std::sync::{Arc, Mutex, PoisonError};

use hodlxxi_kernel::audit::{Action, AuditEntry, AuditId, AuditLog, AuditRecord, Part};
use hodlxxi_kernel::{Clock, StoreError, Timestamp, UserId};
use hodlxxi_limit::{Address, Limiter};

/// How often a line of the log says how many were left out, in seconds.
const LINES: i64 = 60;

/// An audit log that takes no more failures from an address than are told.
pub(crate) struct AuditGate {
    log: Arc<dyn AuditLog>,
    limiter: Arc<Limiter>,
    clock: Arc<dyn Clock>,
    left_out: Mutex<LeftOut>,
}

/// What was left out since the last line.
#[derive(Default)]
struct LeftOut {
    count: u64,
    last_line: Option<Timestamp>,
}

impl AuditGate {
    /// In front of `log`, by what `limiter` counts.
    pub(crate) fn new(
        log: Arc<dyn AuditLog>,
        limiter: Arc<Limiter>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            log,
            limiter,
            clock,
            left_out: Mutex::default(),
        }
    }

    fn leave_out(&self) {
        let now = self.clock.now();
        let mut left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        left_out.count += 1;
        let last = left_out.last_line;
        if last.is_some_and(|last| now.seconds_since(last) < LINES) {
            return;
        }
        let count = left_out.count;
        *left_out = LeftOut {
            count: 0,
            last_line: Some(now),
        };
        tracing::warn!(
            count,
            "failures are not in the audit log: their address failed too often"
        );
    }
}

/// Whether it is a failed proof that `act` tells of.
const fn is_failed_proof(act: &AuditEntry) -> bool {
    matches!(act.action, Action::SignInFailed | Action::ClientRefused)
}

impl AuditLog for AuditGate {
    fn record(&self, act: &AuditEntry) -> Result<(), StoreError> {
        if is_failed_proof(act) {
            let address = act.origin.address;
            let address = address.map_or(Address::UNKNOWN, Address::from);
            if !self.limiter.tells_failures(address)? {
                self.leave_out();
                return Ok(());
            }
        }
        self.log.record(act)
    }

    fn concerning(
        &self,
        person: &UserId,
        part: Part,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        self.log.concerning(person, part, before, limit)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use hodlxxi_kernel::audit::Origin;
    use hodlxxi_kernel::{ManualClock, MasterKey, OsEntropy};
    use hodlxxi_limit::{Act, Counting};

    use super::*;

    /// A log that counts what it is given.
    #[derive(Default)]
    struct Rows(Mutex<usize>);

    impl AuditLog for Rows {
        fn record(&self, _: &AuditEntry) -> Result<(), StoreError> {
            *self.0.lock().unwrap() += 1;
            Ok(())
        }

        fn concerning(
            &self,
            _: &UserId,
            _: Part,
            _: Option<&AuditId>,
            _: u32,
        ) -> Result<Vec<AuditRecord>, StoreError> {
            Ok(Vec::new())
        }
    }

    struct World {
        rows: Arc<Rows>,
        gate: AuditGate,
        clock: Arc<ManualClock>,
    }

    fn world(counting: Counting) -> World {
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix(1_795_000_000)));
        let master = MasterKey::generate(&OsEntropy);
        let limiter = Arc::new(Limiter::new(counting, &master, clock.clone()));
        let rows = Arc::new(Rows::default());
        World {
            gate: AuditGate::new(rows.clone(), limiter, clock.clone()),
            rows,
            clock,
        }
    }

    impl World {
        fn record(&self, action: Action, from: &str) {
            let origin = Origin::request(from.parse().ok(), None, None);
            let act = AuditEntry::new(action, &origin, &*self.clock, &OsEntropy);
            self.gate.record(&act).unwrap();
        }

        /// Fails as a request does: it is recorded, and then charged.
        fn fail(&self, from: &str, key: &str) {
            self.record(Action::SignInFailed, from);
            let address = from.parse::<IpAddr>().map(Address::from).unwrap();
            let _ = self.gate.limiter.failed(address, Act::SignIn { key });
        }

        fn rows(&self) -> usize {
            *self.rows.0.lock().unwrap()
        }
    }

    #[test]
    fn an_address_has_as_many_failures_written_down_as_are_told() {
        let world = world(Counting::InProcess);
        for n in 0..700 {
            world.fail("203.0.113.7", &format!("key {n}"));
        }
        assert_eq!(world.rows(), 600);
        assert_eq!(world.gate.left_out.lock().unwrap().count, 99);
        world.record(Action::ClientRefused, "203.0.113.7");
        assert_eq!(world.rows(), 600);
        // Other acts, and failures from elsewhere, are.
        world.record(Action::TokenRefused, "203.0.113.7");
        world.record(Action::SignInFailed, "198.51.100.1");
        assert_eq!(world.rows(), 602);
        world.clock.advance(60);
        for n in 0..100 {
            world.fail("203.0.113.7", &format!("key {n}"));
        }
        assert_eq!(world.rows(), 602 + 60);
    }

    #[test]
    fn without_limits_every_failure_is_written_down() {
        let world = world(Counting::Off);
        for _ in 0..700 {
            world.fail("203.0.113.7", "key");
        }
        assert_eq!(world.rows(), 700);
    }
}
