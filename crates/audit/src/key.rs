//! Who seals: an Ed25519 key (RFC 8032) derived from the master key, so that the log is checked by the
//! same key however often the keys that sign tokens are rotated.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use hodlxxi_kernel::MasterKey;
use thiserror::Error;

/// What the key is derived for.
const PURPOSE: &str = "audit seals";

/// The key that seals.
pub struct SealKey(Ed25519KeyPair);

impl SealKey {
    /// The key that belongs to `master`.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "fails for seeds that are not 32 bytes; this one is by its type"
    )]
    pub fn new(master: &MasterKey) -> Self {
        let seed = master.derive(PURPOSE);
        Self(Ed25519KeyPair::from_seed_unchecked(seed.as_bytes()).expect("32 bytes"))
    }

    /// The half that checks.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "a public key of Ed25519 is 32 bytes"
    )]
    pub fn public(&self) -> PublicSealKey {
        let bytes = self.0.public_key().as_ref();
        PublicSealKey(bytes.try_into().expect("32 bytes"))
    }

    /// The signature of `message`, 64 bytes.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

/// The half that checks: whoever has it can check an exported log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicSealKey([u8; 32]);

/// Why a text is not a [`PublicSealKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the key of an audit log is 64 hex digits")]
pub struct PublicSealKeyError;

impl PublicSealKey {
    /// Whether `signature` is the key's, of `message`.
    pub(crate) fn is_by(self, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.0);
        key.verify(message, signature).is_ok()
    }
}

impl std::fmt::Display for PublicSealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::str::FromStr for PublicSealKey {
    type Err = PublicSealKeyError;

    fn from_str(text: &str) -> Result<Self, PublicSealKeyError> {
        let bytes = hex::decode(text).map_err(|_| PublicSealKeyError)?;
        bytes.try_into().map(Self).map_err(|_| PublicSealKeyError)
    }
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::OsEntropy;

    use super::*;

    #[test]
    fn a_master_key_has_one_seal_key_and_another_has_another() {
        let (one, two) = (
            MasterKey::generate(&OsEntropy),
            MasterKey::generate(&OsEntropy),
        );
        let (key, again) = (SealKey::new(&one), SealKey::new(&one));
        let signature = key.sign(b"m");
        assert!(again.public().is_by(b"m", &signature));
        assert!(!again.public().is_by(b"n", &signature));
        assert!(!SealKey::new(&two).public().is_by(b"m", &signature));
    }

    #[test]
    fn a_public_key_reads_back() {
        let key = SealKey::new(&MasterKey::generate(&OsEntropy)).public();
        assert_eq!(key.to_string().parse(), Ok(key));
        for bad in ["", "00", "zz", &"0".repeat(66)] {
            assert_eq!(bad.parse::<PublicSealKey>(), Err(PublicSealKeyError));
        }
    }
}
