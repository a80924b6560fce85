//! From rows to domain types: every failure names its table and column.

use diesel::result::Error as SqlError;
use hodlxxi_kernel::{SecretHash, SecretHashError, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use crate::fault::Fault;

/// A stored value that is not what its column should hold.
#[derive(Debug, Error)]
#[error("{table}.{column} cannot be read")]
pub(crate) struct RowError {
    table: &'static str,
    column: &'static str,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// Says where an error was met; for `map_err`.
pub(crate) fn column<E>(table: &'static str, column: &'static str) -> impl FnOnce(E) -> RowError
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    move |source| RowError {
        table,
        column,
        source: source.into(),
    }
}

/// A moment that may be absent.
pub(crate) fn moment(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.map(Timestamp::from_unix)
}

/// The seconds of a moment that may be absent.
pub(crate) fn seconds(moment: Option<Timestamp>) -> Option<i64> {
    moment.map(Timestamp::as_unix)
}

/// A hash that may be absent.
pub(crate) fn hash(text: Option<String>) -> Result<Option<SecretHash>, SecretHashError> {
    text.map(|text| text.parse()).transpose()
}

/// A row count as a number of things.
pub(crate) fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or(0)
}

/// A value as JSON text.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value)
        .map_err(|error| Fault::Sql(SqlError::SerializationError(error.into())))
}

/// A value from JSON text.
pub(crate) fn from_json<T: DeserializeOwned>(
    text: &str,
    table: &'static str,
    name: &'static str,
) -> Result<T, RowError> {
    serde_json::from_str(text).map_err(column(table, name))
}
