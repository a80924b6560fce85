//! What grants ask of a store. Each method is one atomic step, one transaction.
//!
//! A method that is given an act for the audit log writes it down in the same step, with what came of
//! it, where it does anything.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, ConsentId, SecretHash, SessionId, StoreError, Timestamp, UserId};

use super::token::{
    AccessTokenRecord, ActiveAccessToken, AuthorizationCode, Grant, RefreshRecord, RefreshState,
};
use crate::client::Client;
use crate::scope::ScopeSet;

/// Keeps authorization codes for a while. It may lose them: what a code is worth, and that it is
/// worth something once, is for [`GrantStore::redeem`] to judge.
pub trait CodeStore: Send + Sync {
    /// Keeps a code, for an hour after its end at least, so that a late second use is noticed.
    fn save_code(&self, code: &AuthorizationCode) -> Result<(), StoreError>;

    /// A code, whether redeemed, expired or neither.
    fn code(&self, hash: &SecretHash) -> Result<Option<AuthorizationCode>, StoreError>;

    /// How many codes are live. One that was asked for by its hash, as is done to redeem it, may be
    /// left out.
    fn count_codes(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Removes codes that expired before `now`, at most `limit`; answers how many: 0 where they are
    /// removed by themselves.
    fn purge_codes(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError>;
}

/// A code's redemption: the grant and its first tokens.
#[derive(Debug, Clone)]
pub struct Redemption {
    /// The code's hash; remembered with the grant for as long as a second use must be noticed.
    pub code: SecretHash,
    /// When the code ends.
    pub code_expires_at: Timestamp,
    /// How often the client had been disabled when the code was made.
    pub client_disabled_count: u32,
    /// The new grant.
    pub grant: Grant,
    /// Its first access token.
    pub access: AccessTokenRecord,
    /// Its first refresh token, if `offline_access` was allowed.
    pub refresh: Option<RefreshRecord>,
    /// Now.
    pub now: Timestamp,
    /// The act: that tokens are granted. It is written whatever comes of it, but for
    /// [`RedeemOutcome::Renamed`].
    pub act: AuditEntry,
}

/// What a redemption led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedeemOutcome {
    /// The tokens are good.
    Redeemed,
    /// The code had been redeemed before: what the first use got is now revoked, and nothing of
    /// this redemption was kept.
    Reused,
    /// The code is expired; or the user or the client was disabled, the consent withdrawn, or the
    /// session ended by its user, in between. Nothing was kept but the act.
    Refused,
    /// The client knows the person by another subject than the grant has it: an account that it knew
    /// was merged into theirs since the code was made. Nothing was kept; whoever has asked
    /// [`SubjectSource`](crate::person::SubjectSource) redeems the code anew.
    Renamed,
}

/// The use of a refresh token.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The hash of the token presented.
    pub presented: SecretHash,
    /// Its successor.
    pub successor: RefreshRecord,
    /// The new access token.
    pub access: AccessTokenRecord,
    /// The answer about to be given, encrypted under a key derived from the token presented.
    pub sealed_answer: Vec<u8>,
    /// For how long, in seconds, a repeated use gets the same answer.
    pub grace: i64,
    /// Now.
    pub now: Timestamp,
    /// The act: that tokens are refreshed. It is written whatever comes of it.
    pub act: AuditEntry,
}

/// What the use of a refresh token led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RotateOutcome {
    /// The successor took its place.
    Rotated,
    /// It had been rotated within the grace and its successor is still unused: the sealed answer
    /// of then. Nothing was written but the act.
    Repeated(Vec<u8>),
    /// It had been used before: the family is now revoked.
    Reused,
    /// Unknown, expired, or of a revoked family; nothing was written but the act.
    Dead,
}

/// An application a person is connected to.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The application.
    pub client: Client,
    /// What was allowed and is remembered.
    pub scope: ScopeSet,
    /// When it was first allowed.
    pub first_allowed_at: Timestamp,
    /// When it last got tokens.
    pub last_used_at: Option<Timestamp>,
}

/// Keeps grants and their tokens.
pub trait GrantStore: Send + Sync {
    /// Redeems a code. Of any number of calls with one code exactly one answers
    /// [`RedeemOutcome::Redeemed`], which notes that the client took part in the session (for
    /// back-channel logout); every later one revokes that grant.
    fn redeem(&self, redemption: &Redemption) -> Result<RedeemOutcome, StoreError>;

