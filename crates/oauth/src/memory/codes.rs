//! Authorization codes, and what may be used once.

use hodlxxi_kernel::{SecretHash, StoreError, Timestamp};

use super::{MemoryStore, purge};
use crate::grant::{AuthorizationCode, CodeStore, ReplayStore, SingleUse};

impl CodeStore for MemoryStore {
    fn save_code(&self, code: &AuthorizationCode) -> Result<(), StoreError> {
        self.state().codes.insert(code.hash, code.clone());
        Ok(())
    }

    fn code(&self, hash: &SecretHash) -> Result<Option<AuthorizationCode>, StoreError> {
        Ok(self.state().codes.get(hash).cloned())
    }

    fn count_codes(&self, now: Timestamp) -> Result<u64, StoreError> {
        let state = self.state();
        let live = |code: &&AuthorizationCode| {
            now < code.expires_at && !state.redeemed.contains_key(&code.hash)
        };
        Ok(state.codes.values().filter(live).count() as u64)
    }

    fn purge_codes(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let state = &mut *self.state();
        let purged = purge(&mut state.codes, limit, |code| code.expires_at < now);
        let codes = &state.codes;
        state.redeemed.retain(|code, _| codes.contains_key(code));
        Ok(purged)
    }
}

impl ReplayStore for MemoryStore {
    fn first_use(&self, once: &SingleUse) -> Result<bool, StoreError> {
        let known = self.state().replays.insert(once.id, once.usable_until);
        Ok(known.is_none())
    }

    fn purge_replays(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let mut state = self.state();
        Ok(purge(&mut state.replays, limit, |end| *end < now))
    }
}
