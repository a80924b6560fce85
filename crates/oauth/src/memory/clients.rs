//! Clients and the tokens that let somebody register them.

use std::ops::Bound;

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{
    ClientId, ClientTier, SecretHash, StoreError, StoreErrorKind, Timestamp, UserId,
};

use super::{MemoryStore, State, as_count};
use crate::client::{
    Client, ClientMetadata, ClientOrigin, ClientPage, ClientStore, InitialAccessToken,
    PreviousSecret,
};

impl State {
    fn is_live(&self, token: &SecretHash, now: Timestamp) -> bool {
        let token = self.initial_tokens.get(token);
        token.is_some_and(|token| token.uses > 0 && now < token.expires_at)
    }

    fn insert_client(&mut self, client: &Client, act: &AuditEntry) -> Result<(), StoreError> {
        if self.clients.contains_key(&client.id) {
            return Err(StoreError::new(
                StoreErrorKind::Conflict,
                "the client exists",
            ));
        }
        self.clients.insert(client.id.clone(), client.clone());
        self.acts.push(act.clone());
        Ok(())
    }

    /// Notes that the client got a token, to within a day.
    pub(super) fn note_use(&mut self, id: &ClientId, now: Timestamp) {
        const DAY: i64 = 24 * 3_600;
        if let Some(client) = self.clients.get_mut(id) {
            let noted = client
                .last_used_at
                .is_some_and(|at| now.seconds_since(at) < DAY);
            if !noted {
                client.last_used_at = Some(now);
            }
        }
    }
}

impl ClientStore for MemoryStore {
    fn insert_client(&self, client: &Client, act: &AuditEntry) -> Result<(), StoreError> {
        self.state().insert_client(client, act)
    }

    fn insert_client_with_token(
        &self,
        client: &Client,
        token: &SecretHash,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        if !state.is_live(token, now) {
            return Ok(false);
        }
        state.insert_client(client, act)?;
        if let Some(token) = state.initial_tokens.get_mut(token) {
            token.uses -= 1;
        }
        Ok(true)
    }

    fn insert_owned_client(
        &self,
        client: &Client,
        owner: &UserId,
        most: u32,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let theirs = state
            .clients
            .values()
            .filter(|c| c.owner.as_ref() == Some(owner));
        if theirs.count() >= as_count(most) {
            return Ok(false);
        }
        state.insert_client(client, act)?;
        Ok(true)
    }

    fn clients_of(&self, owner: &UserId) -> Result<Vec<Client>, StoreError> {
        let state = self.state();
        let newest = state.clients.values().rev();
        let theirs = newest.filter(|client| client.owner.as_ref() == Some(owner));
        Ok(theirs.cloned().collect())
    }

    fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        Ok(self.state().clients.get(id).cloned())
    }

    fn update_client(
        &self,
        id: &ClientId,
        metadata: &ClientMetadata,
        secret: Option<&SecretHash>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(client) = state.clients.get_mut(id) else {
            return Ok(false);
        };
        client.metadata = metadata.clone();
        client.secret_hash = secret.copied().or(client.secret_hash);
        state.acts.push(act.clone());
        Ok(true)
    }

    fn set_client_secret(
        &self,
        id: &ClientId,
        secret: &SecretHash,
        old_good_until: Option<Timestamp>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(client) = state.clients.get_mut(id) else {
            return Ok(false);
        };
        let old = client.secret_hash.replace(*secret);
        let old = old.zip(old_good_until);
        client.previous_secret = old.map(|(hash, good_until)| PreviousSecret { hash, good_until });
        state.acts.push(act.clone());
        Ok(true)
    }

    fn end_previous_secret(&self, id: &ClientId, act: &AuditEntry) -> Result<bool, StoreError> {
        let mut state = self.state();
        let client = state.clients.get_mut(id);
        let ended = client.and_then(|client| client.previous_secret.take());
        if ended.is_some() {
            state.acts.push(act.clone());
        }
        Ok(ended.is_some())
    }

    fn set_client_verified(
        &self,
        id: &ClientId,
        verified: bool,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(client) = state.clients.get_mut(id) else {
            return Ok(false);
        };
        client.verified = verified;
        state.acts.push(act.clone());
        Ok(true)
    }

    fn set_client_disabled(
        &self,
        id: &ClientId,
        disabled_at: Option<Timestamp>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(client) = state.clients.get_mut(id) else {
            return Ok(false);
        };
        client.disabled_at = disabled_at;
        client.disabled_count += u32::from(disabled_at.is_some());
        if disabled_at.is_some() {
            state.revoke_grants(|grant| grant.client == *id);
        }
        state.acts.push(act.clone());
        Ok(true)
    }

    fn set_client_tier(
        &self,
        id: &ClientId,
        tier: ClientTier,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(client) = state.clients.get_mut(id) else {
            return Ok(false);
        };
        client.tier = tier;
        state.acts.push(act.clone());
        Ok(true)
    }

    fn delete_client(&self, id: &ClientId, act: &AuditEntry) -> Result<bool, StoreError> {
        let mut state = self.state();
        let existed = state.clients.remove(id).is_some();
        state.forget_client(id);
        if existed {
            state.acts.push(act.clone());
        }
        Ok(existed)
    }

    fn clients(&self, before: Option<&ClientId>, limit: u32) -> Result<ClientPage, StoreError> {
        let state = self.state();
        let end = before.map_or(Bound::Unbounded, Bound::Excluded);
        let mut newest = state
            .clients
            .range::<ClientId, _>((Bound::Unbounded, end))
            .rev();
        let page = newest.by_ref().take(as_count(limit));
        let clients: Vec<Client> = page.map(|(_, client)| client.clone()).collect();
        let next = newest
            .next()
            .and(clients.last())
            .map(|last| last.id.clone());
        Ok(ClientPage { clients, next })
    }

    fn count_clients(&self) -> Result<u64, StoreError> {
        Ok(self.state().clients.len() as u64)
    }

    fn insert_initial_access_token(
        &self,
        token: &InitialAccessToken,
        act: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        state.initial_tokens.insert(token.hash, token.clone());
        state.acts.push(act.clone());
        Ok(())
    }

    fn is_initial_access_token_live(
        &self,
        token: &SecretHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.state().is_live(token, now))
    }

    fn purge_deleted_clients(&self, _limit: u32) -> Result<usize, StoreError> {
        // Nothing was left.
        Ok(0)
    }

    fn purge_unused_clients(
        &self,
        made_before: Timestamp,
        limit: u32,
        act: &AuditEntry,
    ) -> Result<usize, StoreError> {
        let mut state = self.state();
        let unused = |client: &&Client| {
            client.origin == ClientOrigin::Registered
                && client.owner.is_none()
                && client.last_used_at.is_none()
                && client.created_at < made_before
        };
        let unused = state.clients.values().filter(unused);
        let unused: Vec<ClientId> = unused.map(|c| c.id.clone()).take(as_count(limit)).collect();
        for id in &unused {
            state.clients.remove(id);
            state.forget_client(id);
        }
        if !unused.is_empty() {
            let counted = act.clone().detail(&unused.len().to_string());
            state.acts.push(counted);
        }
        Ok(unused.len())
    }
}
