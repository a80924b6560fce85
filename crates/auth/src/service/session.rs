//! Sessions: guests, cookies that come back, signing out.

use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{AccessLevel, Secret, SessionId, StoreError};
use thiserror::Error;

use super::{Opened, SignInService, SignedIn};
use crate::account::Session;

/// Why a visitor was not let in as a guest.
#[derive(Debug, Error)]
pub enum GuestError {
    /// Guests are not let in here.
    #[error("guests are not let in")]
    Off,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignInService {
    /// Lets a visitor in without a key, with an account of their own; replaces the browser's
    /// `current` session.
    pub fn guest(
        &self,
        origin: &Origin,
        current: Option<&Session>,
    ) -> Result<SignedIn, GuestError> {
        if !self.config.guests {
            return Err(GuestError::Off);
        }
        match self.open_session(None, self.found_or_new(), origin, current)? {
            Opened::SignedIn(signed_in) => Ok(signed_in),
            // A guest's account is new and has no key, so that it is neither disabled nor another's.
            Opened::Disabled | Opened::KeyFrozen | Opened::OtherAccount => Err(GuestError::Off),
        }
    }

    /// The live session of a cookie, and what it may do; its use is written down, at most as often
    /// as the policy says.
    pub fn session(&self, secret: &Secret) -> Result<Option<(Session, AccessLevel)>, StoreError> {
        let (policy, now) = (&self.config.sessions, self.clock.now());
        let Some(mut session) = self.stores.sessions.session(&secret.hash(), now)? else {
            return Ok(None);
        };
        if now.seconds_since(session.last_seen_at) >= policy.touch_every {
            let expires_at = policy.expiry(session.auth_time, now);
            let touched = self.stores.sessions.touch(&session.id, now, expires_at);
            // A use that cannot be written down now is written down the next time.
            if touched.is_ok() {
                (session.last_seen_at, session.expires_at) = (now, expires_at);
            }
        }
        let level = self.config.access.level(&session);
        Ok(Some((session, level)))
    }

    /// The live sessions of the person, newest first.
    pub fn sessions(&self, of: &Session) -> Result<Vec<Session>, StoreError> {
        self.stores
            .sessions
            .sessions_of(&of.user.id, self.clock.now())
    }

    /// Ends one session of the person; answers whether they had it.
    pub fn end_session(
        &self,
        of: &Session,
        id: &SessionId,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let act = self.act_of(of, Action::SessionEnded, origin).session(id);
        self.stores.sessions.end_session(&of.user.id, id, &act)
    }

    /// Ends all sessions of the person but this one; answers which.
    pub fn end_other_sessions(
        &self,
        of: &Session,
        origin: &Origin,
    ) -> Result<Vec<SessionId>, StoreError> {
        let act = self.act_of(of, Action::OtherSessionsEnded, origin);
        self.stores
            .sessions
            .end_other_sessions(&of.user.id, Some(&of.id), &act)
    }

    /// Forgets what expired: challenges and sessions, and accounts whose deletion is due, at most `limit`
    /// of each; answers how many.
    pub fn purge(&self, limit: u32) -> Result<usize, StoreError> {
        // Another node's clock may be behind, and still take what is forgotten here for live.
        let now = self.clock.now().minus(CLOCK_SKEW);
        let challenges = self.stores.challenges.purge_challenges(now, limit)?;
        let sessions = self.stores.sessions.purge_sessions(now, limit)?;
        Ok(challenges + sessions + self.delete_due(now, limit)?)
    }
}

/// How far the clocks of several nodes may differ, in seconds.
const CLOCK_SKEW: i64 = 300;
