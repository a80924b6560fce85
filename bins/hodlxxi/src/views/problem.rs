//! What can go wrong while somebody proves a key, each in its own words, with what to do.

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
}

impl Problem {
    /// What went wrong, as one sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InvalidPublicKey => "That is neither an address nor a public key.",
            Self::InvalidAddress => "That is not an address we can use.",
            Self::PrivateKeyEntered => "That looks like a private key or a recovery phrase.",
            Self::UnsupportedScript => "We cannot check signatures for this kind of address.",
            Self::ChallengeUnknown => "We do not know the challenge that was signed.",
            Self::ChallengeExpired => "The challenge has expired.",
            Self::ChallengeUsed => "The challenge has already been used.",
            Self::MalformedSignature => "That does not look like a signature.",
            Self::InvalidSignature => "The signature does not match.",
            Self::AccountDisabled => "This account is disabled.",
            Self::KeyOfAnotherAccount => "This key belongs to another account.",
            Self::KeyFrozen => "This key is frozen.",
            Self::NothingToMerge => "There is no other account to merge.",
            Self::FormExpired => "The form was open for too long.",
            Self::TooManyAttempts => "Too many attempts.",
        }
    }

    /// What to do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::InvalidPublicKey => {
                "Paste it again as a whole: a Bitcoin address, a public key of 66 or 64 hex digits, or an npub."
            }
            Self::InvalidAddress => {
                "Check that nothing is missing, and that it is an address of the network this server uses."
            }
            Self::PrivateKeyEntered => {
                "Never type it into a web page. We did not keep it, but it has left your device: consider it known, and move what it protects to a new key. To sign in, use the address or the public key."
            }
            Self::UnsupportedScript => {
                "Use another address of your wallet, such as one that begins with bc1q."
            }
            Self::ChallengeUnknown | Self::ChallengeExpired => "Sign the new challenge below.",
            Self::ChallengeUsed => {
                "Each one works once, and five wrong signatures end it. Sign the new challenge below."
            }
            Self::MalformedSignature => {
                "Paste only the signature that your wallet shows, from its first to its last character, or the whole signed Nostr event."
            }
            Self::InvalidSignature => {
                "Sign exactly the challenge below, with the key of exactly this address or public key. Nothing may be added, not even a space."
            }
            Self::AccountDisabled => "Ask the operator of this server.",
            Self::KeyOfAnotherAccount => {
                "If both accounts are yours, merge them: under Merge another account on your account page. Or sign in with that key and unlink it there."
            }
            Self::KeyFrozen => {
                "It was reported lost or stolen, and signs in no more. Sign in with another key of your account."
            }
            Self::NothingToMerge => {
                "This key belongs to this account already, or to none: add it as a key instead."
            }
            Self::FormExpired => "What you entered is still here: send it again.",
            Self::TooManyAttempts => "Wait a minute, then try again.",
        }
    }

    /// Whether what was entered must not be shown again.
    pub const fn forgets_input(self) -> bool {
        matches!(self, Self::PrivateKeyEntered)
    }
}
