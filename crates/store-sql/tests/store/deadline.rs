//! Deadlines: what is answered as too late has not been done.

use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{Deadline, StoreErrorKind};
use hodlxxi_oauth::client::ClientStore as _;

use crate::fixture::{Fresh, act, new_hash};
use crate::logouts::client;

/// How long something else holds what is waited for: longer than the deadline, shorter than any time-out of the store.
const HELD: Duration = Duration::from_millis(600);
const SOON: Duration = Duration::from_millis(100);

/// A transaction of somebody else's that holds what a write comes to last, until it is dropped.
fn hold(fresh: &Fresh) -> Box<dyn Send> {
    let Some(path) = fresh.database.url().path() else {
        let mut other = fresh.server_connection();
        other
            .batch_execute("BEGIN; LOCK TABLE audit_entries")
            .unwrap();
        return Box::new(other);
    };
    let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    Box::new(other)
}

#[test]
fn what_comes_too_late_to_its_commit_is_undone() {
    for fresh in Fresh::each() {
        let database = &fresh.database;
        let (id, secret) = (client(&fresh), new_hash());
        let kept = || database.client(&id).unwrap().unwrap().secret_hash;
        let set =
            || database.set_client_secret(&id, &secret, None, &act(Action::ClientSecretRotated));
        thread::scope(|scope| {
            let held = hold(&fresh);
            scope.spawn(move || {
                thread::sleep(HELD);
                drop(held);
            });
            let late = Deadline::at(Instant::now() + SOON).during(set).unwrap_err();
            assert_eq!(late.kind(), StoreErrorKind::Unavailable);
        });
        assert_eq!(kept(), None);
        // The connection is as good as before, and with time enough it is done.
        let ample = Deadline::at(Instant::now() + Duration::from_mins(1));
        assert!(ample.during(set).unwrap());
        assert_eq!(kept(), Some(secret));
    }
}

#[test]
fn nothing_is_begun_that_nobody_waits_for() {
    for fresh in Fresh::each() {
        let (database, id) = (&fresh.database, client(&fresh));
        Deadline::at(Instant::now()).during(|| {
            let unavailable = StoreErrorKind::Unavailable;
            assert_eq!(database.client(&id).unwrap_err().kind(), unavailable);
            let deleted = database.delete_client(&id, &act(Action::ClientDeleted));
            assert_eq!(deleted.unwrap_err().kind(), unavailable);
        });
        assert!(database.client(&id).unwrap().is_some());
    }
}
