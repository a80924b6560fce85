//! Changes of linked keys in memory.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{StoreError, Timestamp, UserId};

use super::{MemoryStore, State};
use crate::account::{DisplayName, Freeze, FreezeKey, LinkedKey, LinkedKeyStore};
use crate::identity::Identity;

impl State {
    /// A key of this account.
    fn key_of(&mut self, user: &UserId, identity: &Identity) -> Option<&mut LinkedKey> {
        let key = self.keys.get_mut(identity);
        key.filter(|key| key.user == *user)
    }

    fn keys_of(&mut self, user: &UserId) -> impl Iterator<Item = &mut LinkedKey> {
        self.keys.values_mut().filter(move |key| key.user == *user)
    }

    /// The key that made the account is the primary one, and the person knows of it.
    pub(super) fn begin_with_key(&mut self, user: &UserId, now: Timestamp) {
        for key in self.keys_of(user) {
            key.primary_since = Some(now);
            key.acknowledged_at = Some(now);
        }
    }
}

impl LinkedKeyStore for MemoryStore {
    fn label_key(
        &self,
        user: &UserId,
        identity: &Identity,
        label: Option<&DisplayName>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(key) = state.key_of(user, identity) else {
            return Ok(false);
        };
        key.label = label.cloned();
        state.acts.push(act.clone());
        Ok(true)
    }

    fn make_primary(
        &self,
        user: &UserId,
        identity: &Identity,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let usable = state
            .key_of(user, identity)
            .is_some_and(|key| key.is_usable());
        if !usable {
            return Ok(false);
        }
        for key in state.keys_of(user) {
            key.primary_since = (key.identity == *identity).then_some(now);
        }
        if let Some(user) = state.users.get_mut(user) {
            user.updated_at = now;
        }
        state.acts.push(act.clone());
        Ok(true)
    }

    fn freeze_key(&self, freeze: &FreezeKey) -> Result<Freeze, StoreError> {
        let mut state = self.state();
        let (user, identity) = (&freeze.user, &freeze.identity);
        let with = state.key_of(user, &freeze.with);
        let is_proven = with.is_some_and(|key| key.is_usable() && key.identity != *identity);
        let Some(key) = state.key_of(user, identity) else {
            return Ok(Freeze::Unknown);
        };
        if !is_proven {
            return Ok(Freeze::NeedsAnotherKey);
        }
        if !key.is_usable() {
            return Ok(Freeze::AlreadyFrozen);
        }
        key.frozen_at = Some(freeze.now);
        state.acts.push(freeze.act.clone());
        let opened = state.sessions.extract_if(|_, row| {
            row.key
                .as_ref()
                .is_some_and(|key| key.identity == *identity)
        });
        Ok(Freeze::Frozen {
            ended: opened.map(|(id, _)| id).collect(),
        })
    }

    fn thaw_key(
        &self,
        user: &UserId,
        identity: &Identity,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let key = state.key_of(user, identity);
        let thawed = key.is_some_and(|key| key.frozen_at.take().is_some());
        if thawed {
            state.acts.push(act.clone());
        }
        Ok(thawed)
    }
}
