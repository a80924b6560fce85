//! Sessions: 24 hours after the last use, seven days at most, written at most every ten minutes.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{SecretHash, SessionId, SignInMethod, Timestamp};

use super::ProvenKey;
use super::user::User;
use crate::identity::Identity;

/// How long sessions live, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct SessionPolicy {
    /// From the last use to the end.
    pub idle: i64,
    /// From the sign-in to the end, however busy.
    pub absolute: i64,
    /// How often a use is written down at most.
    pub touch_every: i64,
    /// For how long after its sign-in a session may change what an account is reached by.
    pub fresh: i64,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            idle: 24 * 3600,
            absolute: 7 * 24 * 3600,
            touch_every: 600,
            fresh: 300,
        }
    }
}

impl SessionPolicy {
    /// When a session that began at `auth_time` and is used at `now` ends.
    pub fn expiry(&self, auth_time: Timestamp, now: Timestamp) -> Timestamp {
        now.plus(self.idle).min(auth_time.plus(self.absolute))
    }

    /// Whether a session that began at `auth_time` may change, at `now`, what its account is reached by.
    pub fn is_fresh(&self, auth_time: Timestamp, now: Timestamp) -> bool {
        now.seconds_since(auth_time) <= self.fresh
    }
}

/// A live session, as its store answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The public id.
    pub id: SessionId,
    /// Whose it is, as the account stands now.
    pub user: User,
    /// The key this session was opened with; none for guests. Its parity is known once any proof
    /// of the key told it.
    pub key: Option<ProvenKey>,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// When it was last seen in use, to within the policy's `touch_every`.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not used again.
    pub expires_at: Timestamp,
    /// The browser's own description of itself, cut to 200 characters.
    pub user_agent: Option<String>,
}

impl Session {
    /// How it was opened.
    pub fn method(&self) -> SignInMethod {
        self.key.as_ref().map_or(SignInMethod::Guest, |k| k.method)
    }

    /// The identity of the session's key.
    pub fn identity(&self) -> Option<&Identity> {
        self.key.as_ref().map(|key| &key.identity)
    }

    /// The session's key in hex, if the proof revealed one.
    pub fn pubkey_hex(&self) -> Option<String> {
        self.key.as_ref().and_then(ProvenKey::pubkey_hex)
    }
}

/// A session about to be stored.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The public id.
    pub id: SessionId,
    /// The hash of the cookie's secret.
    pub secret_hash: SecretHash,
    /// When the person signed in: now.
    pub auth_time: Timestamp,
    /// When it ends if it is not used again.
    pub expires_at: Timestamp,
    /// The browser's own description of itself.
    pub user_agent: Option<String>,
    /// The session this one takes the place of, in the same browser: ended in the same step.
    pub replaces: Option<Replaced>,
}

/// A session that a sign-in in the same browser ends.
#[derive(Debug, Clone)]
pub struct Replaced {
    /// Its id.
    pub id: SessionId,
    /// The act of ending it, for whoever's it was, where that is not the person who signs in: those see
    /// that they signed in.
    pub act: AuditEntry,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_fresh_for_five_minutes() {
        let policy = SessionPolicy::default();
        let at = Timestamp::from_unix;
        assert!(policy.is_fresh(at(0), at(0)) && policy.is_fresh(at(0), at(300)));
        assert!(!policy.is_fresh(at(0), at(301)));
    }

    #[test]
    fn a_session_slides_by_a_day_and_ends_after_a_week() {
        let policy = SessionPolicy::default();
        let start = Timestamp::from_unix(0);
        assert_eq!(policy.expiry(start, start).as_unix(), 86_400);
        assert_eq!(
            policy
                .expiry(start, Timestamp::from_unix(600_000))
                .as_unix(),
            604_800
        );
    }
}
