//! What a log asks of whoever keeps it. Each method is one atomic step.

use hodlxxi_kernel::audit::{AuditEntry, AuditId, AuditLog, AuditRecord};
use hodlxxi_kernel::{StoreError, Timestamp, UserId};

use crate::seal::{Checkpoint, Seal, Tip};

/// What is not sealed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// How many entries.
    pub count: u64,
    /// When the first of them was.
    pub oldest: Option<Timestamp>,
}

/// Keeps entries, the seals over them, and what is left of those that expired.
pub trait AuditStore: AuditLog {
    /// Entries of everybody, newest by id first, beginning after `before`; at most `limit`.
    fn page(&self, before: Option<&AuditId>, limit: u32) -> Result<Vec<AuditRecord>, StoreError>;

    /// Entries that are not sealed, oldest (by id) first; at most `limit`.
    fn unsealed(&self, limit: u32) -> Result<Vec<AuditRecord>, StoreError>;

    /// How much is not sealed.
    fn waiting(&self) -> Result<Waiting, StoreError>;

    /// Where the chain stands: at the last seal, or where none is left at the checkpoint.
    fn tip(&self) -> Result<Tip, StoreError>;

    /// Adds a seal, and notes with each of its members that it is sealed by it. Of any number of calls
    /// with seals of one number one answers true. False, and nothing written, where the number is
    /// taken, or a member is gone or was sealed before.
    fn append_seal(&self, seal: &Seal) -> Result<bool, StoreError>;

    /// Seals with a number above `after`, in their order; at most `limit`.
    fn seals(&self, after: i64, limit: u32) -> Result<Vec<Seal>, StoreError>;

    /// The entries that are noted as sealed by the seal of this number, by their ids.
    fn entries_of(&self, seal: i64) -> Result<Vec<AuditRecord>, StoreError>;

    /// Entries that are noted as sealed by a seal that is not kept, by their ids; at most `limit`.
    fn strays(&self, limit: u32) -> Result<Vec<AuditRecord>, StoreError>;

    /// What is left of what expired, if anything did.
    fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError>;

    /// Removes the seals up to the checkpoint's with their entries, and keeps the checkpoint in place of
    /// the one before. False, and nothing written, unless it is further than that one.
    fn expire(&self, checkpoint: &Checkpoint) -> Result<bool, StoreError>;

    /// Erases the personal fields of every entry that concerns `person`, and records `act` with their
    /// number as its detail; answers the number.
    fn erase(&self, person: &UserId, act: &AuditEntry) -> Result<u64, StoreError>;
}
