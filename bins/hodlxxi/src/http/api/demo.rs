//! Two small APIs to try access tokens on.

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_oauth::scope::Scope;
use serde_json::json;

use crate::compose::App;
use crate::http::bearer;
use crate::http::block::hop;
use crate::http::failure::Failure;

/// `GET /api/demo/free`: needs the scope `read_limited`.
pub(crate) async fn free(
    app: web::Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer(&app, &request, Scope::ReadLimited).await
}

/// `GET /api/demo/protected`: needs the scope `read`.
pub(crate) async fn protected(
    app: web::Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    answer(&app, &request, Scope::Read).await
}

async fn answer(
    app: &web::Data<App>,
    request: &HttpRequest,
    scope: Scope,
) -> Result<HttpResponse, Failure> {
    let token = bearer::in_header(request).ok_or_else(bearer::missing)?;
    let active = hop(app, move |app| {
        app.provider().bearer(&token, scope).map_err(Failure::from)
    })
    .await?;
    Ok(HttpResponse::Ok().json(json!({
        "message": format!("your token has the scope {}", scope.as_str()),
        "client_id": active.grant.client,
        "scope": active.token.scope,
        "expires_at": active.token.expires_at,
    })))
}
