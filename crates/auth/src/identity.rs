//! Who a proof is about: a key by its x coordinate, or a script.

use hodlxxi_kernel::PublicKey;
use thiserror::Error;

/// The longest script that can be an identity, in bytes: a witness program has at most 42.
const MAX_SCRIPT: usize = 42;

/// What an account is recognised by.
///
/// A key is its x coordinate, whichever method proves it; a script whose key nobody reveals (P2SH,
/// P2WSH) is the script itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The x coordinate of a key.
    Key([u8; 32]),
    /// A `scriptPubKey`.
    Script(Vec<u8>),
}

/// Why a text is not an [`Identity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an identity is `key:` and 64 hex digits, or `script:` and hex")]
pub struct IdentityError;

impl Identity {
    /// The identity of `key`.
    pub const fn of_key(key: &PublicKey) -> Self {
        Self::Key(*key.x())
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(x) => write!(f, "key:{}", hex::encode(x)),
            Self::Script(script) => write!(f, "script:{}", hex::encode(script)),
        }
    }
}

impl std::str::FromStr for Identity {
    type Err = IdentityError;
    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let (kind, digits) = text.split_once(':').ok_or(IdentityError)?;
        let bytes = hex::decode(digits).map_err(|_| IdentityError)?;
        match kind {
            "key" => bytes.try_into().map(Self::Key).map_err(|_| IdentityError),
            "script" if (1..=MAX_SCRIPT).contains(&bytes.len()) => Ok(Self::Script(bytes)),
            _ => Err(IdentityError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_read_back() {
        for identity in [Identity::Key([7; 32]), Identity::Script(vec![0xa9; 23])] {
            assert_eq!(identity.to_string().parse(), Ok(identity));
        }
        for bad in [
            "",
            "key:",
            "key:00",
            "script:",
            "nkey:00",
            &format!("script:{}", "00".repeat(43)),
        ] {
            assert_eq!(bad.parse::<Identity>(), Err(IdentityError), "{bad}");
        }
    }
}
