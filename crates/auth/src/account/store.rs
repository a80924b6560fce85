//! What accounts ask of a store. Each method is one atomic step.
//!
//! A method that is given an act for the audit log writes it down in the same step, with what came of
//! it, where it does anything.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{
    AccessLevel, SecretHash, SessionId, SignInMethod, StoreError, Timestamp, UserId,
};

use super::end_store::AccountEndStore;
use super::key_store::LinkedKeyStore;
use super::news::NewsStore;
use super::session::{NewSession, Session};
use super::user::{DisplayName, LinkedKey, ProvenKey, User, UserPage};
use crate::identity::Identity;

/// What became of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeUse {
    /// It was live: this call is the one that counted.
    Live,
    /// It had been spent, or burned by failures, before.
    Used,
}

/// A challenge, as its use is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuedChallenge {
    /// The hash of its id.
    pub name: SecretHash,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it can no longer be answered.
    pub expires_at: Timestamp,
}

/// Remembers spent and failed challenges until they expire.
///
/// Challenges never seen are live, unless they were issued before the store's memory begins: such a
/// store cannot know, and answers [`ChallengeUse::Used`].
pub trait ChallengeStore: Send + Sync {
    /// Spends a challenge. Of any number of calls, at one time or later, exactly one answers
    /// [`ChallengeUse::Live`]; all answer [`ChallengeUse::Used`] once `max_failures` were recorded.
    fn spend(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError>;

    /// Records a failed signature; [`ChallengeUse::Used`] if the challenge was no longer live
    /// before this call.
    fn fail(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError>;

    /// When the memory begins, as far as was heard; asks nobody. A challenge that is issued now and bears
    /// this time, though it be a moment ahead, is known to be unused: whoever issues it knows already that
    /// the memory has begun. None where nothing was ever forgotten, or nothing is known.
    fn remembers_from(&self) -> Option<Timestamp> {
        None
    }

    /// Forgets challenges that expired before `now`, at most `limit`; answers how many: 0 where
    /// they are forgotten by themselves. Whoever calls it must already refuse, by their expiry, the
    /// challenges that this forgets.
    fn purge_challenges(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError>;
}

/// A sign-in to be written down.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The proven key; none for a guest, who always gets a new account.
    pub key: Option<ProvenKey>,
    /// Which account it may be.
    pub account: SignInAccount,
    /// The session to open.
    pub session: NewSession,
    /// The act, of opening it.
    pub act: AuditEntry,
}

impl SignIn {
    /// How the person signs in.
    pub fn method(&self) -> SignInMethod {
        self.key.as_ref().map_or(SignInMethod::Guest, |k| k.method)
    }
}

/// Which account a sign-in may lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInAccount {
    /// That of the key, or if it has none a new one with this id.
    FoundOrNew(UserId),
    /// This one alone, which the key must be linked to (a step-up).
    Only(UserId),
}

/// What a sign-in led to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and nearly always the large one"
)]
pub enum SignInOutcome {
    /// The session is open.
    SignedIn {
        /// The session as stored.
        session: Session,
        /// Whether the account was made by this sign-in.
        new_account: bool,
        /// Whether a deletion asked for before was cancelled by it.
        deletion_cancelled: bool,
    },
    /// The account is disabled; only the act was written, as a failure.
    Disabled,
    /// The key is frozen; only the act was written, as a failure.
    KeyFrozen,
    /// The key is not linked to the account of [`SignInAccount::Only`]; only the act was written, as a
    /// failure.
    OtherAccount,
}

/// A key to be linked to an account.
#[derive(Debug, Clone)]
pub struct LinkKey {
    /// The account.
    pub user: UserId,
    /// The proven key.
    pub key: ProvenKey,
    /// Now.
    pub now: Timestamp,
    /// The act.
    pub act: AuditEntry,
}

