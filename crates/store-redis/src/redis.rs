//! Redis: opening it, and the ways to use a connection.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use hodlxxi_kernel::{Clock, Deployment, StoreError, Timestamp};
use r2d2::ManageConnection as _;
use redis::{Client, FromRedisValue, Script, ScriptInvocation};
use thiserror::Error;

use crate::beginning::Beginning;
use crate::conn::{Conn, Manager, count, is_away, is_refused, marker};
use crate::fault::Fault;
use crate::unnoted::Unnoted;
use crate::url::RedisUrl;

/// How long a request waits for a free connection.
const CHECKOUT: Duration = Duration::from_millis(500);
/// For how long Redis is not asked again after it did not answer.
const PAUSE: Duration = Duration::from_millis(500);

/// For how long a process that is about to end leaves Redis alone between two tries.
const RETRY: Duration = Duration::from_millis(100);

static PROBE: LazyLock<Script> = LazyLock::new(|| remembering(include_str!("lua/probe.lua")));
static BEGIN: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/begin.lua")));

/// A script that may ask `remembers(from)`; for [`Redis::run_remembering`].
pub(crate) fn remembering(code: &str) -> Script {
    Script::new(&[include_str!("lua/remembers.lua"), code].concat())
}

/// A Redis that implements the short-lived stores; clones share one pool.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    url: RedisUrl,
    prefix: String,
    pool: r2d2::Pool<Manager>,
    clock: Arc<dyn Clock>,
    opened: Instant,
    /// Until when Redis is not asked, in milliseconds since it was opened.
    paused_until: AtomicU64,
    unnoted: Unnoted,
    beginning: Arc<Beginning>,
}

/// Why a Redis is of no use as it is configured.
#[derive(Debug, Error)]
pub enum RedisOpenError {
    /// It answers, and refuses: a wrong password or name, a database that it does not have.
    #[error("{url} refuses: {source}")]
    Refused {
        /// Where, without password.
        url: String,
        /// What it said.
        source: redis::RedisError,
    },
    /// No pool can be made.
    #[error("no pool of connections to {url}: {source}")]
    Pool {
        /// Where, without password.
        url: String,
        /// Why.
        source: redis::RedisError,
    },
}

/// The state of the pool; for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedisPoolState {
    /// Open connections.
    pub connections: u32,
    /// Those that nobody uses now.
    pub idle: u32,
    /// The most there may be.
    pub max: u32,
}

