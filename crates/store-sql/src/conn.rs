//! The two databases behind one connection type: all that they do not share stands here.
//!
//! The derived [`Conn`] serves selects, joins, updates, deletes and plain inserts. Upserts differ in
//! type between the two: [`each_backend!`] expands one body for both, which is also less work for each
//! call, and hence how the statements of every sign-in and token are run. Row locks exist on PostgreSQL
//! alone: [`locked!`] and its kin. A row found by its key is asked for with `get_result`, not `first`: SQLite reads the
//! value of a `LIMIT ?` while it plans, and so plans the statement anew each time it is run. Deliberately
//! absent: `Connection::establish` of the derived type, which tries one database after the other whatever
//! the URL says.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};
use hodlxxi_kernel::Deadline;
use thiserror::Error;

use crate::fault::Fault;
use crate::url::{DatabaseUrl, Place};

/// How long a writer waits for another process's write to a SQLite file: short enough for a request to be answered.
const BUSY_TIMEOUT: Duration = Duration::from_millis(1_500);

/// What every session at PostgreSQL is told. No statement of a request takes seconds: one that does waits for something
/// that is stuck, and gives its connection back ([`long_tx`] is for the others). A transaction that is left open by a node that hangs gives its
/// locks back.
const SESSION: &str = "SET client_min_messages = warning; SET statement_timeout = '5s'; \
     SET lock_timeout = '1500ms'; SET idle_in_transaction_session_timeout = '10s'";

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub(crate) enum Conn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Runs one body on the connection of whichever database it is, type-checked against both: for
/// upserts, which the derived connection refuses, and for statements that are run often, whose text it
/// would put together two times for each call, prepared or not.
macro_rules! each_backend {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::conn::Conn::Pg($inner) => $body,
            $crate::conn::Conn::Sqlite($inner) => $body,
        }
    };
}

/// The first row of a query, locked until the transaction ends. SQLite has one writer at a time, so
/// inside [`Database::write_tx`](crate::Database) every row is.
macro_rules! locked {
    ($conn:expr, $lock:ident, $query:expr) => {
        match $conn {
            $crate::conn::Conn::Pg(inner) => $query.$lock().get_result(inner),
            $crate::conn::Conn::Sqlite(inner) => $query.get_result(inner),
        }
    };
}

/// All rows of a query, locked until the transaction ends: asked for in the order of their keys, where others lock several
/// too. Two that wait for each other end with an error.
macro_rules! locked_all {
    ($conn:expr, $lock:ident, $query:expr) => {
        match $conn {
            $crate::conn::Conn::Pg(inner) => $query.$lock().load(inner),
            $crate::conn::Conn::Sqlite(inner) => $query.load(inner),
        }
    };
}

/// Those rows of a query that nobody else has locked, locked until the transaction ends: for what is done in the
/// background, and comes back for the others. Who waits for nobody is in no deadlock.
macro_rules! unheld {
    ($conn:expr, $query:expr) => {
        match $conn {
            $crate::conn::Conn::Pg(inner) => $query.for_update().skip_locked().load(inner),
            $crate::conn::Conn::Sqlite(inner) => $query.load(inner),
        }
    };
}

pub(crate) use {each_backend, locked, locked_all, unheld};

/// Runs `body` in one transaction that is durable once this returns.
pub(crate) fn write_tx<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Fault> {
    transaction(conn, "BEGIN", |conn| Ok((body(conn)?, Keep::Yes)))
}

/// [`write_tx`] for what may touch any number of rows: no statement of it is cut short.
pub(crate) fn long_tx<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let begin = "BEGIN; SET LOCAL statement_timeout = 0";
    transaction(conn, begin, |conn| Ok((body(conn)?, Keep::Yes)))
}

/// `body`, which is not begun, and undone by a failure, once nobody waits for its outcome any more: what is
/// answered as failed has not been done. Too late for that is only what dies in the commit itself.
pub(crate) fn in_time<T>(
    body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> impl FnOnce(&mut Conn) -> Result<T, Fault> {
    |conn| {
        check_time()?;
        let value = body(conn)?;
        check_time()?;
        Ok(value)
    }
}

/// Fails once nobody waits for an outcome any more.
pub(crate) fn check_time() -> Result<(), Fault> {
    if Deadline::is_missed() {
        Err(Fault::TooLate)
    } else {
        Ok(())
    }
}

/// Whether what a transaction wrote stays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// It stays.
    Yes,
    /// It is undone, and that is no failure.
    No,
}

/// Runs `body` in one transaction whose commit waits for no disk, where the database can: for what may be
/// forgotten in a power cut.
pub(crate) fn write_lazy_tx<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<(T, Keep), Fault>,
) -> Result<T, Fault> {
    transaction(conn, "BEGIN; SET LOCAL synchronous_commit = off", body)
}

/// One transaction, begun on PostgreSQL by `begin`.
fn transaction<T>(
    conn: &mut Conn,
    begin: &str,
    body: impl FnOnce(&mut Conn) -> Result<(T, Keep), Fault>,
) -> Result<T, Fault> {
    begin_write(conn, begin)?;
    finish(conn, body)
}

