//! Requests that a browser marks as made elsewhere are refused, where cookies count.

use actix_web::ResponseError as _;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderValue, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::failure::Failure;
use crate::compose::App;

/// Endpoints that relying parties and wallets call from wherever they are. The authorization and
/// the logout endpoint take a relying party's form (OpenID Connect Core, section 3.1.2.1;
/// RP-Initiated Logout, section 2): such a POST brings no cookie and changes nothing by itself.
const CALLED_FROM_ELSEWHERE: [&str; 8] = [
    "/api/lnurl-auth/callback",
    "/oauth/authorize",
    "/oauth/introspect",
    "/oauth/logout",
    "/oauth/register",
    "/oauth/revoke",
    "/oauth/token",
    "/oauth/userinfo",
];

/// Whether pages of other origins may call `path`.
pub(crate) fn open_to_all(path: &str) -> bool {
    CALLED_FROM_ELSEWHERE.contains(&path) || path.starts_with("/oauth/register/")
}

fn from_elsewhere(request: &ServiceRequest, issuer_origin: &str) -> bool {
    let headers = request.headers();
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if matches!(site, Some(b"cross-site" | b"same-site")) {
        return true;
    }
    headers
        .get_all(ORIGIN)
        .any(|origin| origin.as_bytes() != issuer_origin.as_bytes())
}

/// Refuses a POST, PUT, PATCH or DELETE that a browser says comes from another origin.
pub(crate) async fn same_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let changes =
        [Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(request.method());
    if changes && !open_to_all(request.path()) {
        let issuer = request
            .app_data::<web::Data<App>>()
            .map(|app| app.issuer().to_owned());
        if issuer.is_none_or(|issuer| from_elsewhere(&request, &issuer)) {
            let refusal = Failure::cross_origin().error_response();
            return Ok(request.into_response(refusal).map_into_right_body());
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}
