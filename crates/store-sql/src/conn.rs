//! The two databases behind one connection type: all that they do not share stands here.
//!
//! The derived [`Conn`] serves selects, joins, updates, deletes and plain inserts. Upserts differ in
//! type between the two: [`each_backend!`] expands one body for both. Row locks exist on PostgreSQL
//! alone: [`first_locked!`]. Deliberately absent: `Connection::establish` of the derived type, which
//! tries one database after the other whatever the URL says.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::R2D2Connection;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};
use thiserror::Error;

use crate::fault::Fault;
use crate::url::{DatabaseUrl, Place};

/// How long a writer waits for another process's write to a SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub(crate) enum Conn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Runs one body on the connection of whichever database it is, type-checked against both: for
/// upserts, which the derived connection refuses.
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
macro_rules! first_locked {
    ($conn:expr, $lock:ident, $query:expr) => {
        match $conn {
            $crate::conn::Conn::Pg(inner) => $query.$lock().first(inner),
            $crate::conn::Conn::Sqlite(inner) => $query.first(inner),
        }
    };
}

pub(crate) use {each_backend, first_locked};

/// Begins a transaction that writes. On SQLite it takes the write lock at once: a transaction that
/// reads first and writes later could fail at that point.
pub(crate) fn begin_write(conn: &mut Conn) -> Result<(), Fault> {
    match conn {
        Conn::Pg(pg) => AnsiTransactionManager::begin_transaction(pg)?,
        Conn::Sqlite(sqlite) => {
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?;
        }
    }
    Ok(())
}

/// Runs `body` in one transaction that is durable once this returns.
pub(crate) fn write_tx<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Fault> {
    begin_write(conn)?;
    match body(conn) {
        Ok(value) => {
            Conn::commit_transaction(conn)?;
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

/// Makes and checks the pool's connections.
pub(crate) struct Manager(DatabaseUrl);

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

impl Manager {
    pub(crate) const fn new(url: DatabaseUrl) -> Self {
        Self(url)
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = ConnectError;

    fn connect(&self) -> Result<Conn, ConnectError> {
        match self.0.place() {
            Place::Postgres { url, .. } => {
                let mut conn = PgConnection::establish(url.expose())?;
                conn.batch_execute("SET client_min_messages = warning")?;
                Ok(Conn::Pg(conn))
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
                Ok(Conn::Sqlite(conn))
            }
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), ConnectError> {
        match conn {
            Conn::Pg(pg) => Ok(pg.ping()?),
            // A file does not hang up.
            Conn::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}

#[cfg(test)]
mod tests {
    use diesel::RunQueryDsl;
    use diesel::dsl::sql;
    use diesel::sql_types::{BigInt, Text};
    use hodlxxi_kernel::{StoreError, StoreErrorKind};
    use r2d2::ManageConnection;

    use super::*;

    #[test]
    fn every_connection_to_a_file_is_durable_and_keeps_foreign_keys() {
        let dir = tempfile::tempdir().unwrap();
        let manager = Manager::new(DatabaseUrl::sqlite(dir.path().join("x.db")));
        for _ in 0..2 {
            let mut conn = manager.connect().unwrap();
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
        let manager = Manager::new(DatabaseUrl::sqlite(dir.path().join("x.db")));
        let (mut first, mut second) = (manager.connect().unwrap(), manager.connect().unwrap());
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
        let mut conn = Manager::new(DatabaseUrl::sqlite(dir.path().join("x.db")))
            .connect()
            .unwrap();
        let failed: Result<(), Fault> = write_tx(&mut conn, |conn| {
            conn.batch_execute("CREATE TABLE t (x INTEGER)")?;
            Err(Fault::Sql(diesel::result::Error::NotFound))
        });
        assert!(failed.is_err());
        let tables = diesel::select(sql::<BigInt>("count(*) FROM sqlite_master"));
        assert_eq!(tables.get_result::<i64>(&mut conn).unwrap(), 0);
    }
}
