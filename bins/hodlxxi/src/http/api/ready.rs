//! Readiness: whether requests can be served. Anybody may ask, and each answer costs connections: so one answer serves
//! all who ask within a moment.

use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::failure::Failure;

/// For how long an answer is told again.
const FRESH: Duration = Duration::from_millis(50);

/// A dependency.
#[derive(Clone, Serialize, ToSchema)]
struct Dependency {
    /// `ok` or `unavailable`.
    status: &'static str,
    /// How long it took to answer, in milliseconds.
    latency_ms: f64,
}

impl Dependency {
    /// Asks it, and measures how long it takes; one that hangs is unavailable.
    async fn judge(app: &web::Data<App>, answers: fn(&App) -> bool) -> Self {
        let before = Instant::now();
        let answered = hop(app, move |app| Ok::<_, Failure>(answers(app))).await;
        let status = if answered == Ok(true) {
            "ok"
        } else {
            "unavailable"
        };
        Self {
            status,
            latency_ms: before.elapsed().as_secs_f64() * 1e3,
        }
    }

    fn is_ok(&self) -> bool {
        self.status == "ok"
    }
}

/// Whether requests can be served.
#[derive(Clone, Serialize, ToSchema)]
struct Readiness {
    /// `ready` or `unavailable`.
    status: &'static str,
    /// The database.
    database: Dependency,
    /// Redis, where one is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    redis: Option<Dependency>,
    /// Dependencies that are set and missing, though requests can be served without them.
    degraded: Vec<&'static str>,
}

impl Readiness {
    async fn judge(app: &web::Data<App>) -> Self {
        let database = Dependency::judge(app, |app| app.database().ping().is_ok());
        let redis = Dependency::judge(app, |app| {
            app.redis().is_some_and(|redis| redis.probe().is_ok())
        });
        // Side by side, so that one that hangs tells nothing of the other.
        let (database, redis) = tokio::join!(database, redis);
        let redis = app.redis().map(|_| redis);
        let redis_is_missing = redis.as_ref().is_some_and(|redis| !redis.is_ok());
        Self {
            status: if database.is_ok() {
                "ready"
            } else {
                "unavailable"
            },
            database,
            redis,
            degraded: redis_is_missing.then_some("redis").into_iter().collect(),
        }
    }
}

/// The last answer, and when it was found. Whoever asks while it is looked for waits for it.
#[derive(Default)]
pub(crate) struct ReadinessCache(Mutex<Option<(Instant, Readiness)>>);

impl ReadinessCache {
    async fn get(&self, app: &web::Data<App>) -> Readiness {
        let mut last = self.0.lock().await;
        if let Some((at, readiness)) = &*last
            && at.elapsed() < FRESH
        {
            return readiness.clone();
        }
        let readiness = Readiness::judge(app).await;
        *last = Some((Instant::now(), readiness.clone()));
        readiness
    }
}

/// `GET /health/ready`: whether requests can be served.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "getReadiness",
    tag = "Status",
    summary = "Whether requests can be served",
    description = "Each dependency with its state and latency.",
    security(()),
    responses(
        (status = 200, description = "They can.", body = Readiness),
        (status = 503, description = "The database cannot be reached.", body = Readiness)
    )
)]
pub(crate) async fn show(app: web::Data<App>) -> HttpResponse {
    let readiness = app.readiness().get(&app).await;
    let mut response = if readiness.database.is_ok() {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    response.json(readiness)
}
