//! Health, readiness, metrics, status, and what tells others where to turn.

use std::time::Instant;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::{openapi_document, peer};

/// `GET /health`: the process is alive.
pub(crate) async fn health() -> HttpResponse {
    let version = env!("CARGO_PKG_VERSION");
    HttpResponse::Ok().json(json!({ "status": "ok", "service": "HODLXXI", "version": version }))
}

/// `GET /health/ready`: whether requests can be served.
pub(crate) async fn ready(app: web::Data<App>) -> Result<HttpResponse, Failure> {
    let (reachable, latency) = hop(&app, |app| {
        let before = Instant::now();
        let reachable = app.database().ping().is_ok();
        Ok::<_, Failure>((reachable, before.elapsed()))
    })
    .await?;
    let state = if reachable { "ok" } else { "unavailable" };
    let database = json!({ "status": state, "latency_ms": latency.as_secs_f64() * 1e3 });
    let body = json!({
        "status": if reachable { "ready" } else { "unavailable" },
        "database": database,
        "degraded": [],
    });
    let mut response = if reachable {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    Ok(response.json(body))
}

/// `GET /metrics`: for this machine alone, unless an address of its own is configured.
pub(crate) async fn metrics(
    app: web::Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    if app.config().server.metrics_bind.is_some() || !peer::is_local(&request) {
        return Err(Failure::not_found());
    }
    Ok(exposition(&app))
}

/// The metrics as text.
pub(crate) fn exposition(app: &App) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(app.metrics().exposition(
            app.database().pool_state(),
            app.provider().keys().keys().len(),
        ))
}

/// `GET /oauthx/status`
pub(crate) async fn status(app: web::Data<App>) -> Result<HttpResponse, Failure> {
    let counts = match app.counts().fresh(app.now()) {
        Some(counts) => counts,
        None => hop(&app, |app| app.counts().take(app).map_err(Failure::from)).await?,
    };
    Ok(HttpResponse::Ok().json(json!({
        "status": "operational",
        "issuer": app.issuer(),
        "registered_clients": counts.clients,
        "active_codes": counts.codes,
        "active_sessions": counts.sessions,
        "lnurl_sessions": 0,
        "uptime_seconds": app.uptime(),
    })))
}

/// `GET /openapi.json`
pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .content_type("application/json")
        .body(openapi_document())
}

/// `GET /.well-known/security.txt` (RFC 9116)
pub(crate) async fn security_txt(app: web::Data<App>) -> HttpResponse {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let expires = chrono::DateTime::from_timestamp(app.now().plus(180 * 86_400).as_unix(), 0);
    let expires = expires.map(|moment| moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let text = format!(
        "Contact: {repository}/security/advisories/new\nPolicy: {repository}/blob/main/SECURITY.md\n\
         Canonical: {issuer}/.well-known/security.txt\nPreferred-Languages: en\nExpires: {expires}\n",
        issuer = app.issuer(),
        expires = expires.unwrap_or_default(),
    );
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text)
}
