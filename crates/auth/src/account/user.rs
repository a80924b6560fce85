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
    /// When another account was last merged into this one.
    pub merged_at: Option<Timestamp>,
    /// When the account is deleted, unless the person signs in before.
    pub deletes_at: Option<Timestamp>,
    /// When the person said that one key is enough for them.
    pub one_key_enough_at: Option<Timestamp>,
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
        shown(self.address.as_deref(), self.public_key, &self.identity)
    }
}

fn shown(address: Option<&str>, key: Option<PublicKey>, identity: &Identity) -> String {
    let unnamed = || key.map_or_else(|| identity.to_string(), |key| key.to_hex());
    address.map_or_else(unnamed, str::to_owned)
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
    pub label: Option<DisplayName>,
    /// When it was linked.
    pub added_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Timestamp,
    /// Since when it is the primary one: because it made the account, or by the person's choice.
    pub primary_since: Option<Timestamp>,
    /// Since when it signs nobody in.
    pub frozen_at: Option<Timestamp>,
    /// When the person said that they know of it.
    pub acknowledged_at: Option<Timestamp>,
}

impl LinkedKey {
    /// What it is called in a list: the address first used with it, the key in hex, or the script.
    pub fn shown(&self) -> String {
        shown(self.address.as_deref(), self.public_key, &self.identity)
    }

    /// Whether it signs in: it is not frozen.
    pub const fn is_usable(&self) -> bool {
        self.frozen_at.is_none()
    }

    /// The primary one of an account's keys, oldest first: the one that made it, or that the person chose
    /// since; or else the first of those that sign in.
    pub fn primary(keys: &[Self]) -> Option<&Self> {
        let usable = || keys.iter().filter(|key| key.is_usable());
        let chosen = usable().find(|key| key.primary_since.is_some());
        chosen.or_else(|| usable().next())
    }
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
