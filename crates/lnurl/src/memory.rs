//! A store in the memory of one process, for examples, tests and first steps.
//!
//! Not for production: nothing survives a restart, and every access waits for one lock. Deliberately absent: any promise
//! beyond those of the trait.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hodlxxi_kernel::{PublicKey, SecretHash, StoreError, Timestamp};

use crate::session::{Approval, Approved, AuthSession, AuthSessionStore, GRACE, NewAuthSession};

/// Keeps sign-ins in memory.
#[derive(Default)]
pub struct MemoryAuthSessions(Mutex<HashMap<SecretHash, Row>>);

struct Row {
    session: AuthSession,
    approved_at: i64,
}

impl MemoryAuthSessions {
    /// The rows, for one step. A thread that panicked while it held the lock left whole values behind.
    fn rows(&self) -> MutexGuard<'_, HashMap<SecretHash, Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn at_most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl AuthSessionStore for MemoryAuthSessions {
    fn create(&self, new: &NewAuthSession) -> Result<(), StoreError> {
        let session = AuthSession {
            browser: new.browser,
            action: new.action,
            session: new.session.clone(),
            expires_at: new.expires_at,
            approved_by: None,
            redeemed: false,
        };
        let row = Row {
            session,
            approved_at: 0,
        };
        self.rows().insert(new.k1, row);
        Ok(())
    }

    fn approve(&self, k1: &SecretHash, key: &PublicKey, now: i64) -> Result<Approval, StoreError> {
        let mut rows = self.rows();
        let Some(row) = rows.get_mut(k1) else {
            return Ok(Approval::Unknown);
        };
        if row.session.approved_by.is_some() {
            return Ok(Approval::Used);
        }
        if row.session.expires_at <= Timestamp::from_unix(now.div_euclid(1_000_000)) {
            return Ok(Approval::Expired);
        }
        row.session.approved_by = Some(*key);
        row.approved_at = now;
        Ok(Approval::Approved)
    }

    fn peek(&self, k1: &SecretHash) -> Result<Option<AuthSession>, StoreError> {
        Ok(self.rows().get(k1).map(|row| row.session.clone()))
    }

    fn redeem(
        &self,
        k1: &SecretHash,
        browser: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<PublicKey>, StoreError> {
        let mut rows = self.rows();
        let row = rows.get_mut(k1).filter(|row| {
            let session = &row.session;
            session.browser == *browser && !session.redeemed && now < session.expires_at.plus(GRACE)
        });
        let key = row.and_then(|row| {
            let key = row.session.approved_by?;
            row.session.redeemed = true;
            Some(key)
        });
        Ok(key)
    }

    fn approved_since(&self, since: i64, limit: u32) -> Result<Vec<Approved>, StoreError> {
        let rows = self.rows();
        let approved = rows.iter().filter_map(|(k1, row)| {
            let key = row.session.approved_by?;
            let at = row.approved_at;
            (at >= since).then_some(Approved { k1: *k1, key, at })
        });
        let mut approved: Vec<_> = approved.collect();
        approved.sort_by_key(|approved| approved.at);
        approved.truncate(at_most(limit));
        Ok(approved)
    }

    fn count_auth_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let rows = self.rows();
        let live = rows
            .values()
            .filter(|row| !row.session.redeemed && row.session.expires_at > now);
        Ok(live.map(|_| 1).sum())
    }

    fn purge_auth_sessions(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let mut rows = self.rows();
        let old = rows.iter().filter(|(_, row)| row.session.expires_at < now);
        let old: Vec<_> = old.map(|(k1, _)| *k1).take(at_most(limit)).collect();
        for k1 in &old {
            rows.remove(k1);
        }
        Ok(old.len())
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryAuthSessions;

    crate::auth_session_store_contract!(MemoryAuthSessions::default());
    crate::auth_session_purge_contract!(MemoryAuthSessions::default());
}
