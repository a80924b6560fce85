//! The kinds of installation that the suite runs on: the one place that knows what the run was told, and what each kind
//! keeps its data in.
//!
//! `HODLXXI_TEST_INSTALLATION` chooses: `sqlite` (one program and its folder; the default), `postgres` (one node on PostgreSQL
//! and Redis) or `cluster` (two nodes on one PostgreSQL and one Redis, behind nginx with TLS, taking turns). Every server
//! gets a database of its own in each.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::programs::{debian, output, postgres_program};

/// How many databases the Redis of `tests/with-servers` has.
const REDIS_DATABASES: u32 = 1024;

/// How a server is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installation {
    /// One program, its folder, and nothing else.
    Sqlite,
    /// One node on PostgreSQL and Redis.
    Postgres,
    /// Two nodes on one PostgreSQL and one Redis, behind nginx with TLS, taking turns request by request.
    Cluster,
}

impl Installation {
    /// What this run was told to use.
    pub fn of_this_run() -> Self {
        match setting("HODLXXI_TEST_INSTALLATION").as_deref() {
            None | Some("sqlite") => Self::Sqlite,
            Some("postgres") => Self::Postgres,
            Some("cluster") => Self::Cluster,
            Some(other) => panic!("HODLXXI_TEST_INSTALLATION={other}: sqlite, postgres or cluster"),
        }
    }
}

/// A variable of the suite itself.
pub(crate) fn setting(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests alone")]
    let value = std::env::var(name);
    value.ok().filter(|value| !value.is_empty())
}

fn server(name: &str) -> String {
    setting(name).unwrap_or_else(|| {
        panic!("{name} is set by tests/with-servers, as `make test` does: run the suite under it")
    })
}

/// A PostgreSQL database and a Redis database of one server's own. Dropped, the former is removed.
#[derive(Debug)]
pub struct Storage {
    postgres: String,
    name: String,
    redis: String,
}

impl Storage {
    /// Both, new and empty, at the servers of `tests/with-servers`.
    pub fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("suite_{}_{number}", std::process::id());
        let postgres = server("HODLXXI_TEST_POSTGRES");
        sql(
            &postgres,
            &format!("CREATE DATABASE {name} TEMPLATE template0"),
        );
        // Another test program may have used it before this one.
        let redis = format!(
            "{}/{}",
            server("HODLXXI_TEST_REDIS"),
            number % REDIS_DATABASES
        );
        output(debian("redis-cli").args(["--no-auth-warning", "-u", &redis, "flushdb"]));
        Self {
            postgres,
            name,
            redis,
        }
    }

    /// The URL of the PostgreSQL database.
    pub fn postgres(&self) -> String {
        let (server, _) = self
            .postgres
            .rsplit_once('/')
            .expect("a database in the URL");
        format!("{server}/{}", self.name)
    }

    /// The URL of the Redis database.
    pub fn redis(&self) -> &str {
        &self.redis
    }

    /// The settings that make a node use both.
    pub fn settings(&self) -> Vec<(String, String)> {
        vec![
            ("DATABASE_URL".to_owned(), self.postgres()),
            ("REDIS_URL".to_owned(), self.redis.clone()),
        ]
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let command = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A test that fails says why itself: its leftovers go with the server.
        let _ = psql(&self.postgres, &command).output();
    }
}

/// Runs one SQL statement as the superuser and answers what it prints, bare.
#[track_caller]
pub fn sql(url: &str, statement: &str) -> String {
    output(&mut psql(url, statement))
}

fn psql(url: &str, statement: &str) -> Command {
    let mut command = postgres_program("psql");
    command.args([
        "--no-psqlrc",
        "--quiet",
        "--tuples-only",
        "--no-align",
        "-v",
        "ON_ERROR_STOP=1",
    ]);
    command.args(["-d", url, "-c", statement]);
    command
}
