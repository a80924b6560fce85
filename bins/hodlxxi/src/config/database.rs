//! Where the data lives.

use hodlxxi_store_sql::DatabaseUrl;

use super::data_dir::DataDir;
use super::environment::Environment;
use super::error::ConfigError;
use super::setting::{Default, Setting, default_pool_size, pool_size};

const DATA_DIR: Setting = Setting {
    name: "HODLXXI_DATA_DIR",
    default: Default::Text("./data"),
    example: "/var/lib/hodlxxi",
    meaning: "folder of the embedded database and of generated keys; made if missing, readable by its owner alone",
    secret: false,
    may_be_empty: false,
};
const URL: Setting = Setting {
    name: "DATABASE_URL",
    default: Default::Words("sqlite://<data dir>/hodlxxi.db"),
    example: "sqlite:///var/lib/hodlxxi/hodlxxi.db",
    meaning: "sqlite://<path> or postgres://…",
    // It may hold a password.
    secret: true,
    may_be_empty: false,
};
const POOL_SIZE: Setting = Setting {
    name: "DATABASE_POOL_SIZE",
    default: Default::Words("two for each core, at least 4"),
    example: "16",
    meaning: "the most connections to the database, 1 to 1000",
    secret: false,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] = &[DATA_DIR, URL, POOL_SIZE];

/// Where the data lives.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// The folder for what this node keeps by itself.
    pub data_dir: DataDir,
    /// The database; it prints without its password.
    pub url: DatabaseUrl,
    /// The most connections to it.
    pub pool_size: u32,
}

impl DatabaseConfig {
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let data_dir = environment.required(&DATA_DIR, DataDir::parse)?;
        let url = environment.optional(&URL, str::parse)?;
        Ok(Self {
            url: url.unwrap_or_else(|| DatabaseUrl::sqlite(data_dir.path().join("hodlxxi.db"))),
            pool_size: environment
                .optional(&POOL_SIZE, pool_size)?
                .unwrap_or_else(default_pool_size),
            data_dir,
        })
    }
}
