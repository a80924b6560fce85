//! A sign-in under way: made for one browser, approved by a wallet, redeemed by that browser.
//!
//! Its store knows it by the hash of its `k1`, and by nothing else: the id that the browser has is not kept, not even
//! its hash. Deliberately absent: accounts and their sessions; whose key it is, and what follows, others decide.

use hodlxxi_kernel::{PublicKey, SecretHash, SessionId, StoreError, Timestamp};

use crate::auth::Action;

/// How long a wallet may approve, in seconds.
pub const LIFETIME: i64 = 300;

/// How long an approval can be redeemed after its sign-in could no longer be approved, in seconds: a wallet may approve in
/// the last moment, and the browser learn of it a moment later.
pub const GRACE: i64 = 60;

/// A sign-in about to be kept.
#[derive(Debug, Clone)]
pub struct NewAuthSession {
    /// The hash of its `k1`.
    pub k1: SecretHash,
    /// The hash of the mark of the browser that asked.
    pub browser: SecretHash,
    /// What it is for.
    pub action: Action,
    /// The person's session that it is about, where its action needs one.
    pub session: Option<SessionId>,
    /// From when on no wallet may approve it.
    pub expires_at: Timestamp,
}

/// A sign-in as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthSession {
    /// The hash of the mark of the browser that asked.
    pub browser: SecretHash,
    /// What it is for.
    pub action: Action,
    /// The person's session that it is about.
    pub session: Option<SessionId>,
    /// From when on no wallet may approve it.
    pub expires_at: Timestamp,
    /// The key that approved it.
    pub approved_by: Option<PublicKey>,
    /// Whether the browser has redeemed the approval.
    pub redeemed: bool,
}

/// What became of a wallet's approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// It is the one that counts.
    Approved,
    /// Another came before, by this key or another.
    Used,
    /// It came too late.
    Expired,
    /// No such sign-in is known.
    Unknown,
}

/// A sign-in that was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approved {
    /// The hash of its `k1`.
    pub k1: SecretHash,
    /// The key that approved it.
    pub key: PublicKey,
    /// When, in microseconds of Unix time.
    pub at: i64,
}

/// Keeps sign-ins until some time after their end.
///
/// A store that may lose what it kept last, or go back to an older copy, forgets whatever it kept before that: what was
/// approved or redeemed once never is again.
pub trait AuthSessionStore: Send + Sync {
    /// Keeps a new sign-in.
    fn create(&self, session: &NewAuthSession) -> Result<(), StoreError>;

    /// Approves a sign-in at `now`, in microseconds of Unix time. Of any number of calls, at one time or later, one at most
    /// answers [`Approval::Approved`].
    fn approve(&self, k1: &SecretHash, key: &PublicKey, now: i64) -> Result<Approval, StoreError>;

    /// The sign-in as it stands, expired or not.
    fn peek(&self, k1: &SecretHash) -> Result<Option<AuthSession>, StoreError>;

    /// Redeems an approval at `now`, for the browser with the mark of this hash and no other. Of any number of calls one at
    /// most answers the key; none does later than [`GRACE`] seconds after the sign-in's end.
    fn redeem(
        &self,
        k1: &SecretHash,
        browser: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<PublicKey>, StoreError>;

    /// What was approved at `since` (microseconds of Unix time) or later, redeemed or not, oldest first; at most `limit`.
    fn approved_since(&self, since: i64, limit: u32) -> Result<Vec<Approved>, StoreError>;

    /// How many sign-ins are under way: neither expired nor redeemed.
    fn count_auth_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Forgets sign-ins that expired before `now`, at most `limit`; answers how many: 0 where they are forgotten by
    /// themselves. Whoever calls it leaves a browser the time to redeem.
    fn purge_auth_sessions(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError>;
}
