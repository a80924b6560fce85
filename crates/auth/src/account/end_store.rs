//! What the end of accounts asks of a store: one merged into another, one deleted. Each method is one
//! atomic step.

use hodlxxi_kernel::audit::{Action, AuditEntry, Outcome};
use hodlxxi_kernel::{ClientId, SessionId, StoreError, Timestamp, UserId};

use super::user::ProvenKey;
use crate::identity::Identity;

/// The account of a key, to be merged into that of a session.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The account that stays.
    pub user: UserId,
    /// The session of it in which the merge was asked for.
    pub session: SessionId,
    /// The proven key, whose account goes.
    pub key: ProvenKey,
    /// Now.
    pub now: Timestamp,
    /// The act, of the account that stays.
    pub act: AuditEntry,
    /// The act, of the account that goes: whose that is is found out here.
    pub away: AuditEntry,
}

/// What a merge led to. Where it did nothing, the act was written as a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeOutcome {
    /// The accounts are one.
    Merged {
        /// The account that went.
        gone: UserId,
        /// The ids of its sessions, which are ended; who took part in them is noted with the account
        /// that stayed.
        ended: Vec<SessionId>,
    },
    /// These clients are connected to both.
    Conflict(Vec<ClientId>),
    /// The key is one of the same account, or of none.
    NothingToMerge,
    /// The key is frozen.
    KeyFrozen,
    /// The account that would go is disabled.
    Disabled,
    /// While this waited, the key went to another account, or the session ended.
    Moved,
}

impl MergeOutcome {
    /// What the audit log calls it.
    pub const fn audited(&self) -> Outcome {
        match self {
            Self::Merged { .. } => Outcome::Done,
            Self::Conflict(_) | Self::NothingToMerge => Outcome::Refused,
            Self::KeyFrozen => Outcome::KeyFrozen,
            Self::Disabled => Outcome::Disabled,
            Self::Moved => Outcome::OtherAccount,
        }
    }
}

/// A deletion asked for.
#[derive(Debug, Clone)]
pub struct Deletion {
    /// The account.
    pub user: UserId,
    /// The key that was proven for it.
    pub identity: Identity,
    /// When the account is deleted.
    pub deletes_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// The act.
    pub act: AuditEntry,
}

/// What asking for a deletion led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeletionOutcome {
    /// The account has no session and no grant any more, and is deleted at the moment named.
    Requested {
        /// The ids of the sessions that were ended.
        ended: Vec<SessionId>,
    },
    /// The key is frozen; nothing was written.
    KeyFrozen,
    /// The account has no such key; nothing was written.
    OtherAccount,
}

/// Ends accounts.
pub trait AccountEndStore: Send + Sync {
    /// Merges the account of a key into another. Its keys move, its sessions and grants end, and what it
    /// allowed clients is allowed by the other. A client goes on to know the person by the id of the
    /// account that was connected to it. Of many merges of one account, exactly one happens.
    fn merge(&self, merge: &Merge) -> Result<MergeOutcome, StoreError>;

    /// Ends all sessions and grants of an account, and notes when it is to be deleted. Signing in before
    /// then clears that note.
    fn request_deletion(&self, deletion: &Deletion) -> Result<DeletionOutcome, StoreError>;

    /// The accounts whose deletion is due, at most `limit`.
    fn due_deletions(&self, now: Timestamp, limit: u32) -> Result<Vec<UserId>, StoreError>;

    /// Deletes an account whose deletion is due, with all that is kept of it, and erases what the audit
    /// log says of the person, and of the accounts merged into theirs; answers whether it was due. Of this, and of each
    /// client that the account owned, an entry that `act` makes is written down.
    fn delete_account(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &dyn Fn(Action) -> AuditEntry,
    ) -> Result<bool, StoreError>;
}
