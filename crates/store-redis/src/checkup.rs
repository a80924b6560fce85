//! A look at a Redis that changes nothing.

use std::time::{Duration, Instant};

use redis::Client;
use thiserror::Error;

use crate::conn::{connect, fields};
use crate::url::RedisUrl;

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// How long Redis took to answer.
    pub took: Duration,
    /// Its version.
    pub version: String,
    /// What it does when its memory is full: only `noeviction` forgets nothing unasked.
    pub eviction_policy: String,
}

/// Why nothing was found.
#[derive(Debug, Error)]
#[error("{url}: {source}")]
pub struct CheckupError {
    url: String,
    source: redis::RedisError,
}

impl Checkup {
    /// Looks at the Redis at `url`.
    pub fn of(url: &RedisUrl) -> Result<Self, CheckupError> {
        Self::look(url).map_err(|source| CheckupError {
            url: url.to_string(),
            source,
        })
    }

    fn look(url: &RedisUrl) -> redis::RedisResult<Self> {
        let mut conn = connect(&Client::open(url.expose())?)?;
        let begin = Instant::now();
        let info: String = redis::cmd("INFO").query(&mut conn)?;
        let took = begin.elapsed();
        let fields = fields(&info);
        let field = |name: &str| (*fields.get(name).unwrap_or(&"unknown")).to_owned();
        Ok(Self {
            took,
            version: field("redis_version"),
            eviction_policy: field("maxmemory_policy"),
        })
    }
}
