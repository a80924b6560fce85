//! Accounts and the keys linked to them.

use hodlxxi_kernel::{AccessLevel, PublicKey, SignInMethod, Timestamp, UserId};
use thiserror::Error;

use crate::identity::Identity;

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Opaque, and the public `sub`.
    pub id: UserId,
    /// The name the person chose, if any.
    pub name: Option<DisplayName>,
    /// A level an administrator gave, beyond what the key gives.
    pub granted_level: Option<AccessLevel>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the profile last changed.
    pub updated_at: Timestamp,
    /// Set while the account is disabled.
    pub disabled_at: Option<Timestamp>,
}

/// A key that was just proven: what a sign-in or a link adds to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenKey {
    /// What the account is recognised by.
    pub identity: Identity,
    /// The key, where the proof revealed one; none for scripts.
    pub public_key: Option<PublicKey>,
    /// How it was proven.
    pub method: SignInMethod,
    /// The address the person named, if they named one.
    pub address: Option<String>,
}

impl ProvenKey {
    /// The key in hex, where the proof revealed one: 66 digits where the parity is known, else 64.
    pub fn pubkey_hex(&self) -> Option<String> {
        self.public_key.map(|key| key.to_hex())
    }

    /// What it is called in a list: the address the person named, the key in hex, or the script.
    pub fn shown(&self) -> String {
        let unnamed = || {
            self.pubkey_hex()
                .unwrap_or_else(|| self.identity.to_string())
        };
        self.address.clone().unwrap_or_else(unnamed)
    }
}

/// A key linked to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedKey {
    /// What the account is recognised by.
    pub identity: Identity,
    /// The account.
    pub user: UserId,
    /// The key, where one was revealed; with parity once any proof told it.
    pub public_key: Option<PublicKey>,
    /// How it was first proven.
    pub method: SignInMethod,
    /// The address first used with it, if any.
    pub address: Option<String>,
    /// The person's own word for it.
    pub label: Option<String>,
    /// When it was linked.
    pub added_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Timestamp,
}

/// One page of accounts, newest first, and where the next begins.
#[derive(Debug, Clone, Default)]
pub struct UserPage {
    /// The accounts.
    pub users: Vec<User>,
    /// Pass as `before` to get the next page; none at the end.
    pub next: Option<UserId>,
}

/// The name a person chose to be shown by: 1 to 64 characters, no control characters, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// Why a text is not a [`DisplayName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a name has 1 to 64 characters and no control characters")]
pub struct DisplayNameError;

impl DisplayName {
    /// Reads a name; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, DisplayNameError> {
        let text = text.trim();
        let length = text.chars().count();
        // Marks that change the direction of text could dress one name up as another.
        let steers = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if length == 0 || length > 64 || text.chars().any(|c| c.is_control() || steers(c)) {
            return Err(DisplayNameError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(
            DisplayName::parse("  Hal ").map(|n| n.as_str().to_owned()),
            Ok("Hal".to_owned())
        );
        for bad in ["", "   ", "a\u{7}b", "a\u{202e}b", &"x".repeat(65)] {
            assert_eq!(DisplayName::parse(bad), Err(DisplayNameError), "{bad:?}");
        }
        assert!(DisplayName::parse(&"é".repeat(64)).is_ok());
    }
}
