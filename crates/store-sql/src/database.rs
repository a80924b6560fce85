//! The database: opening it, and the three ways to use a connection.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use hodlxxi_kernel::StoreError;
use thiserror::Error;

use crate::conn::{self, Conn, Keep};
use crate::fault::Fault;
use crate::noted::Noted;
use crate::pool::{self, Manager};
use crate::url::DatabaseUrl;
use crate::writer::Writer;

/// A database that implements every durable store; clones share one pool.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    url: DatabaseUrl,
    pool: r2d2::Pool<Manager>,
    /// What writes of this process to SQLite go through, which has one writer at a time.
    writer: Option<Writer>,
    /// Whose use need not be written down again.
    noted: Noted,
}

/// Why a database could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file can be neither made nor opened.
    #[error("cannot open the database file {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The database cannot be reached, or not now.
    #[error("cannot connect to {url}: {source}")]
    Connect {
        /// Where, without password.
        url: String,
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server is there and lets nobody in by this URL: a wrong password, role or database.
    #[error("{url} is refused: {source}")]
    Refused {
        /// Where, without password.
        url: String,
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl OpenError {
    fn connecting(
        url: &DatabaseUrl,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let (url, source) = (url.to_string(), source.into());
        if is_refusal(&source.to_string()) {
            Self::Refused { url, source }
        } else {
            Self::Connect { url, source }
        }
    }
}

/// Whether a server's answer to a new connection holds for the next one too. libpq tells no SQLSTATE of it.
fn is_refusal(said: &str) -> bool {
    const PASSING: [&str; 5] = [
        "starting up",
        "shutting down",
        "recovery",
        "too many",
        "connection slots",
    ];
    said.contains("FATAL:") && !PASSING.iter().any(|passing| said.contains(passing))
}

/// The state of the pool; for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// Open connections.
    pub connections: u32,
    /// Those that nobody uses now.
    pub idle: u32,
    /// The most there may be.
    pub max: u32,
}

impl Database {
    /// Opens the database at `url` with at most `pool_size` connections (at least one). An embedded
    /// database is made if there is none, readable by its owner alone; its directory must exist.
    /// The schema is left as it is: see [`migrate`](Self::migrate).
    pub fn open(url: &DatabaseUrl, pool_size: u32) -> Result<Self, OpenError> {
        if let Some(path) = url.path() {
            touch(path).map_err(|source| OpenError::File {
                path: path.display().to_string(),
                source,
            })?;
        }
        // The first connection by itself: its error says more than the pool's time-out, and on
        // SQLite it is the one that turns the write-ahead log on.
        drop(Conn::open(url).map_err(|error| OpenError::connecting(url, error))?);
        let pool = pool::open(url, pool_size).map_err(|error| OpenError::connecting(url, error))?;
        Ok(Self(Arc::new(Inner {
            url: url.clone(),
            pool,
            writer: url.is_embedded().then(|| {
                let url = url.clone();
                Writer::new(move || Ok(Conn::open(&url)?))
            }),
            noted: Noted::default(),
        })))
    }

    /// Where the database is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Asks the database for an answer; how long that took.
    pub fn ping(&self) -> Result<Duration, StoreError> {
        let begin = Instant::now();
        self.read(|conn| Ok(conn.batch_execute("SELECT 1")?))?;
        Ok(begin.elapsed())
    }

    /// The state of the pool.
    pub fn pool_state(&self) -> PoolState {
        let state = self.0.pool.state();
        PoolState {
            connections: state.connections,
            idle: state.idle_connections,
            max: self.0.pool.max_size(),
        }
    }

    pub(crate) fn noted(&self) -> &Noted {
        &self.0.noted
    }

    /// Runs a query that writes nothing.
    pub(crate) fn read<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        Ok(self.try_read(body)?)
    }

    /// Runs one statement that writes, which is a transaction by itself: on PostgreSQL, once it was sent it may be
    /// carried out after its deadline.
    pub(crate) fn write<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        Ok(match &self.0.writer {
            Some(writer) => writer.act(conn::in_time(body))?,
            None => self.try_read(body)?,
        })
    }

    /// Runs several statements in one transaction, durable once this returns; undone if its deadline passes before.
    pub(crate) fn write_tx<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        Ok(self.try_write_tx(body)?)
    }

    /// [`write_tx`](Self::write_tx) for what may touch any number of rows, and takes its time, past a deadline too.
    pub(crate) fn write_long_tx<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        Ok(match &self.0.writer {
            // Nobody's answer waits for it in a batch.
            Some(writer) => writer.alone(|conn| {
                conn::check_time()?;
                conn::long_tx(conn, body)
            })?,
            None => self.try_read(|conn| conn::long_tx(conn, body))?,
        })
    }

    /// [`read`](Self::read) for what may look at any number of rows, and takes its time.
    pub(crate) fn read_long<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        Ok(self.try_read(|conn| match conn {
            Conn::Pg(_) => conn::long_tx(conn, body),
            Conn::Sqlite(_) => body(conn),
        })?)
    }

    /// [`write_tx`](Self::write_tx), with the failure as it is.
    pub(crate) fn try_write_tx<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match &self.0.writer {
            Some(writer) => writer.act(conn::in_time(body)),
            None => self.try_read(|conn| conn::write_tx(conn, conn::in_time(body))),
        }
    }

    /// [`write_tx`](Self::write_tx) for what may be forgotten in a power cut.
    pub(crate) fn write_lazy_tx<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<(T, Keep), Fault>,
    ) -> Result<T, StoreError> {
        Ok(match &self.0.writer {
            Some(writer) => writer.act(conn::in_time(|conn| conn::nested(conn, body)))?,
            None => self.try_read(|conn| conn::write_lazy_tx(conn, conn::in_time(body)))?,
        })
    }

    fn try_read<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T, Fault>) -> Result<T, Fault> {
        self.0.pool.get()?.with(|conn| {
            conn::check_time()?;
            body(conn)
        })
    }

    /// Runs `body` on a connection that is in no transaction: for migrations.
    pub(crate) fn try_alone<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match &self.0.writer {
            Some(writer) => writer.alone(body),
            None => self.try_read(body),
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Database").field(&self.0.url).finish()
    }
}

