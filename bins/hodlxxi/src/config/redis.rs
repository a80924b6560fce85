//! Where what is short-lived and shared lives, if not in the database.

use hodlxxi_store_redis::RedisUrl;

use super::environment::Environment;
use super::error::ConfigError;
use super::setting::{Default, Setting, default_pool_size, pool_size};

const URL: Setting = Setting {
    name: "REDIS_URL",
    default: Default::Words("unset"),
    example: "rediss://user:password@redis.example.org:6380/0",
    meaning: "redis://… or rediss://… (TLS): where short-lived state and caches are, shared by all nodes; unset: in the database",
    // It may hold a password.
    secret: true,
    may_be_empty: false,
};
const POOL_SIZE: Setting = Setting {
    name: "REDIS_POOL_SIZE",
    default: Default::Words("two for each core, at least 4"),
    example: "16",
    meaning: "the most connections to Redis, 1 to 1000",
    secret: false,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] = &[URL, POOL_SIZE];

/// A Redis to use.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// Where it is; it prints without its password.
    pub url: RedisUrl,
    /// The most connections to it.
    pub pool_size: u32,
}

impl RedisConfig {
    /// The Redis to use, if one is set.
    pub(super) fn read(environment: &Environment) -> Result<Option<Self>, ConfigError> {
        let url = environment.optional(&URL, str::parse)?;
        let pool_size = environment.optional(&POOL_SIZE, pool_size)?;
        Ok(url.map(|url| Self {
            url,
            pool_size: pool_size.unwrap_or_else(default_pool_size),
        }))
    }
}
