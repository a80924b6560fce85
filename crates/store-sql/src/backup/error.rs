//! What can go wrong with a backup at the database's end.

use hodlxxi_backup::{DatabaseKind, Difference};
use thiserror::Error;

use super::postgres::ToolError;
use crate::conn::ConnectError;
use crate::fault::Fault;

/// A failure of the database, as it is.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct DatabaseFault(Box<dyn std::error::Error + Send + Sync>);

impl From<Fault> for DatabaseFault {
    fn from(fault: Fault) -> Self {
        Self(fault.into())
    }
}

impl From<diesel::result::Error> for DatabaseFault {
    fn from(error: diesel::result::Error) -> Self {
        Self(error.into())
    }
}

impl From<ConnectError> for DatabaseFault {
    fn from(error: ConnectError) -> Self {
        Self(error.into())
    }
}

/// Lets `?` turn whatever a database says into an error of the operation.
macro_rules! from_database {
    ($error:ty) => {
        impl From<Fault> for $error {
            fn from(fault: Fault) -> Self {
                Self::Database(fault.into())
            }
        }

        impl From<diesel::result::Error> for $error {
            fn from(error: diesel::result::Error) -> Self {
                Self::Database(error.into())
            }
        }

        impl From<ConnectError> for $error {
            fn from(error: ConnectError) -> Self {
                Self::Database(error.into())
            }
        }
    };
}

/// Why there is no snapshot.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// There is no such file.
    #[error("there is no database at {0}")]
    NoDatabase(String),
    /// No migration was ever run.
    #[error("the database has no schema: there is nothing to back up")]
    NoSchema,
    /// A newer version migrated it.
    #[error(
        "the database was migrated by a newer version (schema {0}): back it up with that version"
    )]
    Newer(String),
    /// The database is damaged.
    #[error("the database is damaged, and no backup was made of it: {0}")]
    Damaged(String),
    /// The database failed.
    #[error("the database cannot be read: {0}")]
    Database(#[source] DatabaseFault),
    /// One of PostgreSQL's programs failed.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// The dump lacks a table.
    #[error("pg_dump left out the table {0}")]
    Incomplete(String),
    /// The dump cannot be put down.
    #[error("the dump cannot be written")]
    Io(#[from] std::io::Error),
}

/// Why a backup may not be restored there. Nothing was changed.
#[derive(Debug, Error)]
pub enum TargetError {
    /// It is of the other database.
    #[error("the backup is of {backup}, and the database is {target}")]
    OtherDatabase {
        /// What the backup is of.
        backup: DatabaseKind,
        /// What the target is.
        target: DatabaseKind,
    },
    /// It was made on a schema that this version does not know.
    #[error("the backup was made by a newer version (schema {0}): restore it with that version")]
    Newer(String),
    /// Its tables stand in another schema than those of the target would.
    #[error(
        "the backup is of the schema {backup}, and the database's search_path leads to {target}"
    )]
    OtherSchema {
        /// What the backup is of.
        backup: String,
        /// Where the target's tables would stand.
        target: String,
    },
    /// A server is running on it.
    #[error("the database is in use: stop every server first")]
    InUse,
    /// It has data.
    #[error("the database is not empty ({rows} rows): a restore would replace them")]
    NotEmpty {
        /// How many rows.
        rows: u64,
    },
    /// The file holds something else.
    #[error("the file {0} is there already, and is no database")]
    NotADatabase(String),
    /// Others use it too.
    #[error(
        "the database has a table {0}, which is none of ours: give HODLXXI a database of its own"
    )]
    ForeignTable(String),
    /// The database failed.
    #[error("the database cannot be used: {0}")]
    Database(#[source] DatabaseFault),
    /// The file cannot be looked at.
    #[error("the database file cannot be used")]
    Io(#[from] std::io::Error),
}

/// Why nothing was restored.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// The target is not fit for it.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The dump does not hold what the manifest says.
    #[error("the backup does not hold what it says: {0}")]
    Differs(#[from] Difference),
    /// The dump is damaged.
    #[error("the backup's database is damaged: {0}")]
    Damaged(String),
    /// The database failed.
    #[error("nothing was restored: {0}")]
    Database(#[source] DatabaseFault),
    /// One of PostgreSQL's programs failed.
    #[error("nothing was restored: {0}")]
    Tool(#[from] ToolError),
    /// The data are back, and the schema is still the older one of the backup, in which it cannot be said
    /// what is forgotten.
    #[error(
        "the backup is restored, but its older schema was not brought up to date: restore it once more, with --force: {0}"
    )]
    NotMigrated(#[source] DatabaseFault),
    /// The file cannot be put in place.
    #[error("nothing was restored: the file cannot be written")]
    Io(#[from] std::io::Error),
}

from_database!(SnapshotError);
from_database!(TargetError);
from_database!(RestoreError);
