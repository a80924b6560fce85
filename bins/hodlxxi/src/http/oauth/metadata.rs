//! Discovery and the key set: answered from memory, without a hop.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Bytes};

use crate::compose::App;
use crate::http::openapi::schemas;

/// For how long others may keep these answers. New keys are published a day before they sign.
const FRESH: &str = "public, max-age=300";

/// `GET /.well-known/openid-configuration` and `GET /.well-known/oauth-authorization-server`
#[utoipa::path(
    get,
    path = "/.well-known/openid-configuration",
    operation_id = "getOpenIdConfiguration",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Discovery document (OpenID Connect Discovery 1.0)",
    description = "What is listed works, and what works is listed.",
    security(()),
    responses(
        (status = 200, description = "The metadata. Any origin may read it.", body = schemas::ProviderMetadata)
    )
)]
pub(crate) async fn discovery(app: web::Data<App>) -> HttpResponse {
    json(app.discovery())
}

/// `GET /oauth/jwks.json`
#[utoipa::path(
    get,
    path = "/oauth/jwks.json",
    operation_id = "getJwks",
    tag = "OAuth 2.0 and OpenID Connect",
    summary = "Public keys (RFC 7517)",
    description = "A new key is here a day before it signs, and an old one until its tokens are gone.",
    security(()),
    responses(
        (status = 200, description = "The keys. Any origin may read them.", body = schemas::JwkSet)
    )
)]
pub(crate) async fn jwks(app: web::Data<App>) -> HttpResponse {
    json(app.provider().keys().jwks().to_string())
}

fn json(body: impl Into<Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, FRESH))
        .content_type("application/json")
        .body(body.into())
}
