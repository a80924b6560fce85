//! Two kinds of refusal: shown on a page of ours, or sent to the client's redirect URI.

use hodlxxi_kernel::StoreError;
use thiserror::Error;

/// A refusal that is shown on a page and never redirected: nobody knows yet that the redirect URI is
/// the client's (RFC 6749, section 4.1.2.1).
#[derive(Debug, Error)]
pub enum AuthorizeError {
    /// `client_id` is missing, or given twice.
    #[error("the request names no client, or two")]
    NoClient,
    /// No such client, or it is disabled.
    #[error("the client is not registered here, or is disabled")]
    UnknownClient,
    /// `redirect_uri` is missing although it must be named, or given twice.
    #[error("the request must name one redirect URI")]
    NoRedirectUri,
    /// `redirect_uri` is not one that the client registered.
    #[error("the redirect URI is not registered for this client")]
    UnregisteredRedirectUri,
    /// A sealed request that cannot be opened or is older than an hour.
    #[error("this sign-in was begun too long ago: go back to the application and start again")]
    Stale,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A refusal that goes to the client's redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}: {description}", .code.as_str())]
pub struct AuthorizationError {
    /// The registered code.
    pub code: AuthorizationErrorCode,
    /// A sentence for the client's developer.
    pub description: &'static str,
}

/// Registered error codes of the authorization endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationErrorCode {
    /// RFC 6749, section 4.1.2.1.
    InvalidRequest,
    /// RFC 6749, section 4.1.2.1.
    UnauthorizedClient,
    /// RFC 6749, section 4.1.2.1.
    AccessDenied,
    /// RFC 6749, section 4.1.2.1.
    UnsupportedResponseType,
    /// RFC 6749, section 4.1.2.1.
    InvalidScope,
    /// OpenID Connect Core, section 3.1.2.6.
    LoginRequired,
    /// OpenID Connect Core, section 3.1.2.6.
    ConsentRequired,
    /// OpenID Connect Core, section 3.1.2.6.
    RequestNotSupported,
    /// OpenID Connect Core, section 3.1.2.6.
    RequestUriNotSupported,
    /// OpenID Connect Core, section 3.1.2.6.
    RegistrationNotSupported,
    /// OpenID Connect Core Error Code `unmet_authentication_requirements` 1.0.
    UnmetAuthenticationRequirements,
}

impl AuthorizationErrorCode {
    /// The code's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
        }
    }

    /// A refusal with this code.
    pub const fn because(self, description: &'static str) -> AuthorizationError {
        AuthorizationError {
            code: self,
            description,
        }
    }
}
