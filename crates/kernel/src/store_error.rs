//! The one error that a store may answer.

use thiserror::Error;

/// What a failure of a store means to its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The store cannot be reached, or is too busy; trying again later may help.
    Unavailable,
    /// The write contradicts what is stored (a unique or foreign key).
    Conflict,
    /// What is stored cannot be read as what it should be.
    Corrupt,
}

/// A store's failure: its kind for the program, its source for the log.
#[derive(Debug, Error)]
#[error("the store failed: {kind:?}")]
pub struct StoreError {
    kind: StoreErrorKind,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl StoreError {
    /// A failure of `kind`, caused by `source`.
    pub fn new(
        kind: StoreErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// What the failure means.
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}
