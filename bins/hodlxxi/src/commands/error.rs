//! Why a command failed: one line, and an exit code.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use hodlxxi_kernel::{ClientId, StoreError};
use hodlxxi_oauth::client::RegistrationError;
use hodlxxi_oauth::jose::KeyRingError;
use hodlxxi_oauth::provider::{ClientSecretError, RegisterError};
use hodlxxi_store_sql::MigrateError;
use thiserror::Error;

use super::user::UserRef;
use crate::compose::StartError;
use crate::config::ConfigError;
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
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such client.
    #[error("there is no client {0}")]
    NoClient(ClientId),
    /// There is no such account.
    #[error("there is no account {0}")]
    NoUser(UserRef),
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
    /// What the command says cannot be written.
    #[error("standard output cannot be written to")]
    Output(#[from] io::Error),
}

impl CommandError {
    /// The error and its causes on one line.
    pub(super) fn line(&self) -> String {
        let mut line = match self.setting_at_fault() {
            Some(name) => format!("{name}: {self}"),
            None => self.to_string(),
        };
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
        line.replace(['\r', '\n'], " ")
    }

    /// 2 where a setting is wrong, else 1.
    pub(super) fn exit_code(&self) -> ExitCode {
        let start = matches!(self, Self::Start(StartError::SignIn(_)));
        let wrong = matches!(self, Self::Config(_)) || start || self.setting_at_fault().is_some();
        ExitCode::from(if wrong { 2 } else { 1 })
    }

    /// The setting that an error is about which does not name it by itself.
    const fn setting_at_fault(&self) -> Option<&'static str> {
        match self {
            Self::Start(StartError::DataDir(_)) => Some("HODLXXI_DATA_DIR"),
            Self::Start(
                StartError::Master(_) | StartError::Keys(KeyRingError::WrongMasterKey { .. }),
            ) => Some("HODLXXI_MASTER_KEY"),
            _ => None,
        }
    }
}
