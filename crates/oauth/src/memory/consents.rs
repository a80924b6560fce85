//! What people allowed.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, ConsentId, StoreError, Timestamp, UserId};

use super::MemoryStore;
use crate::grant::{Authorized, Connection, Consent, ConsentStore};
use crate::scope::ScopeSet;

pub(super) struct Row {
    consent: Consent,
    first_allowed_at: Timestamp,
}

impl Row {
    /// Whether it is the consent with this id.
    pub(super) fn is(&self, id: &ConsentId) -> bool {
        self.consent.id == *id
    }
}

impl ConsentStore for MemoryStore {
    fn consent(&self, user: &UserId, client: &ClientId) -> Result<Option<Consent>, StoreError> {
        let state = self.state();
        let row = state.consents.get(&(user.clone(), client.clone()));
        Ok(row.map(|row| row.consent.clone()))
    }

    fn remember_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        consent: &Consent,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<ConsentId, StoreError> {
        let mut state = self.state();
        let pair = (user.clone(), client.clone());
        let row = state.consents.entry(pair).or_insert_with(|| Row {
            consent: Consent {
                id: consent.id.clone(),
                scope: ScopeSet::empty(),
                claims: Vec::new(),
            },
            first_allowed_at: now,
        });
        row.consent.scope = row.consent.scope.union(&consent.scope);
        row.consent.claims.extend(consent.claims.iter().cloned());
        row.consent.claims.sort_unstable();
        row.consent.claims.dedup();
        let id = row.consent.id.clone();
        state.acts.push(act.clone());
        Ok(id)
    }

    fn withdraw_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        _: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let had = state
            .consents
            .remove(&(user.clone(), client.clone()))
            .is_some();
        let of_user = |authorized: &Authorized| authorized.user == *user;
        let revoked = state.revoke_grants(|grant| {
            grant.client == *client && grant.authorized.as_ref().is_some_and(of_user)
        });
        if had || revoked {
            state.acts.push(act.clone());
        }
        Ok(had || revoked)
    }

    fn connections(&self, user: &UserId) -> Result<Vec<Connection>, StoreError> {
        let state = self.state();
        let mut connections: Vec<Connection> = Vec::new();
        for ((of, id), row) in &state.consents {
            if let (true, Some(client)) = (of == user, state.clients.get(id)) {
                connections.push(Connection {
                    client: client.clone(),
                    scope: row.consent.scope.clone(),
                    first_allowed_at: row.first_allowed_at,
                    last_used_at: None,
                });
            }
        }
        for (grant, last_used_at) in state.live_grants() {
            let Some(authorized) = grant.authorized.as_ref().filter(|a| a.user == *user) else {
                continue;
            };
            let known = connections.iter_mut().find(|c| c.client.id == grant.client);
            if let Some(connection) = known {
                connection.last_used_at = connection.last_used_at.max(Some(last_used_at));
            } else if let Some(client) = state.clients.get(&grant.client) {
                connections.push(Connection {
                    client: client.clone(),
                    scope: authorized.scope.clone(),
                    first_allowed_at: grant.created_at,
                    last_used_at: Some(last_used_at),
                });
            }
        }
        connections.sort_by_key(|connection| std::cmp::Reverse(connection.first_allowed_at));
        Ok(connections)
    }
}
