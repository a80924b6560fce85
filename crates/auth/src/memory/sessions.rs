//! Sessions in memory.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{SecretHash, SessionId, StoreError, Timestamp, UserId};

use super::{MemoryStore, State, at_most, is_past};
use crate::account::{ProvenKey, Session, SessionStore, SignIn};

pub(super) struct Row {
    pub(super) user: UserId,
    pub(super) key: Option<ProvenKey>,
    secret_hash: SecretHash,
    auth_time: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    user_agent: Option<String>,
}

impl Row {
    pub(super) fn new(user: UserId, sign_in: &SignIn) -> Self {
        let session = &sign_in.session;
        Self {
            user,
            key: sign_in.key.clone(),
            secret_hash: session.secret_hash,
            auth_time: session.auth_time,
            last_seen_at: session.auth_time,
            expires_at: session.expires_at,
            user_agent: session.user_agent.clone(),
        }
    }
}

impl State {
    /// The session as it stands; none if it is not kept or its account is gone.
    pub(super) fn session(&self, id: &SessionId) -> Option<Session> {
        let row = self.sessions.get(id)?;
        let user = self.users.get(&row.user)?.clone();
        let key = row.key.clone().map(|mut key| {
            if let Some(linked) = self.keys.get(&key.identity) {
                key.public_key = linked.public_key;
            }
            key
        });
        Some(Session {
            id: id.clone(),
            user,
            key,
            auth_time: row.auth_time,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent.clone(),
        })
    }

    fn live_session(&self, id: &SessionId, now: Timestamp) -> Option<Session> {
        self.session(id)
            .filter(|session| session.expires_at > now && session.user.disabled_at.is_none())
    }
}

impl SessionStore for MemoryStore {
    fn session(&self, secret: &SecretHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let state = self.state();
        let mut rows = state.sessions.iter();
        Ok(rows
            .find(|(_, row)| row.secret_hash == *secret)
            .and_then(|(id, _)| state.live_session(id, now)))
    }

    fn touch(
        &self,
        id: &SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        if let Some(row) = self.state().sessions.get_mut(id) {
            row.last_seen_at = now;
            row.expires_at = expires_at;
        }
        Ok(())
    }

    fn sessions_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let state = self.state();
        let mut sessions: Vec<_> = state
            .sessions
            .iter()
            .filter(|(_, row)| row.user == *user)
            .filter_map(|(id, _)| state.live_session(id, now))
            .collect();
        sessions.sort_by(|a, b| (b.auth_time, &b.id).cmp(&(a.auth_time, &a.id)));
        Ok(sessions)
    }

    fn end_session(
        &self,
        user: &UserId,
        id: &SessionId,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let theirs = state.sessions.get(id).is_some_and(|row| row.user == *user);
        if theirs {
            state.sessions.remove(id);
            state.acts.push(act.clone());
        }
        Ok(theirs)
    }

    fn end_other_sessions(
        &self,
        user: &UserId,
        keep: Option<&SessionId>,
        act: &AuditEntry,
    ) -> Result<Vec<SessionId>, StoreError> {
        let mut state = self.state();
        let ended: Vec<_> = state
            .sessions
            .extract_if(|id, row| row.user == *user && Some(id) != keep)
            .map(|(id, _)| id)
            .collect();
        if !ended.is_empty() {
            state.acts.push(act.clone());
        }
        Ok(ended)
    }

    fn count_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let state = self.state();
        let live = state
            .sessions
            .keys()
            .filter(|id| state.live_session(id, now).is_some());
        Ok(live.map(|_| 1).sum())
    }

    fn purge_sessions(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let mut state = self.state();
        let past = state
            .sessions
            .iter()
            .filter(|(_, row)| is_past(row.expires_at, now))
            .map(|(id, _)| id.clone());
        let past = at_most(past, limit);
        for id in &past {
            state.sessions.remove(id);
        }
        let State {
            users,
            keys,
            sessions,
            ..
        } = &mut *state;
        let gone = users.keys().filter(|id| {
            !keys.values().any(|key| key.user == **id)
                && !sessions.values().any(|row| row.user == **id)
        });
        let gone = at_most(gone.cloned(), limit);
        for id in &gone {
            users.remove(id);
        }
        Ok(past.len() + gone.len())
    }
}
