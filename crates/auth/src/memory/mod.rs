//! All stores of this crate in the memory of one process, for examples, tests and first steps.
//!
//! Not for production: nothing survives a restart, nothing is shared between processes, and every
//! access waits for one lock. Deliberately absent: any promise beyond those of the traits.

mod accounts;
mod challenges;
mod ends;
mod keys;
mod news;
mod sessions;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hodlxxi_kernel::audit::{AuditEntry, AuditId, AuditLog, AuditRecord, Part};
use hodlxxi_kernel::{SessionId, StoreError, Timestamp, UserId};

use crate::account::{LinkedKey, User};
use crate::identity::Identity;

/// Keeps challenges, accounts, sessions and what was done with them in memory.
///
/// ```
/// use hodlxxi_auth::account::AccountStore;
/// use hodlxxi_auth::memory::MemoryStore;
/// assert!(MemoryStore::default().users(None, 10)?.users.is_empty());
/// # Ok::<(), hodlxxi_kernel::StoreError>(())
/// ```
#[derive(Default)]
pub struct MemoryStore(Mutex<State>);

#[derive(Default)]
struct State {
    challenges: HashMap<[u8; 32], challenges::Row>,
    users: BTreeMap<UserId, User>,
    keys: HashMap<Identity, LinkedKey>,
    sessions: HashMap<SessionId, sessions::Row>,
    devices: BTreeMap<(UserId, String), news::Row>,
    /// The accounts that were merged into others, and into which.
    merged: HashMap<UserId, UserId>,
    acts: Vec<AuditEntry>,
}

impl MemoryStore {
    /// The state, for one step. A thread that panicked while it held the lock left whole values
    /// behind, so its state is taken as it is.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AuditLog for MemoryStore {
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.state().acts.push(entry.clone());
        Ok(())
    }

    fn concerning(
        &self,
        person: &UserId,
        part: Part,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let state = self.state();
        let theirs = state.acts.iter().rev().filter(|act| {
            act.person.as_ref() == Some(person)
                && part.has(act.action.as_str())
                && before.is_none_or(|before| act.id < *before)
        });
        Ok(at_most(theirs, limit)
            .into_iter()
            .map(AuditRecord::from)
            .collect())
    }
}

/// The first `limit` of `keys`: what one purge may remove.
fn at_most<K>(keys: impl Iterator<Item = K>, limit: u32) -> Vec<K> {
    keys.take(usize::try_from(limit).unwrap_or(usize::MAX))
        .collect()
}

/// Whether what ends at `end` has ended before `now`, and may be forgotten.
fn is_past(end: Timestamp, now: Timestamp) -> bool {
    end < now
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;

    crate::challenge_store_contract!(MemoryStore::default());
    crate::challenge_purge_contract!(MemoryStore::default());
    crate::account_store_contract!(MemoryStore::default());
    crate::account_acts_contract!(MemoryStore::default());
}
