//! `backup`, `verify-backup`, `restore`: a way back, and the proof beforehand that it is one.
//!
//! Deliberately absent: the file's format (`hodlxxi-backup`) and what databases do
//! (`hodlxxi-store-sql`). The master key is never written into a backup.

mod create;
mod error;
mod key;
mod place;
mod restore;
mod verify;

pub(super) use create::Backup;
pub(super) use error::BackupError;
pub(super) use restore::Restore;
pub(super) use verify::VerifyBackup;