/// Makes the file if there is none, readable by its owner alone; SQLite gives the files beside it
/// the same permissions.
fn touch(path: &std::path::Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_not_there_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(dir.path().join("no/such.db"));
        let error = Database::open(&url, 1).unwrap_err();
        assert!(matches!(error, OpenError::File { .. }), "{error}");
    }

    #[test]
    fn a_server_that_is_not_there_is_told_without_the_password() {
        let url: DatabaseUrl = "postgres://id:hush@127.0.0.1:1/id".parse().unwrap();
        let error = Database::open(&url, 1).unwrap_err();
        assert!(matches!(error, OpenError::Connect { .. }), "{error}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }

    #[test]
    fn what_a_server_refuses_for_good_is_told_from_what_passes() {
        for refusal in [
            "connection to server at \"db\", port 5432 failed: FATAL:  password authentication failed for user \"id\"",
            "FATAL:  database \"x\" does not exist",
            "FATAL:  role \"x\" does not exist",
        ] {
            assert!(is_refusal(refusal), "{refusal}");
        }
        for passing in [
            "connection to server at \"db\", port 5432 failed: Connection refused",
            "FATAL:  the database system is starting up",
            "FATAL:  the database system is shutting down",
            "FATAL:  the database system is in recovery mode",
            "FATAL:  sorry, too many clients already",
            "FATAL:  remaining connection slots are reserved",
        ] {
            assert!(!is_refusal(passing), "{passing}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(&DatabaseUrl::sqlite(dir.path().join("x.db")), 0).unwrap();
        database.migrate().unwrap();
        let files: Vec<_> = std::fs::read_dir(dir.path())
            .unwrap()
            .map(|file| file.unwrap().metadata().unwrap().permissions().mode() & 0o777)
            .collect();
        assert_eq!(files, [0o600; 3]);
        assert_eq!(database.pool_state().max, 1);
    }
}
