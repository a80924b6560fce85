//! What backups are encrypted with, where the command line does not say.

use std::fmt;

use hodlxxi_backup::Lock;
use hodlxxi_kernel::Secret;

use super::environment::Environment;
use super::error::ConfigError;
use super::setting::{Default, Setting};

const PASSPHRASE: Setting = Setting {
    name: "HODLXXI_BACKUP_PASSPHRASE",
    default: Default::Words("unset"),
    example: "(the output of: openssl rand -base64 24)",
    meaning: "passphrase of at least 12 characters that backups are encrypted with and opened by, where no key is named",
    secret: true,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] = &[PASSPHRASE];

/// What backups are encrypted with. Prints no passphrase.
#[derive(Clone)]
pub struct BackupConfig {
    /// A passphrase, used where the command line names no key.
    pub passphrase: Option<Secret>,
}

impl BackupConfig {
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let passphrase = environment.optional(&PASSPHRASE, |text| {
            let passphrase = Secret::from(text.to_owned());
            Lock::passphrase(&passphrase).map(|_| passphrase)
        })?;
        Ok(Self { passphrase })
    }
}

impl fmt::Debug for BackupConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passphrase = self.passphrase.as_ref().map(|_| "…");
        f.debug_struct("BackupConfig")
            .field("passphrase", &passphrase)
            .finish()
    }
}
