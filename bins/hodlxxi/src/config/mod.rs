//! The settings: one struct for each concern, each with its variables listed on top of its file.
//!
//! They are read once, at the start, from an [`Environment`]; whatever is wrong or missing ends the
//! start with one line. The same table of [`settings`] makes the help of `hodlxxi serve`, and a test
//! holds `docs/configuration.md` to it.
//!
//! Deliberately absent: reloading, configuration files, and settings of parts that do not exist:
//! those are reported by [`Config::unread`].

mod audit;
mod backup;
mod data_dir;
mod database;
mod environment;
mod error;
mod keys;
mod log;
mod master_file;
mod oauth;
mod proxies;
mod redis;
mod server;
mod setting;
mod sign_in;

#[cfg(test)]
mod tests;

pub use audit::AuditConfig;
pub use backup::BackupConfig;
pub use data_dir::DataDir;
pub(crate) use data_dir::is_open_to_others;
pub use database::DatabaseConfig;
pub use environment::Environment;
pub use error::ConfigError;
pub use keys::KeysConfig;
pub use log::{LogConfig, LogFormat};
pub use master_file::MasterFileError;
pub use oauth::OauthConfig;
pub use proxies::TrustedProxies;
pub use redis::RedisConfig;
pub use server::ServerConfig;
pub use setting::{Default, Setting};
pub use sign_in::SignInConfig;

/// Variables of parts that this version does not have.
const OF_OTHER_VERSIONS: [&str; 10] = [
    "BITCOIN_RPC_URL",
    "BITCOIN_RPC_USER",
    "BITCOIN_RPC_PASSWORD",
    "BITCOIN_RPC_COOKIE_FILE",
    "ESPLORA_URL",
    "POF_TTL_SECONDS",
    "POF_MIN_CONFIRMATIONS",
    "TURN_HOST",
    "TURN_SECRET",
    "TURN_TTL",
];

/// All settings of the server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the server listens, and what it is called from outside.
    pub server: ServerConfig,
    /// Where the data lives.
    pub database: DatabaseConfig,
    /// Where what is short-lived and shared lives, if not there.
    pub redis: Option<RedisConfig>,
    /// Where the master key comes from.
    pub keys: KeysConfig,
    /// What backups are encrypted with.
    pub backup: BackupConfig,
    /// What the operator decides about the provider.
    pub oauth: OauthConfig,
    /// Who may sign in, and who administrates.
    pub sign_in: SignInConfig,
    /// How long the audit log is kept.
    pub audit: AuditConfig,
    /// What is logged.
    pub log: LogConfig,
    /// Variables that are set and look like settings, and that this version does not read.
    pub unread: Vec<String>,
}

impl Config {
    /// Reads all settings; the first one that is wrong ends it.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let database = DatabaseConfig::read(environment)?;
        Ok(Self {
            server: ServerConfig::read(environment)?,
            keys: KeysConfig::read(environment, &database)?,
            backup: BackupConfig::read(environment)?,
            database,
            redis: RedisConfig::read(environment)?,
            oauth: OauthConfig::read(environment)?,
            sign_in: SignInConfig::read(environment)?,
            audit: AuditConfig::read(environment)?,
            log: LogConfig::read(environment)?,
            unread: unread(environment),
        })
    }
}

/// Every setting, in the order of the documentation.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    [
        server::SETTINGS,
        database::SETTINGS,
        redis::SETTINGS,
        keys::SETTINGS,
        backup::SETTINGS,
        oauth::SETTINGS,
        sign_in::SETTINGS,
        audit::SETTINGS,
        log::SETTINGS,
    ]
    .into_iter()
    .flatten()
}

/// What looks like a setting and is none: misspelt, or of another version.
fn unread(environment: &Environment) -> Vec<String> {
    let ours = |name: &str| name.starts_with("HODLXXI_") || OF_OTHER_VERSIONS.contains(&name);
    let known = |name: &str| settings().any(|setting| setting.name == name);
    let unread = environment
        .names()
        .filter(|name| ours(name) && !known(name));
    unread.map(str::to_owned).collect()
}
