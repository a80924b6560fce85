//! Bearer tokens at our own APIs (RFC 6750).

use hodlxxi_kernel::{SecretHash, StoreError};
use thiserror::Error;

use super::Provider;
use crate::grant::ActiveAccessToken;
use crate::jose::unverified_subject;
use crate::scope::Scope;

/// Why a token does not open an API.
#[derive(Debug, Error)]
pub enum BearerError {
    /// Unknown, expired or revoked: 401 `invalid_token`.
    #[error("the access token is not good, or no longer")]
    InvalidToken,
    /// Good, and not for this: 403 `insufficient_scope`.
    #[error("the access token has no scope {}", .0.as_str())]
    InsufficientScope(Scope),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BearerError {
    /// The registered code, for `WWW-Authenticate` (RFC 6750, section 3.1).
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::InvalidToken => Some("invalid_token"),
            Self::InsufficientScope(_) => Some("insufficient_scope"),
            Self::Store(_) => None,
        }
    }
}

impl Provider {
    /// The live access token `token`, if it has the scope `required`. One read of the store: a
    /// revoked token is refused at once, on every node.
    pub fn bearer(&self, token: &str, required: Scope) -> Result<ActiveAccessToken, BearerError> {
        let hash = SecretHash::of(token);
        let active = self.stores.grants.access_token(&hash, self.now())?;
        let active = active.ok_or(BearerError::InvalidToken)?;
        let ours = |audience: &String| audience == self.config.issuer.as_str();
        if !active.token.audience.iter().any(ours) {
            return Err(BearerError::InvalidToken);
        }
        if !active.token.scope.contains(required) {
            return Err(BearerError::InsufficientScope(required));
        }
        Ok(active)
    }
}

/// The `sub` that an access token says: the one its client knows. The token was found by its hash, so
/// that it is, letter for letter, one that was issued here: no signature is verified.
pub(super) fn subject_said(token: &str) -> Option<String> {
    unverified_subject(token).ok()
}
