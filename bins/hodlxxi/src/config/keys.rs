//! The master key: given, or generated into the data folder at first start.

use std::fmt;
use std::path::PathBuf;

use hodlxxi_kernel::{Entropy, MasterKey};

use super::database::DatabaseConfig;
use super::environment::Environment;
use super::error::ConfigError;
use super::master_file::{self, MasterFileError};
use super::setting::{Default, Setting};

const MASTER_KEY: Setting = Setting {
    name: "HODLXXI_MASTER_KEY",
    default: Default::Words("generated into <data dir>/master.key"),
    example: "(the output of: openssl rand -hex 32)",
    meaning: "32 bytes, hex or base64, that encrypt private signing keys at rest",
    secret: true,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] = &[MASTER_KEY];

/// Where the master key comes from. Prints no key.
#[derive(Clone)]
pub enum KeysConfig {
    /// The setting itself.
    Given(MasterKey),
    /// A file, made if missing.
    File(PathBuf),
}

impl KeysConfig {
    pub(super) fn read(
        environment: &Environment,
        database: &DatabaseConfig,
    ) -> Result<Self, ConfigError> {
        let given = environment.optional(&MASTER_KEY, MasterKey::parse)?;
        Ok(given.map_or_else(
            || Self::File(database.data_dir.path().join("master.key")),
            Self::Given,
        ))
    }

    /// The master key; made, where it comes from a file that does not exist.
    pub fn master_key(&self, entropy: &dyn Entropy) -> Result<MasterKey, MasterFileError> {
        match self {
            Self::Given(key) => Ok(key.clone()),
            Self::File(path) => master_file::read_or_create(path, entropy),
        }
    }

    /// The master key, if there is one already.
    pub fn existing_master_key(&self) -> Result<Option<MasterKey>, MasterFileError> {
        match self {
            Self::Given(key) => Ok(Some(key.clone())),
            Self::File(path) => master_file::read(path),
        }
    }
}

impl fmt::Debug for KeysConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(_) => f.write_str("Given(…)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}
