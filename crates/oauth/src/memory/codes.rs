//! Authorization codes, and what may be used once.

use hodlxxi_kernel::{GrantId, SecretHash, StoreError, Timestamp};

use super::{MemoryStore, purge};
use crate::grant::{AuthorizationCode, CodeStore, ReplayStore};

pub(super) struct Row {
    pub(super) code: AuthorizationCode,
    /// The grant it became.
    pub(super) redeemed: Option<GrantId>,
}

impl CodeStore for MemoryStore {
    fn save_code(&self, code: &AuthorizationCode) -> Result<(), StoreError> {
        let mut state = self.state();
        let row = Row {
            code: code.clone(),
            redeemed: None,
        };
        state.codes.insert(code.hash, row);
        let (user, session) = (&code.authorized.user, &code.authorized.session);
        let part = (user.clone(), session.clone(), code.client.clone());
        state.participants.insert(part);
        Ok(())
    }

    fn code(&self, hash: &SecretHash) -> Result<Option<AuthorizationCode>, StoreError> {
        Ok(self.state().codes.get(hash).map(|row| row.code.clone()))
    }

    fn count_codes(&self, now: Timestamp) -> Result<u64, StoreError> {
        let state = self.state();
        let live = |row: &&Row| row.redeemed.is_none() && now < row.code.expires_at;
        Ok(state.codes.values().filter(live).count() as u64)
    }

    fn purge_codes(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let mut state = self.state();
        Ok(purge(&mut state.codes, limit, |row| {
            row.code.expires_at < now
        }))
    }
}

impl ReplayStore for MemoryStore {
    fn first_use(&self, id: &SecretHash, expires_at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.state().replays.insert(*id, expires_at).is_none())
    }

    fn purge_replays(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let mut state = self.state();
        Ok(purge(&mut state.replays, limit, |end| *end < now))
    }
}
