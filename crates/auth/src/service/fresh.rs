//! Which sessions serve for what: opened a moment ago, and by a key whose signature counts.

use hodlxxi_kernel::{SignInMethod, StoreError};
use thiserror::Error;

use super::SignInService;
use crate::account::Session;
use crate::challenge::Purpose;

/// The session was opened too long ago for what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this takes a sign-in within the last five minutes: sign in again first")]
pub struct StaleSession;

/// Why something was not done that takes a fresh session.
#[derive(Debug, Error)]
pub enum FreshError {
    /// The session was opened too long ago.
    #[error(transparent)]
    Stale(#[from] StaleSession),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a session does not serve a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnfitSession {
    /// It was opened too long ago.
    #[error(transparent)]
    Stale(#[from] StaleSession),
    /// A Nostr key opened it, where its sign-in counts as a signature that Nostr does not give.
    #[error("this takes a sign-in with a Bitcoin or Lightning key: use one, or link one first")]
    Method,
}

impl SignInService {
    /// Refuses where `session` was opened too long ago to change what its account is reached by, or to take it along.
    pub fn require_fresh(&self, session: &Session) -> Result<(), StaleSession> {
        let policy = &self.config.sessions;
        if policy.is_fresh(session.auth_time, self.clock.now()) {
            Ok(())
        } else {
            Err(StaleSession)
        }
    }

    /// Refuses where `session` does not serve `purpose`.
    ///
    /// A merge is signed by both sides, and the sign-in of the session is its own side's signature: a guest has given
    /// none, and Nostr serves no merge. Whoever deletes an account signs once more; but a guest has no key to do so.
    pub fn require_fit(&self, purpose: Purpose, session: &Session) -> Result<(), UnfitSession> {
        match (purpose, session.method()) {
            (Purpose::Merge | Purpose::Delete, SignInMethod::Guest) => Err(StaleSession.into()),
            (Purpose::Merge, SignInMethod::Nostr) => Err(UnfitSession::Method),
            _ if purpose.needs_fresh_session() => Ok(self.require_fresh(session)?),
            _ => Ok(()),
        }
    }
}
