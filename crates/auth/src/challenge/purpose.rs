//! What a proof is asked for.

use thiserror::Error;

/// What a proof is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Purpose {
    /// To sign in.
    #[default]
    Login,
    /// To link one more key to the account of the session.
    Link,
    /// To merge the key's account into that of the session.
    Merge,
    /// To sign in afresh to the account of the session.
    StepUp,
    /// To delete the account of the session.
    Delete,
}

/// A word that names no [`Purpose`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a purpose is one of login, link, merge, step_up, delete")]
pub struct PurposeError;

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [
        Self::Login,
        Self::Link,
        Self::Merge,
        Self::StepUp,
        Self::Delete,
    ];

    /// The purpose as one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Link => "link",
            Self::Merge => "merge",
            Self::StepUp => "step_up",
            Self::Delete => "delete",
        }
    }

    /// Whether a challenge for it is bound to a session.
    pub const fn needs_session(self) -> bool {
        !matches!(self, Self::Login)
    }

    /// Whether that session must have been opened a moment ago: for what changes by which keys an
    /// account is reached.
    pub const fn needs_fresh_session(self) -> bool {
        matches!(self, Self::Link | Self::Merge | Self::Delete)
    }

    /// Whether a Nostr event serves it: its signers may be set to approve unseen.
    pub const fn takes_events(self) -> bool {
        matches!(self, Self::Login | Self::Link)
    }

    /// The purpose in a sentence that ends with the host.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Login => "log in to",
            Self::Link => "link this key to your account at",
            Self::Merge => "merge the account of this key into yours at",
            Self::StepUp => "confirm that it is you at",
            Self::Delete => "delete your account at",
        }
    }

    pub(super) const fn to_byte(self) -> u8 {
        match self {
            Self::Login => 0,
            Self::Link => 1,
            Self::Merge => 2,
            Self::StepUp => 3,
            Self::Delete => 4,
        }
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.to_byte() == byte)
    }
}

impl std::str::FromStr for Purpose {
    type Err = PurposeError;
    fn from_str(word: &str) -> Result<Self, PurposeError> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
            .ok_or(PurposeError)
    }
}
