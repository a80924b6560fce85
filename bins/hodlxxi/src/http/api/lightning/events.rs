//! How a sign-in stands, told as it changes (server-sent events; HTML, section 9.2).

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header::HeaderName;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream::{self, Stream, StreamExt as _};
use hodlxxi_lnurl::service::Standing;
use serde::Deserialize;
use tokio::time::Instant;

use super::CheckAnswer;
use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::limit::{Caller, limited_hop};
use crate::http::pages::Browser;
use crate::lightning::{Told, Waiter};

/// How often a line is sent that says nothing, so that nobody on the way takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// For nginx, wherever it stands: passes on what it gets at once.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The query of the events.
#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    once: bool,
}

/// `GET /api/lnurl-auth/events/{session_id}`
#[utoipa::path(
    get,
    path = "/api/lnurl-auth/events/{session_id}",
    operation_id = "watchLnurlAuth",
    tag = "Sign-in",
    summary = "How a sign-in with a Lightning wallet stands, as server-sent events",
    description = "For the browser that began it alone. The data of each event is what `check` answers: how it stands now, and once more when that changes, which ends the stream. With `once=true` it ends with the first one: for pages that a proxy lets no stream through to. No cookie is set: with `authenticated`, call `check`.",
    params(
        ("session_id" = String, Path, description = "The id that was answered when it was begun."),
        ("once" = Option<bool>, Query, description = "Whether to tell only how it stands now.")
    ),
    security(()),
    responses(
        (status = 200, description = "The events.", body = String, content_type = "text/event-stream"),
        (status = 404, description = "`request.not_found`: there is none of this id, or another browser began it."),
        (status = 503, description = "`service.unavailable`: too many wait; ask by `check`.")
    )
)]
pub(crate) async fn watch(
    app: web::Data<App>,
    browser: Browser,
    caller: Caller,
    id: web::Path<String>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Failure> {
    let once = query.once;
    let found = limited_hop(&app, caller, move |app| {
        // Before looking, so that nothing is missed in between.
        let waiter = (!once).then(|| {
            let waiter = app.hub().wait(app.lnurl().name(&id));
            waiter.ok_or_else(Failure::unavailable)
        });
        let waiter = waiter.transpose()?;
        let look = app.lnurl().look(&id, browser.mark())?;
        Ok::<_, Failure>(look.map(|look| (look, waiter)))
    });
    let (look, waiter) = found.await?.ok_or_else(Failure::not_found)?;
    let left = look.expires_in;
    let (now, waiting) = match look.standing {
        Standing::Pending => {
            let seconds = u64::try_from(left).unwrap_or_default();
            let ends_at = Instant::now() + Duration::from_secs(seconds);
            let waiting = waiter.map(|waiter| Waiting { waiter, ends_at });
            (CheckAnswer::pending(left), waiting)
        }
        Standing::Approved(key) | Standing::Redeemed(key) => {
            (CheckAnswer::authenticated(&key, left), None)
        }
        Standing::Expired => (CheckAnswer::expired(), None),
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/event-stream")
        .insert_header((X_ACCEL_BUFFERING, "no"));
    Ok(if waiting.is_some() {
        response.streaming(events(&now, waiting))
    } else {
        response.body(event(&now))
    })
}

/// A sign-in that no wallet approved yet, as a page waits for it.
struct Waiting {
    waiter: Waiter,
    ends_at: Instant,
}

impl Waiting {
    /// The next piece, and whether more follows; none where the server is about to end.
    async fn next(mut self) -> Option<(Bytes, Option<Self>)> {
        let told = tokio::select! {
            told = self.waiter.told() => told,
            () = tokio::time::sleep_until(self.ends_at) => {
                return Some((event(&CheckAnswer::expired()), None));
            }
            () = tokio::time::sleep(HEARTBEAT) => {
                return Some((Bytes::from_static(b":\n\n"), Some(self)));
            }
        };
        match told {
            Told::Approved(key) => {
                let left = self.ends_at.saturating_duration_since(Instant::now());
                let left = i64::try_from(left.as_secs()).unwrap_or_default();
                Some((event(&CheckAnswer::authenticated(&key, left)), None))
            }
            Told::Stopping => None,
        }
    }
}

fn events(
    now: &CheckAnswer,
    waiting: Option<Waiting>,
) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let first = stream::iter([event(now)]);
    let later = stream::unfold(waiting, |waiting| async { waiting?.next().await });
    first.chain(later).map(Ok)
}

fn event(answer: &CheckAnswer) -> Bytes {
    // Its members are words and numbers: it cannot fail to become JSON.
    let data = serde_json::to_string(answer).unwrap_or_default();
    Bytes::from(format!("data: {data}\n\n"))
}
