//! Counts for the status page: asked of the database at most every few seconds.

use std::sync::Mutex;

use hodlxxi_auth::account::SessionStore as _;
use hodlxxi_kernel::{StoreError, Timestamp};
use hodlxxi_oauth::client::ClientStore as _;
use hodlxxi_oauth::grant::CodeStore as _;

use crate::compose::App;

/// For how long counts are told again, in seconds.
const FRESH: i64 = 5;

/// How many of each there are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Registered clients.
    pub(crate) clients: u64,
    /// Live authorization codes.
    pub(crate) codes: u64,
    /// Live sessions.
    pub(crate) sessions: u64,
}

/// The last counts, and when they were taken.
#[derive(Debug, Default)]
pub(crate) struct CountCache(Mutex<Option<(Timestamp, Counts)>>);

impl CountCache {
    /// The last counts, if they are fresh enough.
    pub(crate) fn fresh(&self, now: Timestamp) -> Option<Counts> {
        let last = self.0.lock().ok().and_then(|last| *last)?;
        (now.seconds_since(last.0) < FRESH).then_some(last.1)
    }

    /// Takes new counts.
    pub(crate) fn take(&self, app: &App) -> Result<Counts, StoreError> {
        let (now, database) = (app.now(), app.database());
        let counts = Counts {
            clients: database.count_clients()?,
            codes: database.count_codes(now)?,
            sessions: database.count_sessions(now)?,
        };
        if let Ok(mut last) = self.0.lock() {
            *last = Some((now, counts));
        }
        Ok(counts)
    }
}