/// What linking led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOutcome {
    /// The key is now linked.
    Linked,
    /// It had been linked to this account before.
    AlreadyYours,
    /// It belongs to another account; only the act was written, as a failure.
    OtherAccount,
    /// It is linked to this account, and frozen; only the act was written, as a failure.
    KeyFrozen,
}

/// What unlinking led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlink {
    /// The key is gone, and the sessions opened with it are ended.
    Unlinked {
        /// The ids of those sessions.
        ended: Vec<SessionId>,
    },
    /// It is the account's last key that signs in; nothing was written.
    LastKey,
    /// The account has no such key.
    Unknown,
}

/// Keeps accounts and their keys.
pub trait AccountStore: LinkedKeyStore + AccountEndStore + NewsStore {
    /// In one step: finds the account of the key or makes it, notes the key's use (and its parity,
    /// if this proof is the first to tell it) and the device, cancels a deletion asked for before,
    /// ends the replaced session, whosever it was, writes that down for them if it was another
    /// person's, and opens the new one. Concurrent first sign-ins with one key make one account. The
    /// first device of an account needs no acknowledgement, and neither does the key that made it.
    fn sign_in(&self, sign_in: &SignIn) -> Result<SignInOutcome, StoreError>;

    /// An account.
    fn user(&self, id: &UserId) -> Result<Option<User>, StoreError>;

    /// The account that `identity` is linked to.
    fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, StoreError>;

    /// Accounts, newest (by id) first, beginning after `before`; at most `limit`.
    fn users(&self, before: Option<&UserId>, limit: u32) -> Result<UserPage, StoreError>;

    /// An account's keys, oldest first.
    fn linked_keys(&self, user: &UserId) -> Result<Vec<LinkedKey>, StoreError>;

    /// Links a key, or notes the parity of one linked to this account before, if this proof is the
    /// first to tell it. Of concurrent links of one key to several accounts, one succeeds.
    fn link_key(&self, link: &LinkKey) -> Result<LinkOutcome, StoreError>;

    /// Unlinks a key that is not the last one that signs in, and ends the sessions opened with it.
    fn unlink_key(
        &self,
        user: &UserId,
        identity: &Identity,
        act: &AuditEntry,
    ) -> Result<Unlink, StoreError>;

    /// Sets or clears the name and moves `updated_at`; answers whether the account exists.
    fn set_name(
        &self,
        user: &UserId,
        name: Option<&DisplayName>,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Sets or clears a level given by an administrator; answers whether the account exists.
    fn set_granted_level(
        &self,
        user: &UserId,
        level: Option<AccessLevel>,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Disables an account and ends its sessions and whatever it granted; answers whether it
    /// exists.
    fn disable_user(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Enables an account again; what was ended stays ended. Answers whether it exists.
    fn enable_user(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;
}

/// Keeps sessions.
pub trait SessionStore: Send + Sync {
    /// The live session whose cookie has this hash, with its account as it stands now; none if it
    /// expired (from `expires_at` on), was ended, or the account is disabled.
    fn session(&self, secret: &SecretHash, now: Timestamp) -> Result<Option<Session>, StoreError>;

    /// Notes a use: moves `last_seen_at` and the end. A session that is no longer kept stays ended.
    fn touch(
        &self,
        id: &SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// A user's live sessions, newest first.
    fn sessions_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError>;

    /// Ends a session of `user`; answers whether there was one.
    fn end_session(
        &self,
        user: &UserId,
        id: &SessionId,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Ends all sessions of `user` but `keep`; answers the ids of the ended ones.
    fn end_other_sessions(
        &self,
        user: &UserId,
        keep: Option<&SessionId>,
        act: &AuditEntry,
    ) -> Result<Vec<SessionId>, StoreError>;

    /// How many sessions are live.
    fn count_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Removes sessions that expired before `now`, guests' accounts that no session is left of, and
    /// what else is kept with either, at most `limit` of each kind; answers how many rows.
    fn purge_sessions(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError>;
}
