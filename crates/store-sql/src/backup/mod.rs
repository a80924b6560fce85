//! Backups: a consistent dump of either database, and the way back.
//!
//! [`snapshot`] takes a dump while servers run. [`restore`] puts one in place of a database that
//! [`check_target`] found fit for it, all of it or nothing, and voids what must not come back to
//! life. [`rehearse`] restores into a scratch database, and compares.
//!
//! Deliberately absent: the backup file and its keys (`hodlxxi-backup`), and any list of tables but
//! that of what a restore voids: tables are found in the schema.

mod contents;
mod error;
mod postgres;
mod rehearsal;
mod replace;
mod sqlite;
mod staging;
mod target;
mod voids;

use std::fs::File;
use std::path::Path;

use hodlxxi_backup::{Contents, DatabaseKind};
use hodlxxi_kernel::Clock;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_oauth::jose::StoredKey;

use crate::url::{DatabaseUrl, Place};
pub use error::{DatabaseFault, RestoreError, SnapshotError, TargetError};
pub use postgres::{PgTools, ToolError};
pub use rehearsal::{RehearseError, rehearse};
pub use staging::Staging;
pub use target::{Permit, check_target};
use voids::Voids;

/// A dump, and what the database held at that moment.
pub struct Snapshot {
    /// The dump, to be read from its beginning.
    pub dump: File,
    /// What the database held.
    pub contents: Contents,
    /// The signing keys among it, sealed.
    pub keys: Vec<StoredKey>,
}

/// Takes a consistent snapshot of the database at `url`, while servers may be running on it. On its
/// way the dump lies in `folder`, readable by this user alone.
pub fn snapshot(
    url: &DatabaseUrl,
    folder: &Path,
    tools: &PgTools,
) -> Result<Snapshot, SnapshotError> {
    let snapshot = match url.place() {
        Place::Sqlite(path) => sqlite::snapshot(path, folder)?,
        Place::Postgres { .. } => postgres::snapshot(url, folder, tools)?,
    };
    match contents::unknown_migration(&snapshot.contents)? {
        Some(newer) => Err(SnapshotError::Newer(newer)),
        None => Ok(snapshot),
    }
}

/// Restores the unpacked dump of `contents` in place of what is at `url`, which
/// [`check_target`] must have allowed; it is asked again where that can be done in the same step.
/// Everything that could let a person or an application in is voided, and an older schema brought up
/// to date; what may have been used before now, by `clock`, is refused from then on. `act` is written into
/// the audit log, which says who restores it. A failure leaves the target as it was, unless it says otherwise.
pub fn restore(
    url: &DatabaseUrl,
    dump: Staging,
    contents: &Contents,
    permit: Permit,
    tools: &PgTools,
    act: &AuditEntry,
    clock: &dyn Clock,
) -> Result<(), RestoreError> {
    let voids = Voids::of(contents, act, clock);
    match url.place() {
        Place::Sqlite(path) => sqlite::restore(path, dump, contents, &voids, permit),
        Place::Postgres { .. } => postgres::restore(url, dump, contents, &voids, permit, tools),
    }
}

impl DatabaseUrl {
    /// The kind of database that it leads to.
    pub const fn kind(&self) -> DatabaseKind {
        if self.is_embedded() {
            DatabaseKind::Sqlite
        } else {
            DatabaseKind::Postgres
        }
    }
}
