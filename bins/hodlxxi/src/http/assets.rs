//! The pages' own files.

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};

use super::failure::Failure;
use crate::assets::{Asset, cache_control, etag, find};
use crate::http::openapi::schemas;

/// `GET /static/{version}/{name}`
#[utoipa::path(
    get,
    path = "/static/{version}/{name}",
    operation_id = "showAsset",
    tag = "Pages",
    summary = "The pages' own files",
    description = "Style, scripts and pictures. Under the current version they may be kept for ever.",
    params(("version" = String, Path, description = "The version of the files."), ("name" = String, Path, description = "The name of the file.")),
    security(()),
    responses(
        (status = 200, description = "The file, with its own media type.", body = inline(schemas::Binary), content_type = "application/octet-stream"),
        (status = 304, description = "The caller has it (`If-None-Match`)."),
        (status = 404, description = "There is no such file.")
    )
)]
pub(crate) async fn show(
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (version, name) = path.into_inner();
    let asset = find(&name).ok_or_else(Failure::not_found)?;
    Ok(answer(&request, asset, cache_control(&version)))
}

/// `GET /favicon.ico`: what browsers ask for by themselves.
#[utoipa::path(
    get,
    path = "/favicon.ico",
    operation_id = "showFavicon",
    tag = "Pages",
    summary = "The icon",
    description = "What browsers ask for by themselves.",
    security(()),
    responses(
        (status = 200, description = "The icon.", body = String, content_type = "image/svg+xml"),
        (status = 304, description = "The caller has it (`If-None-Match`).")
    )
)]
pub(crate) async fn favicon(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let asset = find("logo.svg").ok_or_else(Failure::not_found)?;
    Ok(answer(&request, asset, "public, max-age=86400"))
}

fn answer(request: &HttpRequest, asset: &Asset, caching: &'static str) -> HttpResponse {
    let tag = etag();
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((CACHE_CONTROL, caching))
        .insert_header((ETAG, tag));
    if known {
        response.finish()
    } else {
        response.content_type(asset.content_type).body(asset.bytes)
    }
}
