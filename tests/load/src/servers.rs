//! The servers around ours, with what is counted at them: a PostgreSQL that waits for its disk as in earnest, and a Redis.

use std::fs;

use hodlxxi_tests::installation::sql;
use hodlxxi_tests::{postgres, redis};

/// A PostgreSQL with its own durability: a commit is on the disk before it is answered.
#[derive(Debug)]
pub struct Postgres(postgres::Postgres);

impl Postgres {
    /// Starts one in a folder of its own.
    pub fn start() -> Self {
        let options = ["-c", "max_connections=200", "-c", "log_line_prefix=%p "];
        Self(postgres::Postgres::start_with(&options))
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        self.0.url_of(database)
    }

    /// The same, whose connections have their statements written to the log.
    pub fn told_url(&self, database: &str) -> String {
        format!("{}?options=-clog_statement%3Dall", self.url(database))
    }

    /// Makes an empty database.
    pub fn create(&self, database: &str) {
        sql(&self.0.url(), &format!("CREATE DATABASE {database}"));
    }

    /// Its version.
    pub fn version(&self) -> String {
        sql(&self.0.url(), "SHOW server_version")
    }

    /// What it has logged from byte `from` on.
    pub fn log(&self, from: usize) -> String {
        let text = fs::read(self.0.log_file()).expect("its log");
        String::from_utf8_lossy(&text[from..]).into_owned()
    }

    /// How much it has logged, in bytes.
    pub fn logged(&self) -> usize {
        fs::read(self.0.log_file()).expect("its log").len()
    }
}

/// A Redis that keeps nothing on disk.
#[derive(Debug)]
pub struct Redis(redis::Redis);

impl Redis {
    /// Starts one in a folder of its own.
    pub fn start() -> Self {
        Self(redis::Redis::start())
    }

    /// Its URL.
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// How many requests it has read. A script is one, whatever it calls.
    pub fn requests(&self) -> u32 {
        let text = self.0.say(&["info", "stats"]);
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("total_reads_processed:"));
        let total = line.expect("the total").trim();
        total.parse().expect("a number")
    }
}
