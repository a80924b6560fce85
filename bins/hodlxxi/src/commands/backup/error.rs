//! Why a backup was not made, is not good, or was not restored.

use std::io;
use std::path::PathBuf;

use hodlxxi_backup::{KeyError, ReadError, WriteError};
use hodlxxi_oauth::jose::KeyRingError;
use hodlxxi_store_sql::DatabaseUrlError;
use hodlxxi_store_sql::backup::{RehearseError, RestoreError, SnapshotError, TargetError};
use thiserror::Error;

/// Why a backup was not made, is not good, or was not restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Nobody is named to encrypt to.
    #[error(
        "say what to encrypt the backup to: --recipient age1…, --passphrase-file FILE, or HODLXXI_BACKUP_PASSPHRASE"
    )]
    NoLock,
    /// Nothing is given to open it with.
    #[error(
        "say what opens the backup: --identity FILE, --passphrase-file FILE, or HODLXXI_BACKUP_PASSPHRASE"
    )]
    NoUnlock,
    /// A key or passphrase cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A file with keys cannot be read.
    #[error("{} cannot be read", .file.display())]
    KeyFile {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing can be typed.
    #[error("no passphrase can be read from the terminal")]
    Terminal(#[source] io::Error),
    /// The two passphrases typed are not the same.
    #[error("the two passphrases are not the same")]
    Mistyped,
    /// There is no master key.
    #[error(
        "there is no master key: set HODLXXI_MASTER_KEY, or put master.key into the data folder"
    )]
    NoMasterKey,
    /// The file is there already.
    #[error("{} is there already, and was left as it is", .0.display())]
    Exists(PathBuf),
    /// The file cannot be made.
    #[error("{} cannot be made", .file.display())]
    Create {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// There is no snapshot to write.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The signing keys in it do not open.
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    /// The file cannot be opened.
    #[error("{} cannot be opened", .file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be used.
    #[error("{}: {source}", .file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: ReadError,
    },
    /// There is no place for what it holds.
    #[error("the backup's database cannot be unpacked")]
    Unpack(#[source] io::Error),
    /// It may not be restored there.
    #[error("{error}{}", hint(.error))]
    Target {
        /// Why.
        error: TargetError,
    },
    /// It was not restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// It is not good.
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
    /// The scratch database is not named by a URL.
    #[error("--scratch-url: {0}")]
    ScratchUrl(#[from] DatabaseUrlError),
    /// An SQLite backup is looked at in a file.
    #[error("--scratch-url names a PostgreSQL database; an SQLite backup needs none")]
    ScratchKind,
    /// A password would be shown to others.
    #[error(
        "--scratch-url: a password on the command line can be read by others; put it into ~/.pgpass"
    )]
    ScratchPassword,
}

impl BackupError {
    /// Whether something given is at fault, rather than the machine.
    pub(in crate::commands) const fn is_bad_input(&self) -> bool {
        match self {
            Self::Terminal(_) | Self::Write(_) | Self::Unpack(_) | Self::Create { .. } => false,
            Self::Snapshot(error) => {
                !matches!(error, SnapshotError::Io(_) | SnapshotError::Damaged(_))
            }
            Self::Read { source, .. } => !matches!(source, ReadError::Io(_) | ReadError::Output(_)),
            Self::Target { error } => !matches!(error, TargetError::Io(_)),
            Self::Restore(error) | Self::Rehearse(RehearseError::Restore(error)) => matches!(
                error,
                RestoreError::Target(_) | RestoreError::Differs(_) | RestoreError::Damaged(_)
            ),
            Self::Rehearse(error) => !matches!(error, RehearseError::NotRemoved { .. }),
            _ => true,
        }
    }
}

impl From<TargetError> for BackupError {
    fn from(error: TargetError) -> Self {
        Self::Target { error }
    }
}

/// How to insist, where that is possible.
const fn hint(error: &TargetError) -> &'static str {
    match error {
        TargetError::InUse => ", or say --running and start them again afterwards",
        TargetError::NotEmpty { .. } => "; say --force if that is meant",
        TargetError::NotADatabase(_) => "; say --force to replace it",
        _ => "",
    }
}
