//! What the changes of linked keys ask of a store, beyond linking and unlinking. Each method is one
//! atomic step.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{SessionId, StoreError, Timestamp, UserId};

use super::user::DisplayName;
use crate::identity::Identity;

/// A key that was lost or stolen.
#[derive(Debug, Clone)]
pub struct FreezeKey {
    /// The account.
    pub user: UserId,
    /// The key to freeze.
    pub identity: Identity,
    /// Another key of the account, that the person has proven.
    pub with: Identity,
    /// Now.
    pub now: Timestamp,
    /// The act.
    pub act: AuditEntry,
}

/// What freezing a key led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freeze {
    /// The key signs nobody in any more.
    Frozen {
        /// The ids of the sessions that were opened with it, and ended.
        ended: Vec<SessionId>,
    },
    /// It was frozen before; nothing was written.
    AlreadyFrozen,
    /// It is the same key, or the other one is frozen itself or not of the account; nothing was written.
    NeedsAnotherKey,
    /// The account has no such key.
    Unknown,
}

/// Keeps what is known of the keys linked to accounts.
pub trait LinkedKeyStore: Send + Sync {
    /// Sets or clears the word for a key; answers whether the account has it.
    fn label_key(
        &self,
        user: &UserId,
        identity: &Identity,
        label: Option<&DisplayName>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Makes a key that signs in the primary one of its account, in place of the one before, and moves
    /// the account's `updated_at`; answers whether the account has such a key.
    fn make_primary(
        &self,
        user: &UserId,
        identity: &Identity,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Freezes a key: it signs nobody in any more, the sessions opened with it end, and so does all
    /// that the account granted since it was linked. Of two keys that freeze each other at the same
    /// time one is left.
    fn freeze_key(&self, freeze: &FreezeKey) -> Result<Freeze, StoreError>;

    /// Thaws a frozen key of the account: it signs in again; what ended when it was frozen stays ended.
    /// Answers whether the account has such a key and it was frozen.
    fn thaw_key(
        &self,
        user: &UserId,
        identity: &Identity,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;
}
