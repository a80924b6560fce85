//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_limit::Act;
use hodlxxi_oauth::Provider;
use hodlxxi_oauth::client::Fetch;
use hodlxxi_oauth::provider::{RegisterError, Registered};
use serde_json::Value;

use super::failure::OAuthFailure;
use super::token::uncached;
use crate::compose::App;
use crate::http::bearer;
use crate::http::block::hop;
use crate::http::body::Json;
use crate::http::limit::Caller;
use crate::http::openapi::schemas;
use crate::http::origin::origin;

type Answer = Result<HttpResponse, OAuthFailure>;

/// `POST /oauth/register`
#[utoipa::path(
    post,
    path = "/oauth/register",
    operation_id = "registerClient",
    tag = "Client registration",
    summary = "Register a client (RFC 7591)",
    description = "Open to everybody, or to holders of an initial access token, or to nobody: `HODLXXI_REGISTRATION`. A client that is never used is removed after 30 days.",
    request_body(content = schemas::ClientMetadata, example = json!({
        "client_name": "Example",
        "redirect_uris": ["https://app.example/callback"],
        "scope": "openid profile offline_access",
        "grant_types": ["authorization_code", "refresh_token"]
    })),
    security((), ("initial_access_token" = [])),
    responses(
        (status = 201, description = "The client, its secret and what manages it.", body = schemas::RegisteredClient),
        (status = 400, description = "`invalid_redirect_uri` or `invalid_client_metadata`."),
        (status = 401, description = "`invalid_token`: an initial access token is needed."),
        (status = 403, description = "`access_denied`: nobody may register here.")
    )
)]
pub(crate) async fn create(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    body: Json<Value>,
) -> Answer {
    let (token, origin) = (bearer::in_header(&request), origin(&app, &request));
    let (asked, token) = hop(&app, move |app| {
        app.take(caller, Act::Registration)?;
        let asked = app
            .provider()
            .registration_request(&body.0, token.as_deref())?;
        Ok::<_, OAuthFailure>((asked, token))
    })
    .await?;
    judge(&app, asked.outbound())?;
    let fetched = fetch(&app, asked.plan()).await;
    let made = hop(&app, move |app| {
        let made = app
            .provider()
            .register(asked, fetched.as_ref(), token.as_deref(), &origin);
        made.map_err(OAuthFailure::from)
    })
    .await?;
    let mut response = HttpResponse::Created();
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.json(made.to_json()))
}

/// `GET /oauth/register/{client_id}`
#[utoipa::path(
    get,
    path = "/oauth/register/{client_id}",
    operation_id = "readClient",
    tag = "Client registration",
    summary = "Read a registration (RFC 7592)",
    description = "The secret is not told again.",
    params(("client_id" = String, Path, description = "The client's id.")),
    security(("registration_access_token" = [])),
    responses(
        (status = 200, description = "The registration.", body = schemas::RegisteredClient),
        (status = 401, description = "`invalid_token`: not the registration access token of this client.")
    )
)]
pub(crate) async fn read(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Answer {
    let (token, origin) = (bearer::in_header(&request), origin(&app, &request));
    let client = hop(&app, move |app| {
        managing(app, caller, &id, |provider| {
            provider.read_registration(&id, token.as_deref(), &origin)
        })
    })
    .await?;
    Ok(shown(&client))
}

/// `PUT /oauth/register/{client_id}`
#[utoipa::path(
    put,
    path = "/oauth/register/{client_id}",
    operation_id = "updateClient",
    tag = "Client registration",
    summary = "Replace a registration (RFC 7592)",
    description = "All metadata is replaced: what is missing falls back to its default.",
    params(("client_id" = String, Path, description = "The client's id.")),
    request_body(content = schemas::ClientMetadata, example = json!({
        "client_name": "Example",
        "redirect_uris": ["https://app.example/callback"],
        "scope": "openid profile offline_access",
        "grant_types": ["authorization_code", "refresh_token"]
    })),
    security(("registration_access_token" = [])),
    responses(
        (status = 200, description = "The registration as it is now.", body = schemas::RegisteredClient),
        (status = 400, description = "`invalid_redirect_uri` or `invalid_client_metadata`."),
        (status = 401, description = "`invalid_token`: not the registration access token of this client.")
    )
)]
pub(crate) async fn update(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    body: Json<Value>,
) -> Answer {
    let (token, origin) = (bearer::in_header(&request), origin(&app, &request));
    let (asked, id, token, origin) = hop(&app, move |app| {
        let asked = managing(app, caller, &id, |provider| {
            // Who may not manage this client has nothing fetched for it.
            provider.read_registration(&id, token.as_deref(), &origin)?;
            Ok(provider.registration_update(&body.0)?)
        })?;
        Ok::<_, OAuthFailure>((asked, id, token, origin))
    })
    .await?;
    judge(&app, asked.outbound())?;
    let fetched = fetch(&app, asked.plan()).await;
    let client = hop(&app, move |app| {
        let (token, fetched) = (token.as_deref(), fetched.as_ref());
        app.provider()
            .update_registration(&id, token, asked, fetched, &origin)
            .map_err(OAuthFailure::from)
    })
    .await?;
    Ok(shown(&client))
}

/// `DELETE /oauth/register/{client_id}`
#[utoipa::path(
    delete,
    path = "/oauth/register/{client_id}",
    operation_id = "deleteClient",
    tag = "Client registration",
    summary = "Delete a registration (RFC 7592)",
    description = "Its tokens are good for nothing any more.",
    params(("client_id" = String, Path, description = "The client's id.")),
    security(("registration_access_token" = [])),
    responses(
        (status = 204, description = "It is gone."),
        (status = 401, description = "`invalid_token`: not the registration access token of this client.")
    )
)]
pub(crate) async fn remove(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Answer {
    let (token, origin) = (bearer::in_header(&request), origin(&app, &request));
    hop(&app, move |app| {
        managing(app, caller, &id, |provider| {
            provider.delete_registration(&id, token.as_deref(), &origin)
        })
    })
    .await?;
    Ok(HttpResponse::NoContent()
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish())
}

/// Lets `caller` do `work` with the registration of the client `id`; a token that is not good for it is a
/// failed proof of that client.
fn managing<T>(
    app: &App,
    caller: Caller,
    id: &str,
    work: impl FnOnce(&Provider) -> Result<T, RegisterError>,
) -> Result<T, OAuthFailure> {
    let act = Act::Management { client: id };
    app.take(caller, act)?;
    let outcome = work(app.provider());
    if outcome.as_ref().is_err_and(RegisterError::is_failed_proof) {
        app.failed(caller, act)?;
    }
    Ok(outcome?)
}

fn shown(client: &Registered) -> HttpResponse {
    uncached(&client.to_json())
}

/// Refuses a registration that would send this server where it does not go.
fn judge<'a>(
    app: &App,
    uris: impl Iterator<Item = (&'static str, &'a str)>,
) -> Result<(), OAuthFailure> {
    for (member, uri) in uris {
        app.fetcher().judge(uri).map_err(|error| {
            let description = format!("{member}: {error}");
            OAuthFailure::new(
                StatusCode::BAD_REQUEST,
                "invalid_client_metadata",
                description,
            )
        })?;
    }
    Ok(())
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
