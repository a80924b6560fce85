//! Scopes (RFC 6749, section 3.3): a closed set of words.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// One scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Sign in: an ID token.
    OpenId,
    /// Name, picture, access level, and the key where subjects are public.
    Profile,
    /// The key, for clients with pairwise subjects.
    Pubkey,
    /// Refresh tokens.
    OfflineAccess,
    /// Read what machines may read.
    ReadLimited,
    /// Read the data of the person; of a machine's own, for clients that an administrator made.
    Read,
    /// Read the person's chat.
    ChatRead,
    /// Write to chat in the person's name.
    ChatWrite,
    /// Read proofs of funds.
    PofRead,
    /// Make proofs of funds.
    PofWrite,
    /// Read watch-only wallets.
    WalletRead,
}

impl Scope {
    /// Every scope, in the order in which they are listed and shown.
    pub const ALL: [Self; 11] = [
        Self::OpenId,
        Self::Profile,
        Self::Pubkey,
        Self::OfflineAccess,
        Self::ReadLimited,
        Self::Read,
        Self::ChatRead,
        Self::ChatWrite,
        Self::PofRead,
        Self::PofWrite,
        Self::WalletRead,
    ];

    /// The scope's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Pubkey => "pubkey",
            Self::OfflineAccess => "offline_access",
            Self::ReadLimited => "read_limited",
            Self::Read => "read",
            Self::ChatRead => "chat:read",
            Self::ChatWrite => "chat:write",
            Self::PofRead => "pof:read",
            Self::PofWrite => "pof:write",
            Self::WalletRead => "wallet:read",
        }
    }

    /// The scope of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// Whether the scope is about a person, so that a machine by itself can never have it.
    pub const fn belongs_to_a_person(self) -> bool {
        !matches!(self, Self::ReadLimited | Self::Read)
    }

    /// Whether the scope is meant for machines: a client has it only if it registers it.
    pub const fn is_for_machines(self) -> bool {
        matches!(self, Self::ReadLimited)
    }
}

/// A set of scopes, written with spaces between, in the order of [`Scope::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ScopeSet(BTreeSet<Scope>);

impl ScopeSet {
    /// No scope.
    pub const fn empty() -> Self {
        Self(BTreeSet::new())
    }

    /// What a client that registers no scope may ask for: all but those for machines.
    pub fn unregistered_default() -> Self {
        let common = |scope: &Scope| !scope.is_for_machines();
        Scope::ALL.into_iter().filter(common).collect()
    }

    /// The set without `scope`.
    #[must_use]
    pub fn without(&self, scope: Scope) -> Self {
        self.iter().filter(|kept| *kept != scope).collect()
    }

    /// The known scopes in `text`; unknown words are ignored.
    pub fn parse(text: &str) -> Self {
        text.split_ascii_whitespace()
            .filter_map(Scope::from_word)
            .collect()
    }

    /// Whether `scope` is in the set.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether all of `self` is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.0.intersection(&other.0).copied().collect()
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.union(&other.0).copied().collect()
    }

    /// What is in `self` and not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.0.difference(&other.0).copied().collect()
    }

    /// Whether the set has no scope.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl std::fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl From<String> for ScopeSet {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<ScopeSet> for String {
    fn from(set: ScopeSet) -> Self {
        set.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_ignored_and_order_does_not_matter() {
        let set = ScopeSet::parse("profile bogus  openid openid");
        assert_eq!(set.to_string(), "openid profile");
        assert_eq!(set, ScopeSet::parse("openid profile"));
    }

    #[test]
    fn every_word_reads_back() {
        for scope in Scope::ALL {
            assert_eq!(Scope::from_word(scope.as_str()), Some(scope));
        }
    }
}