    /// Keeps a grant without a person and its one token (client credentials), and notes the
    /// client's use.
    fn issue(
        &self,
        grant: &Grant,
        access: &AccessTokenRecord,
        act: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// The live access token with this hash: not expired, not revoked, neither its grant, nor its
    /// user or client disabled.
    fn access_token(
        &self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<ActiveAccessToken>, StoreError>;

    /// The refresh token with this hash, in whatever state.
    fn refresh_token(&self, hash: &SecretHash) -> Result<Option<RefreshState>, StoreError>;

    /// Rotates a refresh token. Of any number of calls with one token exactly one answers
    /// [`RotateOutcome::Rotated`].
    fn rotate(&self, rotation: &Rotation) -> Result<RotateOutcome, StoreError>;

    /// Revokes the family of this refresh token if `client` owns it (RFC 7009); answers whether. The
    /// act is written with the person whose grant it was.
    fn revoke_refresh_family(
        &self,
        hash: &SecretHash,
        client: &ClientId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Revokes this one access token if `client` owns it (RFC 7009); answers whether. The act is
    /// written with the person whose grant it was.
    fn revoke_access_token(
        &self,
        hash: &SecretHash,
        client: &ClientId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Removes tokens that nobody can use and grants that no token is left of, at most `limit` of
    /// each kind; the memory of redeemed codes is kept an hour, that of a rotated token as long as
    /// the token would have lived unused. Answers how many rows. Also forgets answers of rotations
    /// more than an hour ago.
    fn purge_grants(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError>;
}

/// What a person allowed a client, remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id: another one after it was withdrawn and given again.
    pub id: ConsentId,
    /// Every scope ever allowed and not withdrawn.
    pub scope: ScopeSet,
    /// Names of the claims allowed one by one.
    pub claims: Vec<String>,
}

/// Keeps consents.
pub trait ConsentStore: Send + Sync {
    /// What `user` allowed `client`.
    fn consent(&self, user: &UserId, client: &ClientId) -> Result<Option<Consent>, StoreError>;

    /// Adds to what `user` allowed `client`; answers the id of the consent as it stands, which is
    /// that of `consent` only if there was none.
    fn remember_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        consent: &Consent,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<ConsentId, StoreError>;

    /// Withdraws it: the consent is forgotten, every grant of the two is revoked, and codes that
    /// rest on it are worthless, in one step. Answers whether there was a consent or a live grant.
    fn withdraw_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// The applications `user` is connected to, by a consent or a live grant; newest first.
    fn connections(&self, user: &UserId) -> Result<Vec<Connection>, StoreError>;
}

/// What may be used once, as its use is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SingleUse {
    /// A hash over issuer and `jti`.
    pub id: SecretHash,
    /// When it may have been used first, at the earliest.
    pub usable_from: Timestamp,
    /// Until when its use has to be remembered.
    pub usable_until: Timestamp,
}

/// Remembers what may be used once.
pub trait ReplayStore: Send + Sync {
    /// Whether this is the first use; of any number of calls exactly one answers true. A store
    /// whose memory begins after `usable_from` cannot know, and answers false.
    fn first_use(&self, once: &SingleUse) -> Result<bool, StoreError>;

    /// Forgets what expired before `now`, at most `limit`; answers how many: 0 where it is
    /// forgotten by itself.
    fn purge_replays(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError>;
}

/// A client that took part in a session: it got tokens for a sign-in there.
#[derive(Debug, Clone, PartialEq)]
pub struct Participant {
    /// The session.
    pub session: SessionId,
    /// The client.
    pub client: Client,
}

/// One logout token still to be delivered (OpenID Connect Back-Channel Logout).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutDelivery {
    /// The delivery's own id.
    pub id: String,
    /// The client to tell.
    pub client: ClientId,
    /// The person who logged out.
    pub user: UserId,
    /// The session that ended.
    pub session: SessionId,
    /// How often it was tried.
    pub attempts: u32,
}

/// Keeps the logouts that clients have still to be told of, so that a restart loses none.
pub trait LogoutStore: Send + Sync {
    /// Queues one delivery for each client that took part in `session` and registered for
    /// back-channel logout, and forgets who took part; answers how many. A second call answers 0.
    fn queue_logouts(
        &self,
        user: &UserId,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<usize, StoreError>;

    /// The clients that took part in these sessions, those that came first before the others, at most
    /// `limit`.
    fn participants(
        &self,
        sessions: &[SessionId],
        limit: u32,
    ) -> Result<Vec<Participant>, StoreError>;

    /// Leases at most `limit` deliveries that are due, until `leased_until`: no other call gets
    /// them before then.
    fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<LogoutDelivery>, StoreError>;

    /// A delivery is done, or given up.
    fn finish_logout(&self, id: &str) -> Result<(), StoreError>;

    /// A delivery failed: it is due again at `due`, with one attempt more.
    fn retry_logout(&self, id: &str, due: Timestamp) -> Result<(), StoreError>;
}
