//! The one hop to the blocking pool: everything that touches a store or signs runs through here.

use std::time::{Duration, Instant};

use actix_web::web;

use super::failure::Failure;
use crate::compose::App;

/// How long a request waits for its work. A database that hangs, rather than refuse, would hold it forever; the answer
/// comes within two seconds all the same. What was begun is not undone: it ends when the database answers or the
/// connection breaks. What was not begun by then never is: nobody waits for it any more.
const DEADLINE: Duration = Duration::from_millis(1_750);

/// Runs `work` on the blocking pool, once per request, and answers what it answers, or that the service is unavailable
/// if it takes too long.
pub(crate) async fn hop<T, E>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Failure> + Send + 'static,
{
    let deadline = Instant::now() + DEADLINE;
    let in_time = move |app: &App| {
        if Instant::now() < deadline {
            work(app)
        } else {
            Err(Failure::unavailable().into())
        }
    };
    let outcome = tokio::time::timeout(DEADLINE, unhurried(app, in_time)).await;
    outcome.unwrap_or_else(|_| {
        tracing::error!("a store did not answer in time");
        Err(Failure::unavailable().into())
    })
}

/// [`hop`], where `work` asks a store; else here, where it only computes.
pub(crate) async fn hop_if<T, E>(
    asks_a_store: bool,
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Failure> + Send + 'static,
{
    if asks_a_store {
        hop(app, work).await
    } else {
        work(app)
    }
}

/// [`hop`] for what nobody waits for.
#[expect(
    clippy::disallowed_methods,
    reason = "these are the shell's only helpers that hop"
)]
pub(crate) async fn unhurried<T, E>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Failure> + Send + 'static,
{
    let app = app.clone();
    match web::block(move || work(&app)).await {
        Ok(outcome) => outcome,
        // The work panicked, which the panic hook has logged, or the pool is gone.
        Err(_) => Err(Failure::internal().into()),
    }
}
