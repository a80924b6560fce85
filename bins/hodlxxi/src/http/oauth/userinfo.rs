//! The userinfo endpoint (OpenID Connect Core, section 5.3).

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_oauth::params::Params;

use super::failure::OAuthFailure;
use super::token::uncached;
use crate::compose::App;
use crate::http::bearer;
use crate::http::body::Body;
use crate::http::limit::{Caller, limited_hop};
use crate::http::openapi::schemas;

/// `GET /oauth/userinfo`: the token in the header.
#[utoipa::path(
    get,
    path = "/oauth/userinfo",
    operation_id = "getUserInfo",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Claims about the person",
    security(("access_token" = ["openid"])),
    responses(
        (status = 200, description = "The claims. Any origin may read them.", body = schemas::UserInfo),
        (status = 401, description = "`invalid_token`, with `WWW-Authenticate`."),
        (status = 403, description = "`insufficient_scope`: the token lacks `openid`.")
    )
)]
pub(crate) async fn get(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, OAuthFailure> {
    let token = bearer::in_header(&request).ok_or_else(OAuthFailure::token_missing)?;
    answer(&app, caller, token).await
}

/// `POST /oauth/userinfo`: the token in the header, or in a form (RFC 6750, section 2.2).
#[utoipa::path(
    post,
    path = "/oauth/userinfo",
    operation_id = "postUserInfo",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Claims about the person, by POST",
    description = "The token may be in a form instead of the header, but not in both.",
    request_body(content = Option<schemas::BearerForm>, content_type = "application/x-www-form-urlencoded"),
    security(("access_token" = ["openid"]), ()),
    responses(
        (status = 200, description = "The claims. Any origin may read them.", body = schemas::UserInfo),
        (status = 401, description = "`invalid_token`, with `WWW-Authenticate`."),
        (status = 403, description = "`insufficient_scope`: the token lacks `openid`."),
        (status = 400, description = "`invalid_request`: the token is in two places.")
    )
)]
pub(crate) async fn post(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, OAuthFailure> {
    let form = body.form(&request).map(Params::parse).transpose()?;
    if form
        .as_ref()
        .is_some_and(|form| form.is_repeated("access_token"))
    {
        return Err(OAuthFailure::token_twice());
    }
    let in_form = form
        .as_ref()
        .and_then(|form| form.get("access_token"))
        .map(str::to_owned);
    match (bearer::in_header(&request), in_form) {
        (Some(_), Some(_)) => Err(OAuthFailure::token_twice()),
        (Some(token), None) | (None, Some(token)) => answer(&app, caller, token).await,
        (None, None) => Err(OAuthFailure::token_missing()),
    }
}

async fn answer(
    app: &web::Data<App>,
    caller: Caller,
    token: String,
) -> Result<HttpResponse, OAuthFailure> {
    let claims = limited_hop(app, caller, move |app| {
        app.provider().userinfo(&token).map_err(OAuthFailure::from)
    })
    .await?;
    Ok(uncached(&claims))
}
