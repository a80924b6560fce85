//! HTTP: the routes, and what every request passes through.
//!
//! A handler extracts, calls one use case (in one hop, see `block.rs`) and renders. Decisions about
//! keys, scopes and money are the domain's.

mod api;
mod arguments;
mod assets;
mod background;
mod bearer;
mod block;
mod body;
mod cookies;
mod cors;
mod failure;
mod forms;
mod guard;
mod language;
mod limit;
mod local_path;
mod oauth;
mod openapi;
mod origin;
mod pages;
mod peer;
mod private_key;
mod render;
mod routes;
mod stop;

use std::net::TcpListener;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpServer, rt, web};

use crate::compose::App;
use crate::telemetry;

pub(crate) use api::ready::ReadinessCache;
pub(crate) use block::Line;
pub(crate) use cookies::CookieJar;
pub(crate) use failure::Failure;
pub(crate) use forms::FormTokens;
pub(crate) use limit::Caller;
pub use openapi::document as openapi_document;
pub use routes::ROUTES;

/// Seconds that requests under way get to finish after SIGTERM.
const SHUTDOWN: u64 = 30;

/// Serves `app` on `listener`, and its metrics on one of their own where there is one. SIGTERM ends it
/// when what was accepted is answered; SIGINT at once.
pub async fn serve(
    app: App,
    listener: TcpListener,
    metrics: Option<TcpListener>,
) -> std::io::Result<()> {
    let app = web::Data::new(app);
    let metrics = metrics
        .map(|listener| serve_metrics(&app, listener))
        .transpose()?;
    let tasks = background::start(&app);
    let served = app.clone();
    let observer = web::Data::new(app.observer());
    let stopping = web::Data::new(stop::Stopping::default());
    let ending = stopping.clone();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(served.clone())
            .app_data(observer.clone())
            .app_data(ending.clone())
            .wrap(from_fn(guard::same_origin))
            .wrap(from_fn(cors::open_endpoints))
            .wrap(from_fn(render::finish))
            .wrap(from_fn(telemetry::observe))
            .wrap(from_fn(stop::last_answer))
            .configure(routes::configure)
    })
    .disable_signals()
    .listen(listener)?
    .shutdown_timeout(SHUTDOWN)
    .run();
    stop::on_signal(server.handle(), stopping, app.hub().clone())?;
    let outcome = server.await;
    // Also where no signal ended it.
    app.hub().stop();
    tasks.stop().await;
    if let Some(metrics) = metrics {
        metrics.stop(true).await;
    }
    // Nobody is answered any more, so that this may take its time. Where it is in vain, the log has named whom.
    app.settle();
    outcome
}

/// Serves `/metrics` alone, to whoever reaches `listener`.
fn serve_metrics(app: &web::Data<App>, listener: TcpListener) -> std::io::Result<ServerHandle> {
    let app = app.clone();
    let observer = web::Data::new(app.observer());
    let show = |app: web::Data<App>| async move { api::status::exposition(&app) };
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(app.clone())
            .app_data(observer.clone())
            .wrap(from_fn(render::finish))
            .wrap(from_fn(telemetry::observe))
            .route("/metrics", web::get().to(show))
            .route("/metrics", web::head().to(show))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    rt::spawn(server);
    Ok(handle)
}
