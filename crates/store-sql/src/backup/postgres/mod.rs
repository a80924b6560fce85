//! PostgreSQL, by its own programs: `pg_dump`, `pg_restore` and `psql`.

mod line;
mod restore;
mod scratch;
mod snapshot;
mod tools;

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::contents;
use crate::conn::{Conn, ConnectError};
use crate::fault::Fault;
use crate::url::{DatabaseUrl, Place};
pub(super) use restore::{restore, restore_dump};
pub(super) use scratch::Scratch;
pub(super) use snapshot::snapshot;
pub use tools::{PgTools, ToolError};

/// A connection that is not of the server's pool: it may take its time, and does not count as a
/// server that is running.
pub(super) fn connect(url: &DatabaseUrl) -> Result<Conn, ConnectError> {
    let Place::Postgres { url, .. } = url.place() else {
        let wrong = ConnectionError::InvalidConnectionUrl("not a PostgreSQL URL".to_owned());
        return Err(wrong.into());
    };
    let mut conn = PgConnection::establish(url.expose())?;
    for setting in [
        "client_min_messages = warning",
        "application_name = 'hodlxxi backup'",
        "statement_timeout = 0",
        "idle_in_transaction_session_timeout = 0",
    ] {
        conn.batch_execute(&format!("SET {setting}"))?;
    }
    Ok(Conn::Pg(conn))
}

/// Whether a server of ours is connected to this database.
pub(super) fn in_use(conn: &mut Conn) -> Result<bool, Fault> {
    // Whatever name the URL gives them.
    let servers = "SELECT count(*) AS count FROM pg_stat_activity \
         WHERE datname = current_database() AND backend_type = 'client backend' \
         AND application_name <> 'hodlxxi backup'";
    // One that has just closed its connection is seen for a moment more.
    for _ in 0..10 {
        if contents::count(conn, servers)? == 0 {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(true)
}

/// The major version of the server, such as 15.
fn server_major(conn: &mut Conn) -> Result<u64, Fault> {
    let number = "SELECT current_setting('server_version_num')::bigint AS count";
    Ok(contents::count(conn, number)? / 10_000)
}
