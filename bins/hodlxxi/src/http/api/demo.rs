//! Two small APIs to try access tokens on.

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_oauth::scope::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use crate::compose::App;
use crate::http::bearer;
use crate::http::failure::Failure;
use crate::http::limit::{self, Caller, limited_hop};

/// What the token is.
#[derive(Serialize, ToSchema)]
struct DemoAnswer {
    /// A sentence.
    message: String,
    /// The application that the token was made for.
    client_id: String,
    /// The token's scopes, parted by spaces.
    scope: String,
    /// When the token ends.
    expires_at: i64,
}

/// `GET /api/demo/free`: needs the scope `read_limited`.
#[utoipa::path(
    get,
    path = "/api/demo/free",
    operation_id = "demoFree",
    tag = "Demo",
    summary = "An API for a program",
    description = "Needs an access token with the scope `read_limited`. Calls count against the client's tier: 100 an hour (`free`), 1,000 (`paid`) or 10,000 (`premium`).",
    security(("access_token" = ["read_limited"])),
    responses(
        (status = 200, description = "The token is good.", body = DemoAnswer,
            headers(("RateLimit" = String, description = "How many calls remain (`r`), and in how many seconds all will (`t`)."),
                ("RateLimit-Policy" = String, description = "How many calls the client may make (`q`) in how many seconds (`w`)."))),
        (status = 401, description = "`auth.token_required` or `auth.invalid_token`, with `WWW-Authenticate`."),
        (status = 403, description = "`auth.insufficient_scope`, with `WWW-Authenticate`.")
    )
)]
pub(crate) async fn free(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Failure> {
    answer(&app, &request, caller, Scope::ReadLimited).await
}

/// `GET /api/demo/protected`: needs the scope `read`.
#[utoipa::path(
    get,
    path = "/api/demo/protected",
    operation_id = "demoProtected",
    tag = "Demo",
    summary = "An API for an application acting for somebody",
    description = "Needs an access token with the scope `read`. Calls count against the client's tier, as those of `/api/demo/free`.",
    security(("access_token" = ["read"])),
    responses(
        (status = 200, description = "The token is good.", body = DemoAnswer,
            headers(("RateLimit" = String, description = "How many calls remain (`r`), and in how many seconds all will (`t`)."),
                ("RateLimit-Policy" = String, description = "How many calls the client may make (`q`) in how many seconds (`w`)."))),
        (status = 401, description = "`auth.token_required` or `auth.invalid_token`, with `WWW-Authenticate`."),
        (status = 403, description = "`auth.insufficient_scope`, with `WWW-Authenticate`.")
    )
)]
pub(crate) async fn protected(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Failure> {
    answer(&app, &request, caller, Scope::Read).await
}

async fn answer(
    app: &web::Data<App>,
    request: &HttpRequest,
    caller: Caller,
    scope: Scope,
) -> Result<HttpResponse, Failure> {
    let token = bearer::in_header(request).ok_or_else(bearer::missing)?;
    let (active, standing) = limited_hop(app, caller, move |app| {
        let active = app.provider().bearer(&token, scope)?;
        let standing = app.take_call(caller, &active)?;
        Ok::<_, Failure>((active, standing))
    })
    .await?;
    let mut response = HttpResponse::Ok().json(DemoAnswer {
        message: format!("your token has the scope {}", scope.as_str()),
        client_id: active.grant.client.to_string(),
        scope: active.token.scope.to_string(),
        expires_at: active.token.expires_at.as_unix(),
    });
    if let Some(standing) = &standing {
        limit::tell(response.headers_mut(), standing);
    }
    Ok(response)
}
