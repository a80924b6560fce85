//! The one hop to the blocking pool: everything that touches a store or signs runs through here.

use actix_web::web;

use super::failure::Failure;
use crate::compose::App;

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

/// Runs `work` on the blocking pool, once per request, and answers what it answers.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the shell's one helper that hops"
)]
pub(crate) async fn hop<T, E>(
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
