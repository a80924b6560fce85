//! How somebody signed in, and what that lets them do.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A word that names none of the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not one of the known words")]
pub struct UnknownWord;

/// What a session may do, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessLevel {
    /// A visitor without a key.
    Guest,
    /// Somebody who proved a key.
    Limited,
    /// Somebody with full access, such as by a live proof of funds.
    Full,
    /// An administrator.
    Special,
}

impl AccessLevel {
    /// The level as the word used in answers and claims.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Limited => "limited",
            Self::Full => "full",
            Self::Special => "special",
        }
    }
}

impl std::str::FromStr for AccessLevel {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [Self::Guest, Self::Limited, Self::Full, Self::Special]
            .into_iter()
            .find(|level| level.as_str() == word)
            .ok_or(UnknownWord)
    }
}

/// The kind of proof that a session stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignInMethod {
    /// A signature by a Bitcoin key (BIP-137, BIP-322).
    Bitcoin,
    /// A signature by a Lightning wallet (LNURL-auth).
    Lightning,
    /// A signed Nostr event.
    Nostr,
    /// No proof: a visitor.
    Guest,
}

impl SignInMethod {
    /// Every method, strongest first.
    pub const ALL: [Self; 4] = [Self::Bitcoin, Self::Lightning, Self::Nostr, Self::Guest];

    /// The method as one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bitcoin => "bitcoin",
            Self::Lightning => "lightning",
            Self::Nostr => "nostr",
            Self::Guest => "guest",
        }
    }

    /// The authentication context class (`acr`; OpenID Connect Core, section 2).
    pub const fn acr(self) -> &'static str {
        match self {
            Self::Bitcoin => "urn:hodlxxi:acr:bitcoin",
            Self::Lightning => "urn:hodlxxi:acr:lightning",
            Self::Nostr => "urn:hodlxxi:acr:nostr",
            Self::Guest => "urn:hodlxxi:acr:guest",
        }
    }

    /// The authentication method references (`amr`; RFC 8176): proof of possession, or none.
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Bitcoin | Self::Lightning | Self::Nostr => &["pop"],
            Self::Guest => &[],
        }
    }
}

impl std::str::FromStr for SignInMethod {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|method| method.as_str() == word)
            .ok_or(UnknownWord)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_levels_are_ordered() {
        for level in [
            AccessLevel::Guest,
            AccessLevel::Limited,
            AccessLevel::Full,
            AccessLevel::Special,
        ] {
            assert_eq!(level.as_str().parse(), Ok(level));
        }
        for method in SignInMethod::ALL {
            assert_eq!(method.as_str().parse(), Ok(method));
        }
        assert!(
            AccessLevel::Guest < AccessLevel::Limited && AccessLevel::Full < AccessLevel::Special
        );
        assert_eq!("root".parse::<AccessLevel>(), Err(UnknownWord));
    }
}