impl Redis {
    /// Opens the Redis at `url` with at most `pool_size` connections (at least one).
    ///
    /// One that is not there is no error: it is asked again by whoever needs it, and every store on
    /// it is unavailable until it is there.
    pub fn open(
        url: &RedisUrl,
        deployment: &Deployment,
        pool_size: u32,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, RedisOpenError> {
        let client = Client::open(url.expose()).map_err(|source| RedisOpenError::Pool {
            url: url.to_string(),
            source,
        })?;
        let prefix = format!("hodlxxi:{}:", deployment.id);
        let beginning = Arc::new(Beginning::new(clock.clone()));
        let manager = Manager::new(client, prefix.clone(), beginning.clone());
        // The first connection by itself: its error says more than the pool's time-out.
        match manager.connect() {
            Ok(mut conn) if deployment.is_new => {
                let mut begin = BEGIN.key(marker(&prefix));
                // Where this fails, the memory begins a moment from now, as ever.
                let begun = conn.using(|conn| begin.arg(&conn.run).invoke::<()>(&mut conn.inner));
                if begun.is_ok() {
                    beginning.hear(0);
                }
            }
            Ok(_) => {}
            Err(source) if is_refused(&source) => {
                return Err(RedisOpenError::Refused {
                    url: url.to_string(),
                    source,
                });
            }
            Err(error) => tracing::warn!(%url, %error, "Redis is away"),
        }
        let pool = r2d2::Pool::builder()
            .max_size(pool_size.max(1))
            .min_idle(Some(1))
            // See `connection`.
            .test_on_check_out(false)
            .connection_timeout(CHECKOUT)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(manager);
        Ok(Self(Arc::new(Inner {
            url: url.clone(),
            prefix,
            pool,
            clock,
            opened: Instant::now(),
            paused_until: AtomicU64::new(0),
            unnoted: Unnoted::default(),
            beginning,
        })))
    }

    /// Where it is.
    pub fn url(&self) -> &RedisUrl {
        &self.0.url
    }

    /// Asks Redis for an answer, and sees to it that a memory that was emptied knows so, as does this
    /// process. To be called about twice a second: challenges issued in between are refused after an
    /// emptying, and what the cache could not be told of is told then.
    pub fn probe(&self) -> Result<(), StoreError> {
        let since = self.run_remembering(&PROBE, |call, _| {
            call.arg(0);
        })?;
        self.0.beginning.hear(since);
        Ok(())
    }

    /// Tries for at most `patience`, and an answer's time, to tell the cache of every change that this process
    /// could not tell it of; answers whether it knows all of them now. For a process that is about to end: what it
    /// does not tell, nobody will, and nodes may answer from before those changes for 30 seconds.
    pub fn settle(&self, patience: Duration) -> bool {
        let begin = Instant::now();
        while !self.0.unnoted.is_empty() {
            if begin.elapsed() >= patience {
                return false;
            }
            std::thread::sleep(RETRY);
            // Tells it before anything else; where that fails, there is the next turn.
            let _ = self.using_now(|_| Ok(()));
        }
        true
    }

    /// The state of the pool.
    pub fn pool_state(&self) -> RedisPoolState {
        let state = self.0.pool.state();
        RedisPoolState {
            connections: state.connections,
            idle: state.idle_connections,
            max: self.0.pool.max_size(),
        }
    }

    /// The key of `name` among those of `kind`, under the deployment's prefix.
    pub(crate) fn key(&self, kind: &str, name: &str) -> String {
        format!("{}{kind}:{name}", self.0.prefix)
    }

    /// The key of the count of changes.
    pub(crate) fn count_key(&self) -> String {
        count(&self.0.prefix)
    }

    /// What Redis was not told of yet.
    pub(crate) fn unnoted(&self) -> &Unnoted {
        &self.0.unnoted
    }

    /// Where the memory begins.
    pub(crate) fn beginning(&self) -> &Beginning {
        &self.0.beginning
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Runs a script, whose keys and arguments `fill` adds.
    pub(crate) fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        fill: impl FnOnce(&mut ScriptInvocation<'_>),
    ) -> Result<T, StoreError> {
        let mut call = script.prepare_invoke();
        fill(&mut call);
        Ok(self.using(|conn| call.invoke(&mut conn.inner))?)
    }

    /// Runs a script made by [`remembering`], whose further keys and arguments `fill` adds; it is
    /// given the prefix of keys too.
    pub(crate) fn run_remembering<T: FromRedisValue>(
        &self,
        script: &Script,
        fill: impl FnOnce(&mut ScriptInvocation<'_>, &Self),
    ) -> Result<T, StoreError> {
        let beginning = self.0.beginning.of_new_memory();
        Ok(self.using(|conn| {
            let mut call = script.key(marker(&self.0.prefix));
            call.arg(&conn.run).arg(beginning);
            fill(&mut call, self);
            call.invoke(&mut conn.inner)
        })?)
    }

    /// Uses a connection. While Redis does not answer, nobody waits for it but one request in a while.
    pub(crate) fn using<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> redis::RedisResult<T>,
    ) -> Result<T, Fault> {
        if self.is_paused() {
            return Err(Fault::Away);
        }
        self.using_now(body)
    }

    /// The same, even while Redis does not answer. What it could not be told before, it is told first.
    pub(crate) fn using_now<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> redis::RedisResult<T>,
    ) -> Result<T, Fault> {
        let mut conn = self.connection()?;
        let outcome = conn.using(|conn| {
            self.tell(conn)?;
            body(conn)
        });
        match &outcome {
            Err(error) if is_away(error) => self.pause(error),
            _ => self.resume(),
        }
        Ok(outcome?)
    }

    /// Whether to leave Redis alone. When the pause is over, one caller is let through, and the pause
    /// goes on for the others until that one was answered.
    fn is_paused(&self) -> bool {
        let until = self.0.paused_until.load(Ordering::Relaxed);
        let now = self.elapsed_ms();
        let renewed = now.saturating_add(as_ms(PAUSE));
        let paused = &self.0.paused_until;
        until != 0
            && (now < until
                || paused
                    .compare_exchange(until, renewed, Ordering::Relaxed, Ordering::Relaxed)
                    .is_err())
    }

    /// A connection that lives, as far as can be told. Those that were closed meanwhile are passed
    /// over; one at whose other end nobody answers is enough to know that nobody does.
    fn connection(&self) -> Result<r2d2::PooledConnection<Manager>, Fault> {
        let pool = &self.0.pool;
        loop {
            let mut conn = pool.get().inspect_err(|error| {
                // Where there are connections, all are in use, and one will be free soon.
                if pool.state().connections == 0 {
                    self.pause(error);
                }
            })?;
            match conn.check() {
                Ok(()) => return Ok(conn),
                Err(error) if error.is_timeout() => {
                    self.pause(&error);
                    return Err(error.into());
                }
                Err(error) if is_away(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn pause(&self, error: &dyn std::error::Error) {
        let until = self.elapsed_ms().saturating_add(as_ms(PAUSE));
        if self.0.paused_until.swap(until, Ordering::Relaxed) == 0 {
            tracing::warn!(url = %self.0.url, %error, "Redis does not answer");
        }
    }

    fn resume(&self) {
        if self.0.paused_until.load(Ordering::Relaxed) != 0
            && self.0.paused_until.swap(0, Ordering::Relaxed) != 0
        {
            tracing::info!(url = %self.0.url, "Redis answers again");
        }
    }

    fn elapsed_ms(&self) -> u64 {
        as_ms(self.0.opened.elapsed())
    }
}

fn as_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Redis").field(&self.0.url).finish()
    }
}
