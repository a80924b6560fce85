//! Signing keys as they are kept: the private half only encrypted.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{StoreError, Timestamp};

use super::SigningAlg;

/// A signing key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its `kid`: the JWK thumbprint (RFC 7638).
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlg,
    /// Which key of its algorithm it is: 1 for the first, unique with the algorithm, so that two
    /// nodes that rotate at once make one key.
    pub generation: i64,
    /// The private key (PKCS#8), encrypted under the master key and bound to `kid`.
    pub sealed_private: Vec<u8>,
    /// When it was made, and so published.
    pub created_at: Timestamp,
    /// From when on it signs.
    pub signs_from: Timestamp,
    /// When it leaves the key set: set once a successor exists.
    pub retires_at: Option<Timestamp>,
}

/// Keeps signing keys. Each method is one atomic step.
pub trait KeyStore: Send + Sync {
    /// Every key kept, oldest generation first.
    fn signing_keys(&self) -> Result<Vec<StoredKey>, StoreError>;

    /// Adds a key, and lets those before it retire at `predecessor_retires_at` unless they retire
    /// sooner, in one step, which writes `act` down too; false, and nothing written, if its algorithm has
    /// a key of that generation already.
    fn insert_signing_key(
        &self,
        key: &StoredKey,
        predecessor_retires_at: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Removes keys that retired before `now`; answers how many.
    fn purge_signing_keys(&self, now: Timestamp) -> Result<usize, StoreError>;
}
