//! The pool: making its connections, and knowing the dead ones among them.
//!
//! A connection that was used a moment ago is handed out as it is; one that has rested, or that the last
//! statement failed on, is asked first. So a busy server pays no round trip for it, and a database that
//! was restarted fails nobody who comes after. Deliberately absent: sending a statement again that a
//! connection died under, since it may have been carried out.

use std::time::{Duration, Instant};

use diesel::r2d2::R2D2Connection;

use crate::conn::{Conn, ConnectError};
use crate::fault::Fault;
use crate::url::DatabaseUrl;

/// How long a request waits for a free connection: short enough for it to be answered within two seconds.
const CHECKOUT_TIMEOUT: Duration = Duration::from_millis(1_400);

/// How long a connection may have rested to be handed out unasked: no server is stopped and started again within it.
const FRESH: Duration = Duration::from_millis(100);

/// A connection of the pool.
pub(crate) struct Pooled {
    conn: Conn,
    used: Instant,
    /// Its last use failed in a way that may be the connection's own.
    suspect: bool,
}

impl Pooled {
    /// Lets `body` use the connection, and takes note of how it left it.
    pub(crate) fn with<T>(
        &mut self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let outcome = body(&mut self.conn);
        self.used = Instant::now();
        self.suspect = outcome.as_ref().is_err_and(Fault::is_unavailable);
        outcome
    }
}

/// Makes and checks the pool's connections.
pub(crate) struct Manager(DatabaseUrl);

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = ConnectError;

    fn connect(&self) -> Result<Pooled, ConnectError> {
        Ok(Pooled {
            conn: Conn::open(&self.0)?,
            used: Instant::now(),
            suspect: false,
        })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), ConnectError> {
        match &mut pooled.conn {
            Conn::Pg(pg) if pooled.suspect || pooled.used.elapsed() > FRESH => Ok(pg.ping()?),
            // A file does not hang up.
            Conn::Pg(_) | Conn::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.conn.is_broken()
    }
}

/// A pool of at most `size` connections (at least one) to `url`.
pub(crate) fn open(url: &DatabaseUrl, size: u32) -> Result<r2d2::Pool<Manager>, r2d2::Error> {
    r2d2::Pool::builder()
        .max_size(size.max(1))
        .connection_timeout(CHECKOUT_TIMEOUT)
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build(Manager(url.clone()))
}
