//! What a wallet signs: 32 bytes, as they are.

use hodlxxi_kernel::SecretHash;
use thiserror::Error;

/// 32 unpredictable bytes. A wallet signs them as they are, without a hash (LUD-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct K1([u8; 32]);

/// Why a text is no [`K1`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a k1 is 64 hex digits")]
pub struct K1Error;

impl K1 {
    /// The one of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hex digits, lower case.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// What a store knows it by.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.to_hex())
    }
}

impl std::str::FromStr for K1 {
    type Err = K1Error;
    fn from_str(text: &str) -> Result<Self, K1Error> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| K1Error)?;
        Ok(Self(bytes))
    }
}
