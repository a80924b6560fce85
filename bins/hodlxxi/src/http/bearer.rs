//! Bearer tokens in requests (RFC 6750).

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use hodlxxi_oauth::provider::BearerError;

use super::failure::Failure;

/// The token in the `Authorization` header, if there is exactly one such header with one.
pub(crate) fn in_header(request: &HttpRequest) -> Option<String> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let (value, others) = (values.next()?.to_str().ok()?, values.next());
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let sound = others.is_none() && scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
    sound.then(|| token.to_owned())
}

/// What `WWW-Authenticate` says of a refusal.
pub(crate) fn challenge(error: &BearerError) -> String {
    let scope = match error {
        BearerError::InsufficientScope(scope) => format!(", scope=\"{}\"", scope.as_str()),
        _ => String::new(),
    };
    format!(
        "Bearer realm=\"hodlxxi\", error=\"{}\"{scope}",
        error.code().unwrap_or("invalid_token")
    )
}

/// What `WWW-Authenticate` says where no token came at all: no error code (RFC 6750, section 3.1).
pub(crate) const NO_TOKEN: &str = "Bearer realm=\"hodlxxi\"";

/// The refusal of a request without a token, at our own APIs.
pub(crate) fn missing() -> Failure {
    let mut failure = Failure::new(
        StatusCode::UNAUTHORIZED,
        "auth.token_required",
        "this needs an access token",
    );
    failure.challenge = Some(NO_TOKEN.to_owned());
    failure
}

impl From<BearerError> for Failure {
    fn from(error: BearerError) -> Self {
        let (status, code) = match error {
            BearerError::InvalidToken => (StatusCode::UNAUTHORIZED, "auth.invalid_token"),
            BearerError::InsufficientScope(_) => (StatusCode::FORBIDDEN, "auth.insufficient_scope"),
            BearerError::Store(error) => return error.into(),
        };
        let mut failure = Self::new(status, code, error.to_string());
        failure.challenge = Some(challenge(&error));
        failure
    }
}
