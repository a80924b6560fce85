//! The operations measured, and the goal of each.

use crate::plan::Signature;

/// One operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The discovery document.
    Discovery,
    /// A token for a machine, with an `EdDSA` access token.
    ClientCredentials,
    /// Introspection of an access token.
    Introspection,
    /// The claims of a person, by an access token for `openid profile`.
    Userinfo,
    /// An authorization request with a live session and remembered consent, answered with a code.
    Authorize,
    /// The redemption of a code with PKCE, with an ID token by RS256.
    CodeRs256,
    /// The same, with an ID token by ES256.
    CodeEs256,
    /// The use of a refresh token, with an ID token by RS256.
    Refresh,
    /// The answer to a challenge, signed by BIP-137 with a key that has an account.
    SignIn,
}

impl Operation {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Discovery,
        Self::ClientCredentials,
        Self::Introspection,
        Self::Userinfo,
        Self::Authorize,
        Self::CodeRs256,
        Self::CodeEs256,
        Self::Refresh,
        Self::SignIn,
    ];

    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::ClientCredentials => "client credentials, EdDSA",
            Self::Introspection => "introspection",
            Self::Userinfo => "userinfo",
            Self::Authorize => "authorize, consent remembered",
            Self::CodeRs256 => "code grant, PKCE, RS256",
            Self::CodeEs256 => "code grant, PKCE, ES256",
            Self::Refresh => "refresh, RS256",
            Self::SignIn => "sign-in, BIP-137",
        }
    }

    /// How many there are to be for each second of the server's own processor time, if that was set.
    pub const fn goal(self) -> Option<u32> {
        match self {
            Self::Discovery => Some(80_000),
            Self::ClientCredentials => Some(5_500),
            Self::Introspection => Some(8_500),
            Self::Authorize => Some(4_000),
            Self::CodeRs256 => Some(2_000),
            Self::CodeEs256 => Some(3_500),
            Self::SignIn => Some(3_000),
            Self::Userinfo | Self::Refresh => None,
        }
    }

    /// The status of its answer.
    pub const fn status(self) -> u16 {
        match self {
            Self::Authorize => 303,
            _ => 200,
        }
    }

    /// The signatures that it cannot do without.
    pub const fn signatures(self) -> &'static [Signature] {
        match self {
            Self::ClientCredentials => &[Signature::EdDsa],
            Self::CodeRs256 | Self::Refresh => &[Signature::EdDsa, Signature::Rs256],
            Self::CodeEs256 => &[Signature::EdDsa, Signature::Es256],
            Self::SignIn => &[Signature::Bitcoin],
            Self::Discovery | Self::Introspection | Self::Userinfo | Self::Authorize => &[],
        }
    }
}
