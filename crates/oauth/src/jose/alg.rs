//! The algorithms this provider signs with.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A JWS algorithm (RFC 7518, section 3.1; RFC 8037; RFC 8812).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SigningAlg {
    /// RSASSA-PKCS1-v1_5 with SHA-256, keys of 2048 bits.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// ECDSA on secp256k1 with SHA-256, low S.
    Es256k,
}

/// A word that names no algorithm this provider signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not one of RS256, ES256, EdDSA, ES256K")]
pub struct UnknownAlg;

impl SigningAlg {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Es256, Self::EdDsa, Self::Es256k];

    /// The `alg` word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Es256k => "ES256K",
        }
    }
}

impl std::str::FromStr for SigningAlg {
    type Err = UnknownAlg;
    fn from_str(word: &str) -> Result<Self, UnknownAlg> {
        Self::ALL
            .into_iter()
            .find(|alg| alg.as_str() == word)
            .ok_or(UnknownAlg)
    }
}

impl TryFrom<String> for SigningAlg {
    type Error = UnknownAlg;
    fn try_from(word: String) -> Result<Self, UnknownAlg> {
        word.parse()
    }
}

impl From<SigningAlg> for String {
    fn from(alg: SigningAlg) -> Self {
        alg.as_str().to_owned()
    }
}
