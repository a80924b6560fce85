//! Token, introspection and revocation endpoints (RFC 6749, 7662, 7009).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_limit::Act;
use hodlxxi_oauth::client::GrantType;
use hodlxxi_oauth::params::Params;
use serde::Serialize;

use super::client::as_client;
use super::failure::OAuthFailure;
use crate::compose::App;
use crate::http::body::FormText;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::schemas;

type Answer = Result<HttpResponse, OAuthFailure>;

/// `POST /oauth/token`
#[utoipa::path(
    post,
    path = "/oauth/token",
    operation_id = "token",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Token endpoint",
    description = "Codes live 60 seconds and work once; a second use revokes what the first one got. Refresh tokens rotate.",
    request_body(content = schemas::TokenRequest, content_type = "application/x-www-form-urlencoded", example = json!({
        "grant_type": "authorization_code",
        "code": "SplxlOBeZQQYbYS6WxSbIA",
        "redirect_uri": "https://app.example/callback",
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    })),
    security(("client_secret_basic" = []), ()),
    responses(
        (status = 200, description = "The tokens. Any origin may read them.", body = schemas::TokenResponse),
        (status = 400, description = "`invalid_request`, `invalid_grant`, `invalid_scope`, `unauthorized_client` or `unsupported_grant_type`."),
        (status = 401, description = "`invalid_client`, with `WWW-Authenticate` where the header was tried.")
    )
)]
pub(crate) async fn token(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    form: FormText,
) -> Answer {
    let (tokens, grant) = as_client(
        &app,
        &request,
        caller,
        form,
        |client| Act::Token { client },
        |provider, client, params, origin| {
            let tokens = provider.token(client, params, origin)?;
            Ok((
                tokens,
                params.get("grant_type").and_then(GrantType::from_word),
            ))
        },
    )
    .await?;
    if let Some(grant) = grant {
        app.metrics().token_issued(grant);
    }
    Ok(uncached(&tokens))
}

/// `POST /oauth/introspect`
#[utoipa::path(
    post,
    path = "/oauth/introspect",
    operation_id = "introspect",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Introspection (RFC 7662)",
    description = "For the client of the token, and resource servers in its `aud`; to all others every token is inactive.",
    request_body(content = schemas::TokenForm, content_type = "application/x-www-form-urlencoded", example = json!({ "token": "mF_9.B5f-4.1JqM" })),
    security(("client_secret_basic" = []), ()),
    responses(
        (status = 200, description = "What is known of it.", body = schemas::Introspection),
        (status = 400, description = "`invalid_request`."),
        (status = 401, description = "`invalid_client`.")
    )
)]
pub(crate) async fn introspect(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    form: FormText,
) -> Answer {
    let known = as_client(
        &app,
        &request,
        caller,
        form,
        |client| Act::Introspection { client },
        |provider, client, params, _| {
            let token = presented(params)?;
            Ok(provider.introspect(client, token)?)
        },
    )
    .await?;
    Ok(uncached(&known))
}

/// `POST /oauth/revoke`
#[utoipa::path(
    post,
    path = "/oauth/revoke",
    operation_id = "revoke",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Revocation (RFC 7009)",
    description = "Revoking a refresh token ends its whole family. The same answer for tokens that are not known.",
    request_body(content = schemas::TokenForm, content_type = "application/x-www-form-urlencoded", example = json!({ "token": "mF_9.B5f-4.1JqM" })),
    security(("client_secret_basic" = []), ()),
    responses(
        (status = 200, description = "The token is good for nothing any more."),
        (status = 400, description = "`invalid_request`."),
        (status = 401, description = "`invalid_client`.")
    )
)]
pub(crate) async fn revoke(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    form: FormText,
) -> Answer {
    as_client(
        &app,
        &request,
        caller,
        form,
        |client| Act::Token { client },
        |provider, client, params, origin| {
            let token = presented(params)?;
            Ok(provider.revoke(client, token, origin)?)
        },
    )
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish())
}

/// The one token that a request is about.
fn presented(params: &Params) -> Result<&str, OAuthFailure> {
    let token = params.get("token").filter(|_| !params.is_repeated("token"));
    token.ok_or_else(|| Failure::malformed("the parameter token is there once").into())
}

/// JSON that nobody may keep (RFC 6749, section 5.1).
pub(super) fn uncached(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("Pragma", "no-cache"))
        .json(body)
}
