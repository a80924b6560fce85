//! Connections: each with time-outs, and each told at its beginning which run of Redis it is to, so
//! that a Redis that was started again, with what it had saved of its memory, is noticed.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use redis::{Client, ConnectionLike as _, RedisError, RedisResult, Script};

use crate::beginning::Beginning;

/// How long Redis may take to accept a connection.
const CONNECT: Duration = Duration::from_millis(500);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_millis(700);
/// For how long a connection that was just used is taken for good.
const FRESH: Duration = Duration::from_millis(500);

/// Begins the memory anew where this is another run of Redis.
static ARRIVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/arrive.lua")));

/// A connection.
pub(crate) struct Conn {
    pub(crate) inner: redis::Connection,
    /// The run of Redis at its other end.
    pub(crate) run: String,
    last_used: Instant,
    broken: bool,
}

impl Conn {
    /// Asks for a sign of life, if the connection was not just used.
    pub(crate) fn check(&mut self) -> RedisResult<()> {
        if self.last_used.elapsed() < FRESH {
            return Ok(());
        }
        self.using(|conn| redis::cmd("PING").query(&mut conn.inner))
    }

    /// Runs `body`; where it fails otherwise than by Redis's own answer, the connection is not used
    /// again, since an answer may still be under way.
    pub(crate) fn using<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> RedisResult<T>,
    ) -> RedisResult<T> {
        let outcome = body(self);
        self.last_used = Instant::now();
        if let Err(error) = &outcome {
            self.broken |= is_away(error);
        }
        outcome
    }
}

/// Whether Redis did not answer, rather than refuse.
pub(crate) fn is_away(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error()
}

/// Makes and checks the pool's connections.
pub(crate) struct Manager {
    client: Client,
    /// What the keys begin with.
    prefix: String,
    beginning: Arc<Beginning>,
}

impl Manager {
    pub(crate) const fn new(client: Client, prefix: String, beginning: Arc<Beginning>) -> Self {
        Self {
            client,
            prefix,
            beginning,
        }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = RedisError;

    fn connect(&self) -> RedisResult<Conn> {
        let mut inner = connect(&self.client)?;
        let about: String = redis::cmd("INFO").arg("server").query(&mut inner)?;
        let run = fields(&about).remove("run_id").unwrap_or_default();
        let since = ARRIVE
            .key(marker(&self.prefix))
            .key(count(&self.prefix))
            .arg(run)
            .arg(self.beginning.of_new_memory())
            .invoke(&mut inner)?;
        self.beginning.hear(since);
        Ok(Conn {
            inner,
            run: run.to_owned(),
            last_used: Instant::now(),
            broken: false,
        })
    }

    fn is_valid(&self, conn: &mut Conn) -> RedisResult<()> {
        conn.check()
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.broken || !conn.inner.is_open()
    }
}

/// The key of the memory's beginning.
pub(crate) fn marker(prefix: &str) -> String {
    format!("{prefix}memory")
}

/// The key of the count of changes.
pub(crate) fn count(prefix: &str) -> String {
    format!("{prefix}changes:count")
}

/// A connection with time-outs.
pub(crate) fn connect(client: &Client) -> RedisResult<redis::Connection> {
    let conn = client.get_connection_with_timeout(CONNECT)?;
    conn.set_read_timeout(Some(ANSWER))?;
    conn.set_write_timeout(Some(ANSWER))?;
    Ok(conn)
}

/// The fields of an answer to `INFO`.
pub(crate) fn fields(info: &str) -> HashMap<&str, &str> {
    info.lines()
        .filter_map(|line| line.split_once(':'))
        .collect()
}

/// Whether a connection failed for a reason that time does not mend: a password, a name, a number of
/// a database that Redis refuses.
pub(crate) fn is_refused(error: &RedisError) -> bool {
    use redis::{ErrorKind, ServerErrorKind};
    match error.kind() {
        ErrorKind::AuthenticationFailed | ErrorKind::InvalidClientConfig => true,
        ErrorKind::Server(kind) => matches!(
            kind,
            ServerErrorKind::ResponseError | ServerErrorKind::NoPerm
        ),
        ErrorKind::Extension => error.code() == Some("NOAUTH"),
        _ => false,
    }
}
