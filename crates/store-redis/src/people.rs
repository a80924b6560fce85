//! Sessions with their accounts, cached in front of the stores that keep them.

use std::sync::Arc;

use hodlxxi_auth::account::{
    AccountStore, DisplayName, LinkKey, LinkOutcome, LinkedKey, Session, SessionStore, SignIn,
    SignInOutcome, Unlink, User, UserPage,
};
use hodlxxi_auth::identity::Identity;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{AccessLevel, SecretHash, SessionId, StoreError, Timestamp, UserId};

use crate::redis::Redis;
use crate::session_text::SessionText;

/// Accounts and sessions as other stores keep them, with sessions looked up in Redis first.
///
/// Every change of a person or a session goes through this, on every node: it is in the database
/// first, and what Redis holds from before it is not answered any more.
pub struct PeopleCache {
    pub(crate) redis: Redis,
    pub(crate) accounts: Arc<dyn AccountStore>,
    sessions: Arc<dyn SessionStore>,
}

impl PeopleCache {
    /// A cache in front of `accounts` and `sessions`.
    pub fn new(
        redis: Redis,
        accounts: Arc<dyn AccountStore>,
        sessions: Arc<dyn SessionStore>,
    ) -> Self {
        Self {
            redis,
            accounts,
            sessions,
        }
    }

    /// Runs a step that may change `user`, and notes that it may have, whatever comes of it: a node that was
    /// stopped in the middle of the same step may have changed what is now found done, and noted nothing.
    pub(crate) fn changing<T>(&self, user: &UserId, step: impl FnOnce() -> T) -> T {
        let outcome = step();
        self.redis.changed([user.as_str()]);
        outcome
    }
}

impl SessionStore for PeopleCache {
    fn session(&self, secret: &SecretHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let key = self.redis.key("session", &secret.to_text());
        let session = self.redis.read_through::<SessionText, Session>(
            &key,
            || self.sessions.session(secret, now),
            |session| format!("{} {}", session.user.id, session.id),
        )?;
        Ok(session.filter(|session| session.expires_at > now))
    }

    fn touch(
        &self,
        id: &SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let outcome = self.sessions.touch(id, now, expires_at);
        self.redis.prolonged(id.as_str());
        outcome
    }

    fn sessions_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        self.sessions.sessions_of(user, now)
    }

    fn end_session(
        &self,
        user: &UserId,
        id: &SessionId,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(user, || self.sessions.end_session(user, id, act))
    }

    fn end_other_sessions(
        &self,
        user: &UserId,
        keep: Option<&SessionId>,
        act: &AuditEntry,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.changing(user, || self.sessions.end_other_sessions(user, keep, act))
    }

    fn count_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.sessions.count_sessions(now)
    }

    fn purge_sessions(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        // What is removed has expired, whoever still has it at hand.
        self.sessions.purge_sessions(now, limit)
    }
}

impl AccountStore for PeopleCache {
    fn sign_in(&self, sign_in: &SignIn) -> Result<SignInOutcome, StoreError> {
        let outcome = self.accounts.sign_in(sign_in);
        let user = match &outcome {
            Ok(SignInOutcome::SignedIn { session, .. }) => Some(session.user.id.as_str()),
            _ => None,
        };
        let replaced = sign_in.session.replaces.as_ref();
        let replaced = replaced.map(|replaced| replaced.id.as_str());
        self.redis.changed(user.into_iter().chain(replaced));
        outcome
    }

    fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        self.accounts.user(id)
    }

    fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, StoreError> {
        self.accounts.user_by_identity(identity)
    }

    fn users(&self, before: Option<&UserId>, limit: u32) -> Result<UserPage, StoreError> {
        self.accounts.users(before, limit)
    }

    fn linked_keys(&self, user: &UserId) -> Result<Vec<LinkedKey>, StoreError> {
        self.accounts.linked_keys(user)
    }

    fn link_key(&self, link: &LinkKey) -> Result<LinkOutcome, StoreError> {
        self.changing(&link.user, || self.accounts.link_key(link))
    }

    fn unlink_key(
        &self,
        user: &UserId,
        identity: &Identity,
        act: &AuditEntry,
    ) -> Result<Unlink, StoreError> {
        self.changing(user, || self.accounts.unlink_key(user, identity, act))
    }

    fn set_name(
        &self,
        user: &UserId,
        name: Option<&DisplayName>,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(user, || self.accounts.set_name(user, name, now, act))
    }

    fn set_granted_level(
        &self,
        user: &UserId,
        level: Option<AccessLevel>,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(user, || {
            self.accounts.set_granted_level(user, level, now, act)
        })
    }

    fn disable_user(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(user, || self.accounts.disable_user(user, now, act))
    }

    fn enable_user(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(user, || self.accounts.enable_user(user, now, act))
    }
}
