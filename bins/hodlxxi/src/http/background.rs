//! What the server does by itself: rotates signing keys, tells clients of logouts, seals the audit log, removes what
//! expired.
//!
//! Every node does all of it; the stores see to it that none of it happens twice.

use std::future::Future;
use std::time::Duration;

use actix_web::{rt, web};
use futures_util::stream::{self, StreamExt as _};
use hodlxxi_oauth::provider::LogoutCall;
use tokio::sync::watch;

use super::block::unhurried;
use super::failure::Failure;
use crate::compose::App;
use crate::fetch::FetchError;
use crate::use_cases::CLEAN_UP;

/// How often other nodes' new keys are looked for: within two seconds they are seen.
const KEYS: Duration = Duration::from_secs(1);
/// How often logouts to be told are looked for.
const LOGOUTS: Duration = Duration::from_secs(1);
/// How often new entries of the audit log are sealed.
const SEALS: Duration = Duration::from_secs(1);
/// How often the clocks are compared: before a minute's code is in danger.
const CLOCKS: Duration = Duration::from_secs(10);
/// How often expired rows are removed.
const CLEANUP: Duration = Duration::from_mins(1);

/// How often Redis is asked whether its memory was emptied: challenges issued in between, and in a second after it, are
/// refused.
const MEMORY: Duration = Duration::from_millis(500);

/// How often approvals by Lightning wallets at other nodes are looked for, while any page waits for one.
const APPROVALS: Duration = Duration::from_millis(150);
/// The same, where that fails.
const APPROVALS_AWAY: Duration = Duration::from_secs(1);

/// The running tasks.
pub(super) struct Tasks {
    stop: watch::Sender<bool>,
    handles: Vec<rt::task::JoinHandle<()>>,
}

impl Tasks {
    /// Lets each task finish its step, and ends it.
    pub(super) async fn stop(self) {
        self.stop.send_replace(true);
        for handle in self.handles {
            // A task that panicked has been logged; there is nothing left to end.
            let _ = handle.await;
        }
    }
}

/// Starts every task.
pub(super) fn start(app: &web::Data<App>) -> Tasks {
    let (stop, stopped) = watch::channel(false);
    let mut handles = vec![
        every(KEYS, stopped.clone(), app.clone(), refresh_keys),
        every(LOGOUTS, stopped.clone(), app.clone(), tell_logouts),
        every(SEALS, stopped.clone(), app.clone(), seal_audit),
        every(CLOCKS, stopped.clone(), app.clone(), compare_clocks),
        every(CLEANUP, stopped.clone(), app.clone(), clean_up),
    ];
    if app.redis().is_some() {
        handles.push(every(MEMORY, stopped.clone(), app.clone(), watch_memory));
    }
    if app.has_other_nodes() {
        handles.push(every(APPROVALS, stopped, app.clone(), hear_approvals));
    }
    Tasks { stop, handles }
}

fn every<F: Future<Output = ()> + 'static>(
    period: Duration,
    mut stopped: watch::Receiver<bool>,
    app: web::Data<App>,
    step: fn(web::Data<App>) -> F,
) -> rt::task::JoinHandle<()> {
    rt::spawn(async move {
        loop {
            step(app.clone()).await;
            tokio::select! {
                () = tokio::time::sleep(period) => {}
                _ = stopped.changed() => return,
            }
        }
    })
}

async fn refresh_keys(app: web::Data<App>) {
    // A failure has been logged where it was mapped; the next turn tries again.
    let _ = unhurried(&app, |app| app.refresh_keys().map_err(Failure::from)).await;
}

async fn compare_clocks(app: web::Data<App>) {
    // As above.
    let _ = unhurried(&app, |app| app.compare_clocks().map_err(Failure::from)).await;
}

async fn watch_memory(app: web::Data<App>) {
    let probe = |app: &App| {
        if let Some(redis) = app.redis() {
            // Where it is away it says so itself, once.
            let _ = redis.probe();
        }
        Ok::<_, Failure>(())
    };
    let _ = unhurried(&app, probe).await;
}

async fn hear_approvals(app: web::Data<App>) {
    if !app.hub().somebody_waits().await {
        return;
    }
    let heard = unhurried(&app, |app| app.hear_approvals().map_err(Failure::from)).await;
    if heard.is_err() {
        tokio::time::sleep(APPROVALS_AWAY).await;
    }
}

/// Removes until nothing is left that was cut short by the limit.
async fn clean_up(app: web::Data<App>) {
    loop {
        let removed = unhurried(&app, |app| app.clean_up().map_err(Failure::from)).await;
        match removed {
            Ok(removed) if removed >= CLEAN_UP as usize => tokio::task::yield_now().await,
            _ => return,
        }
    }
}

/// Seals until nothing is left that was cut short by the limit.
async fn seal_audit(app: web::Data<App>) {
    let sealed = || unhurried(&app, |app| app.auditor().seal().map_err(Failure::from));
    while matches!(sealed().await, Ok(true)) {
        tokio::task::yield_now().await;
    }
}

async fn tell_logouts(app: web::Data<App>) {
    let due = unhurried(&app, |app| app.due_logouts().map_err(Failure::from)).await;
    // All at once, so that a slow application delays no other, and the batch stays within its lease.
    stream::iter(due.unwrap_or_default())
        .for_each_concurrent(None, |call| tell(&app, call))
        .await;
}

async fn tell(app: &web::Data<App>, call: LogoutCall) {
    let form = [("logout_token", call.token.as_str())];
    let told = app.fetcher().post_form(&call.uri, &form).await;
    if let Err(error) = &told {
        tracing::warn!(client = %call.delivery.client, %error, "a logout could not be told");
    }
    // A client that answers 400 has refused it for good (Back-Channel Logout, section 2.8).
    let told = matches!(told, Ok(()) | Err(FetchError::Status(400)));
    let noted = unhurried(app, move |app| {
        let provider = app.provider();
        let noted = if told {
            provider.logout_told(&call.delivery)
        } else {
            provider.logout_failed(&call.delivery)
        };
        noted.map_err(Failure::from)
    });
    // Where this cannot be noted the delivery's lease runs out, and it is tried again.
    let _ = noted.await;
}
