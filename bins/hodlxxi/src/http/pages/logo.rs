//! `/logo/…`: an application's logo, from this origin.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web;
use hodlxxi_kernel::ClientId;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::openapi::schemas;
use crate::logos::Logo;

/// `GET /logo/{client_id}`
#[utoipa::path(
    get,
    path = "/logo/{client_id}",
    operation_id = "showLogo",
    tag = "Pages",
    summary = "An application's logo",
    description = "Fetched and drawn anew by the server, so that no request leaves this origin.",
    params(("client_id" = String, Path, description = "The client's id.")),
    security(()),
    responses(
        (status = 200, description = "The logo.", body = inline(schemas::Binary), content_type = "image/png"),
        (status = 404, description = "There is none.")
    )
)]
pub(crate) async fn show(
    app: web::Data<App>,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id: ClientId = id.parse().map_err(|_| Failure::not_found())?;
    let client = hop(&app, move |app| {
        app.provider().client(&id).map_err(Failure::from)
    })
    .await?;
    let client = client.filter(|client| client.disabled_at.is_none());
    let uri = client
        .and_then(|client| client.metadata.logo_uri)
        .ok_or_else(Failure::not_found)?;
    let logo = match app.logos().get(&uri, app.now()) {
        Some(known) => known,
        None => fetched(&app, &uri).await,
    };
    let Logo::Png(png) = logo else {
        return Err(Failure::not_found());
    };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, max-age=3600"))
        .content_type("image/png")
        .body(png))
}

async fn fetched(app: &web::Data<App>, uri: &str) -> Logo {
    // Whoever asks meanwhile gets none: one fetch at a time for one address.
    app.logos().put(uri, Logo::Missing, app.now());
    let logo = match app.fetcher().get_bytes(uri).await {
        Ok(picture) => hop(app, move |_| Ok::<_, Failure>(Logo::of(&picture))).await,
        Err(error) => {
            tracing::warn!(%error, "a logo could not be fetched");
            Ok(Logo::Missing)
        }
    };
    let logo = logo.unwrap_or(Logo::Missing);
    app.logos().put(uri, logo.clone(), app.now());
    logo
}
