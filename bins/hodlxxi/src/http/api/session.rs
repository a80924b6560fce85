//! The session of the browser that asks.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::pages::clear_session;

/// `GET /api/session`
pub(crate) async fn show(
    app: web::Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let secret = app
        .cookies()
        .session(&request)
        .ok_or_else(Failure::session_required)?;
    let visitor = hop(&app, move |app| app.known_visitor(Some(&secret))).await?;
    let session = &visitor.session;
    let method = session.method();
    Ok(HttpResponse::Ok().json(json!({
        "user_id": session.user.id,
        "pubkey": session.pubkey_hex(),
        "access_level": visitor.level,
        "auth_time": session.auth_time,
        "acr": method.acr(),
        "amr": method.amr(),
        "expires_at": session.expires_at,
    })))
}

/// `POST /api/logout`: 204, whether or not anybody was signed in.
pub(crate) async fn logout(
    app: web::Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    if let Some(secret) = app.cookies().session(&request) {
        hop(&app, move |app| app.log_out(Some(&secret))).await?;
    }
    let mut response = HttpResponse::NoContent().finish();
    clear_session(&app, &mut response);
    Ok(response)
}
