//! What went wrong, as the outside may know it, and the one place that maps the domain's errors.
//!
//! A [`Failure`] travels in the response's extensions; the middleware in [`super::render`] writes
//! it as the endpoint's kind of answer, with the request id. Never a stack trace, SQL, or whether an
//! account exists.

use actix_web::http::StatusCode;
use actix_web::http::header::WWW_AUTHENTICATE;
use actix_web::{HttpResponse, ResponseError};
use hodlxxi_auth::service::{
    ChallengeError, FreshError, GuestError, StaleSession, UnfitSession, VerifyError,
};
use hodlxxi_auth::verify::IdentifierError;
use hodlxxi_kernel::{StoreError, StoreErrorKind};
use hodlxxi_limit::Standing;
use hodlxxi_lnurl::service::BeginError;
use hodlxxi_oauth::authorize::AuthorizeError;
use hodlxxi_oauth::jose::KeyRingError;
use hodlxxi_oauth::params::ParamsError;
use hodlxxi_oauth::provider::LogoutError;

use super::limit;

/// A refusal or failure: status, stable code, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// Stable and dotted, such as `auth.challenge_expired`.
    pub(crate) code: &'static str,
    /// One plain sentence.
    pub(crate) detail: String,
    /// For a 503: when to try again, in seconds.
    pub(crate) retry_after: Option<u32>,
    /// For a 429: the limit that is spent.
    pub(crate) limit: Option<Standing>,
    /// For a bearer token refused: what `WWW-Authenticate` says (RFC 6750, section 3).
    pub(crate) challenge: Option<String>,
}

impl Failure {
    /// The code of what takes a sign-in that was made a moment ago.
    pub(crate) const REAUTHENTICATION: &'static str = "auth.reauthentication_required";

    /// The code of what Nostr does not serve.
    pub(crate) const METHOD: &'static str = "auth.method_not_allowed";

    /// A failure of `status` with `code` and one sentence.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            retry_after: None,
            limit: None,
            challenge: None,
        }
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "request.malformed", detail)
    }

    pub(crate) fn too_large() -> Self {
        let detail = "the request body is larger than 64 KiB";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "request.too_large", detail)
    }

    pub(crate) fn unsupported_media_type(expected: &str) -> Self {
        let detail = format!("this endpoint takes {expected}");
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "request.unsupported_media_type",
            detail,
        )
    }

    pub(crate) fn cross_origin() -> Self {
        let detail = "this request was made by a page of another origin";
        Self::new(StatusCode::FORBIDDEN, "request.cross_origin", detail)
    }

    pub(crate) fn form_token() -> Self {
        let detail = "the form is too old, or was not made for this browser; open the page again";
        Self::new(StatusCode::FORBIDDEN, "request.form_token", detail)
    }

    pub(crate) fn session_required() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "auth.session_required",
            "sign in first",
        )
    }

    pub(crate) fn key_required() -> Self {
        let detail = "this is for people who signed in with a key";
        Self::new(StatusCode::FORBIDDEN, "auth.key_required", detail)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "request.not_found",
            "there is nothing here",
        )
    }

    pub(crate) fn rate_limited(standing: Standing) -> Self {
        let detail = "too many requests in a short time; try again later";
        let mut failure = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "request.rate_limited",
            detail,
        );
        failure.limit = Some(standing);
        failure
    }

    pub(crate) fn unavailable() -> Self {
        let detail = "the service is busy or its database is away; try again shortly";
        let mut failure = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "service.unavailable",
            detail,
        );
        failure.retry_after = Some(2);
        failure
    }

    pub(crate) fn internal() -> Self {
        let detail = "something went wrong here; it has been written to the log";
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "service.internal",
            detail,
        )
    }

    /// JSON that does not parse, or is not of the endpoint's form. The sentence names the place,
    /// never the value: it may be a secret.
    pub(crate) fn bad_json(error: &serde_json::Error) -> Self {
        let what = match error.classify() {
            serde_json::error::Category::Data => "does not have the members this endpoint takes",
            _ => "is not JSON",
        };
        let place = format!("line {}, column {}", error.line(), error.column());
        Self::malformed(format!("the body {what} ({place})"))
    }

    /// What OAuth calls it. It registers no code for a limit: `temporarily_unavailable`, which is for an
    /// overloaded server (RFC 6749, section 4.1.2.1), says best that the same may succeed later.
    pub(crate) fn oauth_code(&self) -> &'static str {
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                "temporarily_unavailable"
            }
            status if status.is_server_error() => "server_error",
            _ => "invalid_request",
        }
    }

    /// What a status without a failure of ours means: answers that the framework makes itself.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "request.method_not_allowed",
                "this address takes other methods",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            status if status.is_client_error() => Self::new(
                status,
                "request.malformed",
                "the request could not be understood",
            ),
            StatusCode::SERVICE_UNAVAILABLE => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after {
            response.insert_header(("Retry-After", seconds.to_string()));
        }
        if let Some(challenge) = &self.challenge {
            response.insert_header((WWW_AUTHENTICATE, challenge.as_str()));
        }
        let mut response = response.finish();
        if let Some(standing) = &self.limit {
            limit::tell(response.headers_mut(), standing);
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::error!(kind = ?error.kind(), cause, "a store failed");
        match error.kind() {
            StoreErrorKind::Unavailable => Self::unavailable(),
            StoreErrorKind::Conflict | StoreErrorKind::Corrupt => Self::internal(),
        }
    }
}

