//! Counts for the status page: asked of the database at most every few seconds.

use std::sync::Mutex;

use hodlxxi_kernel::{StoreError, StoreErrorKind, Timestamp};

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
    /// Sign-ins with a Lightning wallet that are under way.
    pub(crate) lnurl: u64,
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
        let (now, stores) = (app.now(), app.provider().stores());
        let sessions = app.sessions().count_sessions(now)?;
        let codes = none_while_away(stores.codes.count_codes(now))?;
        let lnurl = none_while_away(app.lnurl().count())?;
        let counts = Counts {
            clients: stores.clients.count_clients()?,
            codes,
            sessions,
            lnurl,
        };
        if let Ok(mut last) = self.0.lock() {
            *last = Some((now, counts));
        }
        Ok(counts)
    }
}

/// While whoever keeps them is away, none can be redeemed.
fn none_while_away(count: Result<u64, StoreError>) -> Result<u64, StoreError> {
    match count {
        Err(error) if error.kind() == StoreErrorKind::Unavailable => Ok(0),
        count => count,
    }
}
