//! Discovery and the key set: answered from memory, without a hop.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::compose::App;

/// For how long others may keep these answers. New keys are published a day before they sign.
const FRESH: &str = "public, max-age=300";

/// `GET /.well-known/openid-configuration` and `GET /.well-known/oauth-authorization-server`
pub(crate) async fn discovery(app: web::Data<App>) -> HttpResponse {
    json(app.provider().discovery_json().to_owned())
}

/// `GET /oauth/jwks.json`
pub(crate) async fn jwks(app: web::Data<App>) -> HttpResponse {
    json(app.provider().keys().jwks().to_string())
}

fn json(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, FRESH))
        .content_type("application/json")
        .body(body)
}
