//! The one hop to the blocking pool: everything that touches a store or signs runs through here.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::web;
use hodlxxi_kernel::Deadline;

use super::failure::Failure;
use crate::compose::App;

/// How long a request waits for its work. A database that hangs, rather than refuse, would hold it forever; the answer
/// comes within two seconds all the same.
const ANSWER: Duration = Duration::from_millis(1_750);

/// By when the work must have come to its commits: the rest of the time is theirs. What was not begun by then never is,
/// and a transaction that was is rolled back, since the answer says that it failed. So whoever tries again meets what
/// was there before, but where the database dies, or hangs for longer than the rest, in the commit itself.
const WORK: Duration = Duration::from_millis(1_500);

/// The most requests that wait for a thread; there are some hundred threads, and the next one would wait in vain.
const MOST_WAITING: usize = 1_000;

/// Those who wait for a thread of the blocking pool.
#[derive(Debug, Default)]
pub(crate) struct Line(Arc<AtomicUsize>);

impl Line {
    /// A place at the end of the line, left when it is dropped; none if the line is too long.
    fn join(&self) -> Option<Place> {
        let place = Place(self.0.clone());
        (place.0.fetch_add(1, Ordering::Relaxed) < MOST_WAITING).then_some(place)
    }
}

struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs `work` on the blocking pool, once per request, and answers what it answers, or that the service is unavailable
/// if it takes too long or too many wait already.
pub(crate) async fn hop<T, E>(
    app: &web::Data<App>,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Failure> + Send + 'static,
{
    let deadline = Deadline::at(Instant::now() + WORK);
    let Some(place) = app.line().join() else {
        return Err(Failure::unavailable().into());
    };
    let in_time = move |app: &App| {
        drop(place);
        if deadline.is_past() {
            return Err(Failure::unavailable().into());
        }
        deadline.during(|| work(app))
    };
    let outcome = tokio::time::timeout(ANSWER, unhurried(app, in_time)).await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_an_end_and_moves_on() {
        let line = Line::default();
        let mut places: Vec<_> = (0..MOST_WAITING).filter_map(|_| line.join()).collect();
        assert_eq!(places.len(), MOST_WAITING);
        assert!(line.join().is_none() && line.join().is_none());
        places.pop();
        assert!(line.join().is_some());
    }
}
