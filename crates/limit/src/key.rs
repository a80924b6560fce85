//! Under what a limit is kept.

use hodlxxi_kernel::DerivedKey;

/// The keyed hash of what a limit is about: neither an address nor an account can be read from it, or
/// tried out, without the master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LimitKey([u8; 16]);

impl LimitKey {
    /// The key of what `parts` name together, under `secret`.
    pub fn new(secret: &DerivedKey, parts: &[&[u8]]) -> Self {
        let mac = secret.mac(parts);
        Self(std::array::from_fn(|n| mac[n]))
    }

    /// The key as 32 hex digits.
    pub fn to_text(self) -> String {
        hex::encode(self.0)
    }
}
