//! The session of the browser that asks.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::{Caller, limited_hop};
use crate::http::origin::origin;
use crate::http::pages::clear_session;

/// A session.
#[derive(Serialize, ToSchema)]
struct SessionAnswer {
    /// The account, which is also the public `sub`.
    user_id: String,
    /// The key in hex; null for guests and for scripts that are not one key.
    pubkey: Option<String>,
    /// `guest`, `limited`, `full` or `special`.
    access_level: &'static str,
    /// When the person proved the key, in Unix seconds.
    auth_time: i64,
    /// `urn:hodlxxi:acr:bitcoin`, `urn:hodlxxi:acr:lightning`, `urn:hodlxxi:acr:nostr` or `urn:hodlxxi:acr:guest`.
    acr: &'static str,
    /// `["pop"]`; empty for guests.
    #[schema(value_type = Vec<String>)]
    amr: &'static [&'static str],
    /// When it ends if nobody uses it.
    expires_at: i64,
}

/// `GET /api/session`
#[utoipa::path(
    get,
    path = "/api/session",
    operation_id = "getSession",
    tag = "Session",
    summary = "Who is signed in",
    security(("session" = [])),
    responses(
        (status = 200, description = "The session.", body = SessionAnswer),
        (status = 401, description = "`auth.session_required`.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Failure> {
    let secret = app
        .cookies()
        .session(&request)
        .ok_or_else(Failure::session_required)?;
    let visitor = limited_hop(&app, caller, move |app| app.known_visitor(Some(&secret))).await?;
    let session = &visitor.session;
    let method = session.method();
    Ok(HttpResponse::Ok().json(SessionAnswer {
        user_id: session.user.id.to_string(),
        pubkey: session.pubkey_hex(),
        access_level: visitor.level.as_str(),
        auth_time: session.auth_time.as_unix(),
        acr: method.acr(),
        amr: method.amr(),
        expires_at: session.expires_at.as_unix(),
    }))
}

/// `POST /api/logout`: 204, whether or not anybody was signed in.
#[utoipa::path(
    post,
    path = "/api/logout",
    operation_id = "logout",
    tag = "Session",
    summary = "End the session",
    description = "The same whether or not anybody was signed in. Applications that registered for it are told (back-channel logout).",
    security(("session" = []), ()),
    responses(
        (status = 204, description = "Nobody is signed in any more.")
    )
)]
pub(crate) async fn logout(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Failure> {
    if let Some(secret) = app.cookies().session(&request) {
        let origin = origin(&app, &request);
        limited_hop(&app, caller, move |app| app.log_out(Some(&secret), &origin)).await?;
    }
    let mut response = HttpResponse::NoContent().finish();
    clear_session(&app, &mut response);
    Ok(response)
}
