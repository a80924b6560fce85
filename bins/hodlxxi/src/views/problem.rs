//! What can go wrong while somebody proves a key, each in its own words, with what to do.

use std::borrow::Cow;

use super::shell::Shell;

/// Why the step before was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Neither an address, nor a public key, nor an npub (`auth.invalid_pubkey`).
    InvalidPublicKey,
    /// Not an address, or one of another network (`auth.invalid_address`).
    InvalidAddress,
    /// A private key, seed or nsec was entered. It is never shown back.
    PrivateKeyEntered,
    /// A script that cannot be judged (`auth.unsupported_script`).
    UnsupportedScript,
    /// Not a challenge of this server (`auth.challenge_unknown`); the page shows a new one.
    ChallengeUnknown,
    /// The challenge's time is over (`auth.challenge_expired`); the page shows a new one.
    ChallengeExpired,
    /// The challenge was spent, or failed too often (`auth.challenge_used`); the page shows a new one.
    ChallengeUsed,
    /// Neither a signature nor a Nostr event (`auth.malformed_signature`).
    MalformedSignature,
    /// A signature of something else, or by another key (`auth.invalid_signature`).
    InvalidSignature,
    /// The account is disabled (`auth.account_disabled`).
    AccountDisabled,
    /// The key is linked to another account.
    KeyOfAnotherAccount,
    /// The key is frozen (`auth.key_frozen`).
    KeyFrozen,
    /// The key has no other account to merge (`auth.nothing_to_merge`).
    NothingToMerge,
    /// The form was not made for this browser, or is too old.
    FormExpired,
    /// Too many attempts.
    TooManyAttempts,
    /// No wallet has answered the code yet.
    WalletSilent,
    /// The code for a Lightning wallet has expired; the page shows a new one.
    CodeExpired,
}

impl Problem {
    /// What went wrong, as one sentence.
    pub fn title(self, shell: &Shell) -> Cow<'static, str> {
        shell.t.get(&format!("problem-{}", self.word()))
    }

    /// What to do about it.
    pub fn advice(self, shell: &Shell) -> Cow<'static, str> {
        shell.t.get(&format!("problem-{}-advice", self.word()))
    }

    /// What its messages are called.
    const fn word(self) -> &'static str {
        match self {
            Self::InvalidPublicKey => "invalid-public-key",
            Self::InvalidAddress => "invalid-address",
            Self::PrivateKeyEntered => "private-key-entered",
            Self::UnsupportedScript => "unsupported-script",
            Self::ChallengeUnknown => "challenge-unknown",
            Self::ChallengeExpired => "challenge-expired",
            Self::ChallengeUsed => "challenge-used",
            Self::MalformedSignature => "malformed-signature",
            Self::InvalidSignature => "invalid-signature",
            Self::AccountDisabled => "account-disabled",
            Self::KeyOfAnotherAccount => "key-of-another-account",
            Self::KeyFrozen => "key-frozen",
            Self::NothingToMerge => "nothing-to-merge",
            Self::FormExpired => "form-expired",
            Self::TooManyAttempts => "too-many-attempts",
            Self::WalletSilent => "wallet-silent",
            Self::CodeExpired => "code-expired",
        }
    }

    /// Whether what was entered must not be shown again.
    pub const fn forgets_input(self) -> bool {
        matches!(self, Self::PrivateKeyEntered)
    }
}
