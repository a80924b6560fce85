//! Refusals of the token endpoint (RFC 6749, section 5.2).

use hodlxxi_kernel::StoreError;
use thiserror::Error;

use crate::jose::SignError;

/// Why no token was given.
#[derive(Debug, Error)]
pub enum TokenError {
    /// The request is refused.
    #[error(transparent)]
    Refused(#[from] TokenRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A token could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// A refusal: its code, and a sentence for the client's developer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}: {description}", .code.as_str())]
pub struct TokenRefusal {
    /// The registered code.
    pub code: TokenErrorCode,
    /// A sentence for the client's developer.
    pub description: &'static str,
}

/// Registered error codes of the token endpoint, but for `invalid_client`, which authentication
/// answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenErrorCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The code or refresh token is not good for this.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// There is no such grant here.
    UnsupportedGrantType,
    /// A scope that cannot be given.
    InvalidScope,
}

impl TokenErrorCode {
    /// The code's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
        }
    }

    /// A refusal with this code.
    pub(crate) const fn because(self, description: &'static str) -> TokenError {
        TokenError::Refused(TokenRefusal {
            code: self,
            description,
        })
    }
}
