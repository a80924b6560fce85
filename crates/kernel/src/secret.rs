//! Secrets that neither print nor linger, and the hashes they are stored as.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Entropy;

/// A bearer secret: a token, a code, a cookie, a client secret.
///
/// It has no `Debug` and no `Display`; it is wiped from memory when dropped. Stores keep its
/// [`SecretHash`].
///
/// ```compile_fail
/// # use hodlxxi_kernel::Secret;
/// println!("{:?}", Secret::from("hush".to_owned()));
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A new secret of 256 bits, as 43 characters of base64url.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let bytes = Zeroizing::new(entropy.bytes::<32>());
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
    }

    /// The secret itself; for the one answer that tells it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What a store keeps of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.expose())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

/// The SHA-256 of a secret of at least 128 bits of entropy; compares in constant time.
///
/// Such secrets cannot be guessed, so no slow hash is needed.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of `secret`.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// The hash as 43 characters of base64url.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The hash as bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl std::hash::Hash for SecretHash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// Why a text is not a [`SecretHash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a secret's hash is 32 bytes in base64url")]
pub struct SecretHashError;

impl std::str::FromStr for SecretHash {
    type Err = SecretHashError;
    fn from_str(text: &str) -> Result<Self, SecretHashError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SecretHashError)?;
        bytes.try_into().map(Self).map_err(|_| SecretHashError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OsEntropy;

    #[test]
    fn a_generated_secret_has_43_characters_and_its_hash_reads_back() {
        let secret = Secret::generate(&OsEntropy);
        assert_eq!(secret.expose().len(), 43);
        assert_eq!(secret.hash().to_text().parse(), Ok(secret.hash()));
        assert_ne!(secret.hash(), Secret::generate(&OsEntropy).hash());
    }

    #[test]
    fn a_hash_does_not_print() {
        assert_eq!(format!("{:?}", SecretHash::of("x")), "SecretHash(…)");
        assert_eq!("short".parse::<SecretHash>(), Err(SecretHashError));
    }
}
