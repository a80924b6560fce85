//! What can go wrong at Redis, and what it means to the caller: the one place that says so.

use hodlxxi_kernel::{StoreError, StoreErrorKind};
use redis::{ErrorKind, RedisError};
use thiserror::Error;

/// A failure inside one method of a store.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// It did not answer a moment ago, and was not asked again.
    #[error("Redis did not answer a moment ago")]
    Away,
    /// It was not told yet of all that changed.
    #[error("Redis does not know yet of all that changed")]
    Unnoted,
    /// No connection was to be had in time.
    #[error("no connection to Redis: {0}")]
    Pool(#[from] r2d2::Error),
    /// It refused a command, or did not answer.
    #[error(transparent)]
    Redis(#[from] RedisError),
    /// What it holds is not what it should be.
    #[error("{what} cannot be read from Redis")]
    Value {
        /// What was read.
        what: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Fault {
    /// Says what was read; for `map_err`.
    pub(crate) fn value<E>(what: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |source| Self::Value {
            what,
            source: source.into(),
        }
    }

    fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Value { .. } => StoreErrorKind::Corrupt,
            Self::Away | Self::Unnoted | Self::Pool(_) => StoreErrorKind::Unavailable,
            Self::Redis(error) => match error.kind() {
                // An answer of another kind than the command has.
                ErrorKind::UnexpectedReturnType => StoreErrorKind::Corrupt,
                // Not there, too slow, still loading, out of memory, no longer the one to write to.
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

    #[test]
    fn what_cannot_be_read_is_corrupt_and_the_rest_is_unavailable() {
        let kind = |fault: Fault| StoreError::from(fault).kind();
        let error = |kind: ErrorKind| Fault::Redis(RedisError::from((kind, "said by Redis")));
        assert_eq!(kind(Fault::Away), StoreErrorKind::Unavailable);
        assert_eq!(kind(error(ErrorKind::Io)), StoreErrorKind::Unavailable);
        assert_eq!(
            kind(error(ErrorKind::AuthenticationFailed)),
            StoreErrorKind::Unavailable
        );
        assert_eq!(
            kind(error(ErrorKind::UnexpectedReturnType)),
            StoreErrorKind::Corrupt
        );
        assert_eq!(
            kind(Fault::value("a code")("no JSON")),
            StoreErrorKind::Corrupt
        );
    }
}
