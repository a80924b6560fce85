//! Cross-origin reading (Fetch standard) of what needs no cookie: anyone may, without credentials.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

const OPEN: [&str; 6] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/oauth/jwks.json",
    "/oauth/token",
    "/oauth/userinfo",
    "/oauth/revoke",
];

const PREFLIGHT: [(HeaderName, &str); 3] = [
    (
        header::ACCESS_CONTROL_ALLOW_METHODS,
        "GET, HEAD, POST, PUT, DELETE",
    ),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "Authorization, Content-Type",
    ),
    (header::ACCESS_CONTROL_MAX_AGE, "3600"),
];

fn open(path: &str) -> bool {
    OPEN.contains(&path) || path == "/oauth/register" || path.starts_with("/oauth/register/")
}

fn allow(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    let exposed = HeaderValue::from_static(
        "WWW-Authenticate, X-Request-Id, Retry-After, RateLimit, RateLimit-Policy",
    );
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}

/// Answers preflights, and marks answers that any origin may read.
pub(crate) async fn open_endpoints(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    if !open(request.path()) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let asks = request
        .headers()
        .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() == Method::OPTIONS && asks {
        let mut response = HttpResponse::NoContent().finish();
        allow(response.headers_mut());
        for (name, value) in PREFLIGHT {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        return Ok(request.into_response(response).map_into_right_body());
    }
    let mut response = next.call(request).await?;
    allow(response.headers_mut());
    Ok(response.map_into_left_body())
}
