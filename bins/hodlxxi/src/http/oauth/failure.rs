//! Refusals as OAuth writes them: JSON with `error` and `error_description` (RFC 6749, section 5.2;
//! RFC 6750, section 3; RFC 7591, section 3.2.2), and the one place that maps the provider's errors.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use hodlxxi_kernel::StoreError;
use hodlxxi_limit::Standing;
use hodlxxi_oauth::client::RegistrationError;
use hodlxxi_oauth::jose::SignError;
use hodlxxi_oauth::params::ParamsError;
use hodlxxi_oauth::provider::{BearerError, ClientAuthError, RegisterError, TokenError};
use serde_json::json;

use crate::http::bearer;
use crate::http::failure::Failure;
use crate::http::limit;

/// A refusal in OAuth's form.
#[derive(Debug, Clone)]
pub(crate) struct OAuthFailure {
    status: StatusCode,
    error: &'static str,
    description: String,
    challenge: Option<String>,
    limit: Option<Standing>,
}

impl OAuthFailure {
    pub(super) fn new(
        status: StatusCode,
        error: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status,
            error,
            description: description.into(),
            challenge: None,
            limit: None,
        }
    }

    /// A request without a token.
    pub(super) fn token_missing() -> Self {
        let missing = bearer::missing();
        Self::new(missing.status, "invalid_token", missing.detail).with_challenge(bearer::NO_TOKEN)
    }

    /// A token in two places (RFC 6750, section 2).
    pub(super) fn token_twice() -> Self {
        let detail = "the access token is in the header and in the form";
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", detail)
    }

    fn with_challenge(mut self, challenge: impl Into<String>) -> Self {
        self.challenge = Some(challenge.into());
        self
    }
}

impl std::fmt::Display for OAuthFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.error, self.description)
    }
}

impl ResponseError for OAuthFailure {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((CACHE_CONTROL, "no-store"));
        if let Some(challenge) = &self.challenge {
            response.insert_header((WWW_AUTHENTICATE, challenge.as_str()));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header(("Retry-After", "2"));
        }
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = response.json(body);
        if let Some(standing) = &self.limit {
            limit::tell(response.headers_mut(), standing);
        }
        response
    }
}

impl From<Failure> for OAuthFailure {
    fn from(failure: Failure) -> Self {
        let error = failure.oauth_code();
        let limit = failure.limit;
        Self {
            limit,
            ..Self::new(failure.status, error, failure.detail)
        }
    }
}

impl From<StoreError> for OAuthFailure {
    fn from(error: StoreError) -> Self {
        Failure::from(error).into()
    }
}

impl From<ParamsError> for OAuthFailure {
    fn from(error: ParamsError) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            error.to_string(),
        )
    }
}

impl From<TokenError> for OAuthFailure {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused(refusal) => Self::new(
                StatusCode::BAD_REQUEST,
                refusal.code.as_str(),
                refusal.description,
            ),
            TokenError::Store(error) => error.into(),
            TokenError::Sign(SignError::NoKey(_)) => Self::new(
                StatusCode::BAD_REQUEST,
                "unauthorized_client",
                "the algorithm that this client registered is no longer offered",
            ),
            TokenError::Sign(error) => {
                tracing::error!(%error, "a token could not be signed");
                Failure::internal().into()
            }
        }
    }
}

impl From<BearerError> for OAuthFailure {
    fn from(error: BearerError) -> Self {
        let challenge = bearer::challenge(&error);
        let code = error.code();
        let failure = Failure::from(error);
        match code {
            Some(code) => Self::new(failure.status, code, failure.detail).with_challenge(challenge),
            None => failure.into(),
        }
    }
}

impl From<ClientAuthError> for OAuthFailure {
    fn from(error: ClientAuthError) -> Self {
        let code = error.code();
        let status = match error {
            ClientAuthError::Store(error) => return error.into(),
            ClientAuthError::Several => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        };
        let failure = Self::new(status, code, error.to_string());
        if status == StatusCode::UNAUTHORIZED {
            failure.with_challenge("Basic realm=\"hodlxxi\"")
        } else {
            failure
        }
    }
}

impl From<RegisterError> for OAuthFailure {
    fn from(error: RegisterError) -> Self {
        let code = error.code();
        match error {
            RegisterError::Store(error) => error.into(),
            RegisterError::Off => Self::new(StatusCode::FORBIDDEN, code, error.to_string()),
            RegisterError::Metadata(error) => error.into(),
            RegisterError::Token => Self::new(StatusCode::UNAUTHORIZED, code, error.to_string())
                .with_challenge("Bearer realm=\"hodlxxi\", error=\"invalid_token\""),
        }
    }
}

impl From<RegistrationError> for OAuthFailure {
    fn from(error: RegistrationError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.code(), error.to_string())
    }
}
