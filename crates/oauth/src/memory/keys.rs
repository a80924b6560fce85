//! Signing keys.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{StoreError, Timestamp};

use super::MemoryStore;
use crate::jose::{KeyStore, StoredKey};

impl KeyStore for MemoryStore {
    fn signing_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        let mut keys = self.state().keys.clone();
        keys.sort_by_key(|key| key.generation);
        Ok(keys)
    }

    fn insert_signing_key(
        &self,
        key: &StoredKey,
        predecessor_retires_at: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let mut same_alg = state.keys.iter().filter(|other| other.alg == key.alg);
        if same_alg.any(|other| other.generation == key.generation) {
            return Ok(false);
        }
        let end = predecessor_retires_at;
        let predecessors = state.keys.iter_mut().filter(|other| {
            other.alg == key.alg
                && other.generation < key.generation
                && other.retires_at.is_none_or(|at| at > end)
        });
        for predecessor in predecessors {
            predecessor.retires_at = Some(end);
        }
        state.keys.push(key.clone());
        state.acts.push(act.clone());
        Ok(true)
    }

    fn purge_signing_keys(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut state = self.state();
        let before = state.keys.len();
        state
            .keys
            .retain(|key| key.retires_at.is_none_or(|end| end >= now));
        Ok(before - state.keys.len())
    }
}
