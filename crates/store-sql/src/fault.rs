//! What can go wrong in a query, and what it means to the caller: the one place that says so.

use std::sync::Arc;

use diesel::result::{DatabaseErrorKind, Error as SqlError};
use hodlxxi_kernel::{StoreError, StoreErrorKind};
use thiserror::Error;

use crate::conn::ConnectError;
use crate::row::RowError;

/// A failure inside one method of a store.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// No connection was to be had in time.
    #[error("no database connection")]
    Pool(#[from] r2d2::Error),
    /// No connection came about.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The database refused a statement.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// What is stored is not what it should be.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A migration cannot be read or run.
    #[error("a migration failed: {0}")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nobody waits for it any more, and it was not done.
    #[error("it was too late")]
    TooLate,
    /// The commit that many writes waited for failed.
    #[error("the writes were not committed: {0}")]
    Batch(#[source] Arc<Fault>),
}

impl Fault {
    /// Whether the database, rather than what was asked of it, is the trouble.
    pub(crate) fn is_unavailable(&self) -> bool {
        self.kind() == StoreErrorKind::Unavailable
    }

    fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Batch(fault) => fault.kind(),
            Self::Pool(_) | Self::Connect(_) | Self::TooLate => StoreErrorKind::Unavailable,
            Self::Row(_) | Self::Migration(_) => StoreErrorKind::Corrupt,
            Self::Sql(error) => match error {
                SqlError::DatabaseError(
                    DatabaseErrorKind::UniqueViolation
                    | DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::NotNullViolation
                    | DatabaseErrorKind::CheckViolation
                    | DatabaseErrorKind::RestrictViolation
                    | DatabaseErrorKind::ExclusionViolation,
                    _,
                ) => StoreErrorKind::Conflict,
                // A value or a column of another type than this version knows.
                SqlError::DeserializationError(_) | SqlError::SerializationError(_) => {
                    StoreErrorKind::Corrupt
                }
                // SQLite's BUSY, its full disk and its unreadable file come as unknown errors;
                // PostgreSQL's closed connection, deadlock and serialization failure likewise pass.
                _ => StoreErrorKind::Unavailable,
            },
        }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::new(fault.kind(), fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::column;

    fn kind(error: SqlError) -> StoreErrorKind {
        StoreError::from(Fault::from(error)).kind()
    }

    fn database(kind: DatabaseErrorKind) -> SqlError {
        SqlError::DatabaseError(kind, Box::new("said by the database".to_owned()))
    }

    #[test]
    fn broken_constraints_are_conflicts_and_the_rest_is_unavailable() {
        use DatabaseErrorKind as K;
        for broken in [
            K::UniqueViolation,
            K::ForeignKeyViolation,
            K::CheckViolation,
        ] {
            assert_eq!(kind(database(broken)), StoreErrorKind::Conflict);
        }
        for passing in [
            K::ClosedConnection,
            K::SerializationFailure,
            K::ReadOnlyTransaction,
        ] {
            assert_eq!(kind(database(passing)), StoreErrorKind::Unavailable);
        }
        assert_eq!(
            kind(SqlError::BrokenTransactionManager),
            StoreErrorKind::Unavailable
        );
    }

    #[test]
    fn what_cannot_be_read_is_corrupt_and_says_where() {
        assert_eq!(
            kind(SqlError::DeserializationError("not a number".into())),
            StoreErrorKind::Corrupt
        );
        let error = StoreError::from(Fault::from(column("users", "name")("too long")));
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("users.name cannot be read"));
    }
}
