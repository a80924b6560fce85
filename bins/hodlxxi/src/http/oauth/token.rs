//! Token, introspection and revocation endpoints (RFC 6749, 7662, 7009).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_oauth::client::GrantType;
use serde::Serialize;

use super::client::as_client;
use super::failure::OAuthFailure;
use crate::compose::App;
use crate::http::body::FormText;
use crate::http::failure::Failure;

type Answer = Result<HttpResponse, OAuthFailure>;

/// `POST /oauth/token`
pub(crate) async fn token(app: web::Data<App>, request: HttpRequest, form: FormText) -> Answer {
    let (tokens, grant) = as_client(&app, &request, form, |provider, client, params| {
        let tokens = provider.token(client, params)?;
        Ok((
            tokens,
            params.get("grant_type").and_then(GrantType::from_word),
        ))
    })
    .await?;
    if let Some(grant) = grant {
        app.metrics().token_issued(grant);
    }
    Ok(uncached(&tokens))
}

/// `POST /oauth/introspect`
pub(crate) async fn introspect(
    app: web::Data<App>,
    request: HttpRequest,
    form: FormText,
) -> Answer {
    let known = as_client(&app, &request, form, |provider, client, params| {
        let token = params.get("token").ok_or_else(missing_token)?;
        Ok(provider.introspect(client, token)?)
    })
    .await?;
    Ok(uncached(&known))
}

/// `POST /oauth/revoke`
pub(crate) async fn revoke(app: web::Data<App>, request: HttpRequest, form: FormText) -> Answer {
    as_client(&app, &request, form, |provider, client, params| {
        let token = params.get("token").ok_or_else(missing_token)?;
        Ok(provider.revoke(client, token)?)
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish())
}

fn missing_token() -> OAuthFailure {
    Failure::malformed("the parameter token is missing").into()
}

/// JSON that nobody may keep (RFC 6749, section 5.1).
pub(super) fn uncached(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("Pragma", "no-cache"))
        .json(body)
}
