//! The end: SIGTERM lets what was accepted finish, SIGINT and SIGQUIT end at once.
//!
//! Deliberately absent: telling a proxy in front. It learns by a connection that is refused, and asks another node.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{Error, rt, web};
use tokio::signal::unix::{SignalKind, signal};

use crate::lightning::Hub;

/// Between the last connection that is accepted and the end of the workers: accepted connections that no worker has taken
/// up yet would be dropped with their requests.
const HANDOVER: Duration = Duration::from_millis(50);

/// Whether this server is about to end.
#[derive(Debug, Default)]
pub(super) struct Stopping(AtomicBool);

/// Ends the server behind `handle` on a signal, and the streams of those who wait in `hub`, which have no end of their
/// own.
///
/// # Errors
///
/// Where the operating system lets no signal be handled.
pub(super) fn on_signal(
    handle: ServerHandle,
    stopping: web::Data<Stopping>,
    hub: Hub,
) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut quit = signal(SignalKind::quit())?;
    rt::spawn(async move {
        let graceful = tokio::select! {
            _ = terminate.recv() => true,
            _ = interrupt.recv() => false,
            _ = quit.recv() => false,
        };
        if graceful {
            stopping.0.store(true, Ordering::Relaxed);
            handle.pause().await;
            tokio::time::sleep(HANDOVER).await;
        }
        hub.stop();
        handle.stop(graceful).await;
    });
    Ok(())
}

/// While the server is about to end, each answer is the last one of its connection: whoever sends one request after the
/// other would otherwise go on until it is cut off.
pub(super) async fn last_answer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let stopping = request.app_data::<web::Data<Stopping>>().cloned();
    let mut response = next.call(request).await?;
    if stopping.is_some_and(|stopping| stopping.0.load(Ordering::Relaxed)) {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}
