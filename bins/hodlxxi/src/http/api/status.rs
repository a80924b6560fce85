//! Health, metrics, status, and what tells others where to turn.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;
use crate::http::{openapi_document, peer};

/// A sign of life.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
    /// `HODLXXI`.
    service: &'static str,
    /// The version of the program.
    version: &'static str,
}

/// `GET /health`: the process is alive.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "getHealth",
    tag = "Status",
    summary = "Whether the process is alive",
    description = "Asks nothing of the database.",
    security(()),
    responses(
        (status = 200, description = "It is.", body = Health)
    )
)]
pub(crate) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(Health {
        status: "ok",
        service: "HODLXXI",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// `GET /metrics`: for this machine alone, unless an address of its own is configured.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "getMetrics",
    tag = "Status",
    summary = "Metrics for Prometheus",
    description = "For this machine alone, or on an address of its own (`HODLXXI_METRICS_BIND`).",
    security(()),
    responses(
        (status = 200, description = "Text exposition, version 0.0.4.", body = String, content_type = "text/plain"),
        (status = 404, description = "`request.not_found`: the caller is elsewhere, or metrics have an address of their own.")
    )
)]
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
    if let Some(redis) = app.redis() {
        app.metrics().redis_pool(redis.pool_state());
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(app.metrics().exposition(
            app.database().pool_state(),
            app.provider().keys().keys().len(),
        ))
}

/// Counts.
#[derive(Serialize, ToSchema)]
struct ServiceStatus {
    /// `operational`.
    status: &'static str,
    /// The issuer.
    issuer: String,
    /// Applications.
    registered_clients: u64,
    /// Codes that could be redeemed.
    active_codes: u64,
    /// Sessions that live.
    active_sessions: u64,
    /// Lightning sign-ins under way.
    lnurl_sessions: u64,
    /// Since the process started.
    uptime_seconds: i64,
}

/// `GET /oauthx/status`
#[utoipa::path(
    get,
    path = "/oauthx/status",
    operation_id = "getStatus",
    tag = "Status",
    summary = "Counts of clients, codes and sessions",
    description = "From counters that are kept for a moment.",
    security(()),
    responses(
        (status = 200, description = "The counts.", body = ServiceStatus)
    )
)]
pub(crate) async fn status(app: web::Data<App>) -> Result<HttpResponse, Failure> {
    let counts = match app.counts().fresh(app.now()) {
        Some(counts) => counts,
        None => hop(&app, |app| app.counts().take(app).map_err(Failure::from)).await?,
    };
    Ok(HttpResponse::Ok().json(ServiceStatus {
        status: "operational",
        issuer: app.issuer().to_owned(),
        registered_clients: counts.clients,
        active_codes: counts.codes,
        active_sessions: counts.sessions,
        lnurl_sessions: counts.lnurl,
        uptime_seconds: app.uptime(),
    }))
}

/// `GET /openapi.json`
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "getOpenApi",
    tag = "Status",
    summary = "This document",
    security(()),
    responses(
        (status = 200, description = "OpenAPI 3.1.", body = Object)
    )
)]
pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .content_type("application/json")
        .body(openapi_document())
}

/// `GET /.well-known/security.txt` (RFC 9116)
#[utoipa::path(
    get,
    path = "/.well-known/security.txt",
    operation_id = "getSecurityTxt",
    tag = "Status",
    summary = "Whom to tell of a vulnerability (RFC 9116)",
    security(()),
    responses(
        (status = 200, description = "The contact, as text.", body = String, content_type = "text/plain")
    )
)]
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