impl From<IdentifierError> for Failure {
    fn from(error: IdentifierError) -> Self {
        let code = match error {
            IdentifierError::InvalidPubkey(_) => "auth.invalid_pubkey",
            IdentifierError::InvalidAddress => "auth.invalid_address",
            IdentifierError::UnsupportedScript => "auth.unsupported_script",
        };
        Self::new(StatusCode::BAD_REQUEST, code, error.to_string())
    }
}

impl From<ChallengeError> for Failure {
    fn from(error: ChallengeError) -> Self {
        match error {
            ChallengeError::SessionRequired => Self::session_required(),
            ChallengeError::Unfit(unfit) => unfit.into(),
        }
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        let (status, code) = match &error {
            VerifyError::ChallengeUnknown => (StatusCode::BAD_REQUEST, "auth.challenge_unknown"),
            VerifyError::ChallengeExpired => (StatusCode::BAD_REQUEST, "auth.challenge_expired"),
            VerifyError::ChallengeUsed => (StatusCode::BAD_REQUEST, "auth.challenge_used"),
            VerifyError::MalformedSignature(_) => {
                (StatusCode::BAD_REQUEST, "auth.malformed_signature")
            }
            VerifyError::UnsupportedScript(_) => {
                (StatusCode::BAD_REQUEST, "auth.unsupported_script")
            }
            VerifyError::InvalidSignature(_) | VerifyError::InvalidEvent(_) => {
                (StatusCode::UNAUTHORIZED, "auth.invalid_signature")
            }
            VerifyError::MethodNotAllowed => (StatusCode::BAD_REQUEST, Self::METHOD),
            VerifyError::AccountDisabled => (StatusCode::FORBIDDEN, "auth.account_disabled"),
            VerifyError::KeyOfOtherAccount => (StatusCode::CONFLICT, "auth.key_of_other_account"),
            VerifyError::KeyFrozen => (StatusCode::FORBIDDEN, "auth.key_frozen"),
            VerifyError::Unfit(unfit) => return (*unfit).into(),
            VerifyError::NothingToMerge => (StatusCode::CONFLICT, "auth.nothing_to_merge"),
            VerifyError::MergeConflict(_) => (StatusCode::CONFLICT, "auth.merge_conflict"),
            VerifyError::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, "service.unavailable"),
        };
        match error {
            VerifyError::Store(error) => error.into(),
            error => Self::new(status, code, error.to_string()),
        }
    }
}

impl From<StaleSession> for Failure {
    fn from(error: StaleSession) -> Self {
        let code = Self::REAUTHENTICATION;
        Self::new(StatusCode::FORBIDDEN, code, error.to_string())
    }
}

impl From<UnfitSession> for Failure {
    fn from(error: UnfitSession) -> Self {
        match error {
            UnfitSession::Stale(stale) => stale.into(),
            UnfitSession::Method => {
                Self::new(StatusCode::BAD_REQUEST, Self::METHOD, error.to_string())
            }
        }
    }
}

impl From<FreshError> for Failure {
    fn from(error: FreshError) -> Self {
        match error {
            FreshError::Stale(stale) => stale.into(),
            FreshError::Store(error) => error.into(),
        }
    }
}

impl From<BeginError> for Failure {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::SessionRequired => Self::session_required(),
            BeginError::Store(error) => error.into(),
        }
    }
}

impl From<GuestError> for Failure {
    fn from(error: GuestError) -> Self {
        match error {
            GuestError::Off => {
                Self::new(StatusCode::FORBIDDEN, "auth.guests_off", error.to_string())
            }
            GuestError::Store(error) => error.into(),
        }
    }
}

impl From<ParamsError> for Failure {
    fn from(error: ParamsError) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "oauth.invalid_request",
            error.to_string(),
        )
    }
}

impl From<AuthorizeError> for Failure {
    fn from(error: AuthorizeError) -> Self {
        let code = match &error {
            AuthorizeError::UnknownClient => "oauth.unknown_client",
            AuthorizeError::UnregisteredRedirectUri => "oauth.unregistered_redirect_uri",
            AuthorizeError::Stale => "oauth.stale_request",
            _ => "oauth.invalid_request",
        };
        match error {
            AuthorizeError::Store(error) => error.into(),
            error => Self::new(StatusCode::BAD_REQUEST, code, error.to_string()),
        }
    }
}

impl From<LogoutError> for Failure {
    fn from(error: LogoutError) -> Self {
        match error {
            LogoutError::Store(error) => error.into(),
            error => Self::new(
                StatusCode::BAD_REQUEST,
                "oauth.invalid_request",
                error.to_string(),
            ),
        }
    }
}

impl From<KeyRingError> for Failure {
    fn from(error: KeyRingError) -> Self {
        tracing::error!(%error, "the signing keys could not be refreshed");
        Self::internal()
    }
}
