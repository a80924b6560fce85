//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_oauth::client::Fetch;
use hodlxxi_oauth::provider::Registered;
use serde_json::Value;

use super::failure::OAuthFailure;
use super::token::uncached;
use crate::compose::App;
use crate::http::bearer;
use crate::http::block::hop;
use crate::http::body::Json;

type Answer = Result<HttpResponse, OAuthFailure>;

/// `POST /oauth/register`
pub(crate) async fn create(app: web::Data<App>, request: HttpRequest, body: Json<Value>) -> Answer {
    let token = bearer::in_header(&request);
    let asked = app
        .provider()
        .registration_request(&body.0, token.as_deref())?;
    let fetched = fetch(&app, asked.plan()).await;
    let made = hop(&app, move |app| {
        let made = app
            .provider()
            .register(asked, fetched.as_ref(), token.as_deref());
        made.map_err(OAuthFailure::from)
    })
    .await?;
    let mut response = HttpResponse::Created();
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.json(made.to_json()))
}

/// `GET /oauth/register/{client_id}`
pub(crate) async fn read(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Answer {
    let token = bearer::in_header(&request);
    let client = hop(&app, move |app| {
        app.provider()
            .read_registration(&id, token.as_deref())
            .map_err(OAuthFailure::from)
    })
    .await?;
    Ok(shown(&client))
}

/// `PUT /oauth/register/{client_id}`
pub(crate) async fn update(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Json<Value>,
) -> Answer {
    let token = bearer::in_header(&request);
    let (asked, id, token) = hop(&app, move |app| {
        // Who may not manage this client has nothing fetched for it.
        app.provider().read_registration(&id, token.as_deref())?;
        let asked = app.provider().registration_update(&body.0)?;
        Ok::<_, OAuthFailure>((asked, id, token))
    })
    .await?;
    let fetched = fetch(&app, asked.plan()).await;
    let client = hop(&app, move |app| {
        let updated =
            app.provider()
                .update_registration(&id, token.as_deref(), asked, fetched.as_ref());
        updated.map_err(OAuthFailure::from)
    })
    .await?;
    Ok(shown(&client))
}

/// `DELETE /oauth/register/{client_id}`
pub(crate) async fn remove(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Answer {
    let token = bearer::in_header(&request);
    hop(&app, move |app| {
        app.provider()
            .delete_registration(&id, token.as_deref())
            .map_err(OAuthFailure::from)
    })
    .await?;
    Ok(HttpResponse::NoContent()
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish())
}

fn shown(client: &Registered) -> HttpResponse {
    uncached(&client.to_json())
}

/// What a registration asks to be looked up elsewhere; none if it could not be had, which the
/// registration is then refused for.
async fn fetch(app: &web::Data<App>, plan: Option<Fetch>) -> Option<Value> {
    let uri = plan?.uri;
    let text = app.fetcher().get(&uri).await;
    if let Err(error) = &text {
        tracing::warn!(%error, "a sector identifier document could not be fetched");
    }
    serde_json::from_str(&text.ok()?).ok()
}
