//! Why a command failed: one line, and an exit code.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use hodlxxi_audit::service::ExportError;
use hodlxxi_kernel::{ClientId, StoreError};
use hodlxxi_oauth::client::RegistrationError;
use hodlxxi_oauth::jose::KeyRingError;
use hodlxxi_oauth::provider::{ClientSecretError, RegisterError};
use hodlxxi_store_sql::{MigrateError, OpenError, SchemaError};
use thiserror::Error;

use super::backup::BackupError;
use super::user::KeyRef;
use super::wallet::WalletCommandError;
use crate::admin::UserRef;
use crate::compose::StartError;
use crate::config::{ConfigError, Setting, settings};
use crate::fetch::FetchError;
use crate::telemetry::LogsError;

/// Why a command failed.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The application cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The schema cannot be brought up to date.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// There are no logs.
    #[error(transparent)]
    Logs(#[from] LogsError),
    /// The server cannot listen.
    #[error("{setting}: cannot listen on {address}")]
    Listen {
        /// The setting that names the address.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The server failed.
    #[error("the server failed")]
    Serve(#[source] io::Error),
    /// The server on this machine does not answer.
    #[error("the server does not answer")]
    NoAnswer(#[source] io::Error),
    /// It answers, and is not ready.
    #[error("the server is not ready: it answered {0}")]
    NotReady(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such client.
    #[error("there is no client {0}")]
    NoClient(ClientId),
    /// There is no such account.
    #[error("there is no account {0}")]
    NoUser(UserRef),
    /// No account has the key.
    #[error("no account has the key {0}")]
    NoKey(KeyRef),
    /// The key is not frozen.
    #[error("the key {0} is not frozen")]
    NotFrozen(KeyRef),
    /// The file with a client's metadata cannot be read.
    #[error("the metadata cannot be read")]
    MetadataFile(#[source] io::Error),
    /// It is not JSON.
    #[error("the metadata is not a JSON object")]
    MetadataJson,
    /// The client's metadata is refused.
    #[error(transparent)]
    Metadata(#[from] RegistrationError),
    /// The client is refused.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// What the client's metadata names cannot be fetched.
    #[error("the sector_identifier_uri cannot be fetched")]
    Fetch(#[from] FetchError),
    /// What it names is not JSON.
    #[error("the sector_identifier_uri leads to something else than JSON")]
    Fetched(#[from] serde_json::Error),
    /// The client gets no new secret.
    #[error(transparent)]
    Secret(#[from] ClientSecretError),
    /// The signing keys cannot be changed.
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    /// The audit log cannot be exported.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A backup was not made, is not good, or was not restored.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The developer's wallet did not sign.
    #[error(transparent)]
    Wallet(#[from] WalletCommandError),
    /// What the command says cannot be written.
    #[error("standard output cannot be written to")]
    Output(#[from] io::Error),
}

impl CommandError {
    /// The error and its causes on one line; where a setting is at fault, with its name and, where
    /// it is wrong, an example.
    pub(super) fn line(&self) -> String {
        let mut line = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some errors repeat their cause in their own words.
            if !line.contains(&text) {
                line.push_str(": ");
                line.push_str(&text);
            }
            cause = error.source();
        }
        if let Some(setting) = self.setting_at_fault() {
            let name = setting.name;
            if !line.starts_with(name) {
                line = format!("{name}: {line}");
            }
            if self.is_wrong_setting() {
                line = format!("{line}; example: {name}={}", setting.example);
            }
        }
        // What comes from elsewhere, such as the database, may have several lines.
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        words.join(" ")
    }

    /// 2 where a setting, a backup or the schema is wrong: what another try does not mend. Else 1.
    pub(super) fn exit_code(&self) -> ExitCode {
        let bad_input = match self {
            Self::Backup(error) => error.is_bad_input(),
            Self::Start(StartError::Schema(error)) => !matches!(error, SchemaError::Store(_)),
            _ => self.is_wrong_setting(),
        };
        ExitCode::from(if bad_input { 2 } else { 1 })
    }

    const fn is_wrong_setting(&self) -> bool {
        matches!(
            self,
            Self::Config(_)
                | Self::Start(
                    StartError::DataDir(_)
                        | StartError::Master(_)
                        | StartError::Open(OpenError::File { .. } | OpenError::Refused { .. })
                        | StartError::SignIn(_)
                        | StartError::Lnurl(_)
                        | StartError::Redis(_)
                        | StartError::Keys(KeyRingError::WrongMasterKey { .. })
                )
        )
    }

    /// The setting that an error is about which does not know its name.
    fn setting_at_fault(&self) -> Option<&'static Setting> {
        let Self::Start(error) = self else {
            return None;
        };
        let name = match error {
            StartError::DataDir(_) => "HODLXXI_DATA_DIR",
            StartError::Open(_) => "DATABASE_URL",
            StartError::Redis(_) => "REDIS_URL",
            StartError::SignIn(_) | StartError::Lnurl(_) => "HODLXXI_ISSUER",
            StartError::Master(_) | StartError::Keys(KeyRingError::WrongMasterKey { .. }) => {
                "HODLXXI_MASTER_KEY"
            }
            _ => return None,
        };
        settings().find(|setting| setting.name == name)
    }
}
