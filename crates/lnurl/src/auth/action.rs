//! What a signature is asked for, in the words of LUD-04.

use thiserror::Error;

/// What a signature is asked for. Wallets show it; the server does what it wrote down, not what the URL says,
/// which nobody signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Action {
    /// Make an account.
    Register,
    /// Sign in.
    #[default]
    Login,
    /// Add the key to the account that one is signed in to.
    Link,
    /// Approve something that is under way there.
    Auth,
}

/// A word that is no [`Action`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an action is register, login, link or auth")]
pub struct ActionError;

impl Action {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Register, Self::Login, Self::Link, Self::Auth];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Login => "login",
            Self::Link => "link",
            Self::Auth => "auth",
        }
    }

    /// Whether it is about a session that is there already.
    pub const fn needs_session(self) -> bool {
        matches!(self, Self::Link | Self::Auth)
    }
}

impl std::str::FromStr for Action {
    type Err = ActionError;
    fn from_str(word: &str) -> Result<Self, ActionError> {
        Self::ALL
            .into_iter()
            .find(|action| action.as_str() == word)
            .ok_or(ActionError)
    }
}