/// The same as a part of the transaction that the connection is in.
pub(crate) fn nested<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<(T, Keep), Fault>,
) -> Result<T, Fault> {
    Conn::begin_transaction(conn)?;
    finish(conn, body)
}

/// Begins a transaction that writes, on PostgreSQL by `begin`. On SQLite it takes the write lock at once: a
/// transaction that reads first and writes later could fail at that point.
pub(crate) fn begin_write(conn: &mut Conn, begin: &str) -> Result<(), Fault> {
    match conn {
        Conn::Pg(pg) => AnsiTransactionManager::begin_transaction_sql(pg, begin)?,
        Conn::Sqlite(sqlite) => {
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?;
        }
    }
    Ok(())
}

/// Runs `body` in the transaction that was just begun, and ends it.
fn finish<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<(T, Keep), Fault>,
) -> Result<T, Fault> {
    match body(conn) {
        Ok((value, Keep::Yes)) => {
            Conn::commit_transaction(conn)?;
            Ok(value)
        }
        Ok((value, Keep::No)) => {
            Conn::rollback_transaction(conn)?;
            Ok(value)
        }
        Err(fault) => {
            // What went wrong first is what to report; a connection that cannot roll back is
            // dropped by the pool.
            let _ = Conn::rollback_transaction(conn);
            Err(fault)
        }
    }
}

/// Why no connection came about.
#[derive(Debug, Error)]
pub(crate) enum ConnectError {
    /// It could not be opened.
    #[error(transparent)]
    Open(#[from] ConnectionError),
    /// It could not be set up, or no longer answers.
    #[error(transparent)]
    Sql(#[from] diesel::result::Error),
}

impl Conn {
    /// A new connection, set up.
    pub(crate) fn open(url: &DatabaseUrl) -> Result<Self, ConnectError> {
        match url.place() {
            Place::Postgres { url, .. } => {
                let mut conn = PgConnection::establish(url.expose())?;
                conn.batch_execute(SESSION)?;
                Ok(Self::Pg(conn))
            }
            Place::Sqlite(path) => {
                let path = path.to_str().ok_or_else(|| {
                    ConnectionError::InvalidConnectionUrl("the path is not UTF-8".to_owned())
                })?;
                let mut conn = SqliteConnection::establish(path)?;
                // One by one, and the time-out first: the others may meet a lock.
                for pragma in [
                    &format!("busy_timeout = {}", BUSY_TIMEOUT.as_millis()),
                    "journal_mode = WAL",
                    // A commit that was answered survives a power cut.
                    "synchronous = FULL",
                    "foreign_keys = ON",
                ] {
                    conn.batch_execute(&format!("PRAGMA {pragma}"))?;
                }
                Ok(Self::Sqlite(conn))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::RunQueryDsl;
    use diesel::dsl::sql;
    use diesel::sql_types::{BigInt, Text};
    use hodlxxi_kernel::{StoreError, StoreErrorKind};

    use super::*;

    #[test]
    fn every_connection_to_a_file_is_durable_and_keeps_foreign_keys() {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(dir.path().join("x.db"));
        for _ in 0..2 {
            let mut conn = Conn::open(&url).unwrap();
            let mut number = |pragma: &str| {
                let query = format!("{pragma} FROM pragma_{pragma}");
                let value = diesel::select(sql::<BigInt>(&query)).get_result::<i64>(&mut conn);
                value.unwrap()
            };
            assert_eq!((number("synchronous"), number("foreign_keys")), (2, 1));
            let mode = diesel::select(sql::<Text>("journal_mode FROM pragma_journal_mode"));
            assert_eq!(mode.get_result::<String>(&mut conn).unwrap(), "wal");
        }
    }

    #[test]
    fn a_file_that_another_process_writes_to_is_unavailable() {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(dir.path().join("x.db"));
        let (mut first, mut second) = (Conn::open(&url).unwrap(), Conn::open(&url).unwrap());
        second.batch_execute("PRAGMA busy_timeout = 0").unwrap();
        write_tx(&mut first, |_| {
            let fault = write_tx(&mut second, |_| Ok(())).unwrap_err();
            assert_eq!(StoreError::from(fault).kind(), StoreErrorKind::Unavailable);
            Ok(())
        })
        .unwrap();
        write_tx(&mut second, |_| Ok(())).unwrap();
    }

    #[test]
    fn what_fails_is_rolled_back() {
        let dir = tempfile::tempdir().unwrap();
        let mut conn = Conn::open(&DatabaseUrl::sqlite(dir.path().join("x.db"))).unwrap();
        let failed: Result<(), Fault> = write_tx(&mut conn, |conn| {
            conn.batch_execute("CREATE TABLE t (x INTEGER)")?;
            Err(Fault::Sql(diesel::result::Error::NotFound))
        });
        assert!(failed.is_err());
        let tables = diesel::select(sql::<BigInt>("count(*) FROM sqlite_master"));
        assert_eq!(tables.get_result::<i64>(&mut conn).unwrap(), 0);
    }
}
