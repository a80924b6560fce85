//! Whom a backup is encrypted to, and what opens it: keys of age, or a passphrase from a file, the
//! environment or the terminal. Never a secret on the command line, which others can read.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use hodlxxi_backup::{Lock, Unlock};
use hodlxxi_kernel::Secret;
use zeroize::Zeroizing;

use super::error::BackupError;
use crate::config::Config;

/// The most that a file with keys may hold, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Whom a backup is encrypted to.
#[derive(Debug, Args)]
pub(super) struct LockArgs {
    /// Encrypt to this public key of age (age1…); may be given several times
    #[arg(long = "recipient", short = 'r', value_name = "KEY")]
    recipients: Vec<String>,
    /// Encrypt to the public keys in this file, one a line; may be given several times
    #[arg(long = "recipients-file", short = 'R', value_name = "FILE")]
    recipients_files: Vec<PathBuf>,
    /// Encrypt with the passphrase that is the first line of this file. Without it and without
    /// recipients: `HODLXXI_BACKUP_PASSPHRASE`, or what is typed on the terminal
    #[arg(long, value_name = "FILE", conflicts_with_all = ["recipients", "recipients_files"])]
    passphrase_file: Option<PathBuf>,
}

impl LockArgs {
    pub(super) fn read(self, config: &Config) -> Result<Lock, BackupError> {
        if self.recipients.is_empty() && self.recipients_files.is_empty() {
            let passphrase = passphrase(self.passphrase_file.as_deref(), config, Ask::Twice)?;
            return Ok(Lock::passphrase(&passphrase)?);
        }
        let files = self.recipients_files.iter().map(|file| text(file));
        let files: Vec<Zeroizing<String>> = files.collect::<Result<_, _>>()?;
        let lines = files.iter().flat_map(|file| file.lines());
        let named = self.recipients.iter().map(String::as_str);
        Ok(Lock::recipients(named.chain(lines))?)
    }
}

/// What opens a backup.
#[derive(Debug, Args)]
pub(super) struct UnlockArgs {
    /// Open it with the secret keys of age in this file (AGE-SECRET-KEY-1…)
    #[arg(long, short = 'i', value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Open it with the passphrase that is the first line of this file. Without it and without an
    /// identity: `HODLXXI_BACKUP_PASSPHRASE`, or what is typed on the terminal
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    passphrase_file: Option<PathBuf>,
}

impl UnlockArgs {
    pub(super) fn read(self, config: &Config) -> Result<Unlock, BackupError> {
        if let Some(file) = self.identity {
            return Ok(Unlock::identities(text(&file)?.as_bytes())?);
        }
        let passphrase = passphrase(self.passphrase_file.as_deref(), config, Ask::Once)?;
        Ok(Unlock::passphrase(&passphrase)?)
    }
}

/// How often a passphrase is typed: a slip while encrypting would only show when it is too late.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    Once,
    Twice,
}

fn passphrase(file: Option<&Path>, config: &Config, ask: Ask) -> Result<Secret, BackupError> {
    if let Some(file) = file {
        let text = text(file)?;
        return Ok(Secret::from(
            text.lines().next().unwrap_or_default().to_owned(),
        ));
    }
    if let Some(passphrase) = &config.backup.passphrase {
        return Ok(passphrase.clone());
    }
    if !io::stdin().is_terminal() {
        return Err(match ask {
            Ask::Once => BackupError::NoUnlock,
            Ask::Twice => BackupError::NoLock,
        });
    }
    let typed = typed("Passphrase: ")?;
    if ask == Ask::Twice && self::typed("Once more: ")?.hash() != typed.hash() {
        return Err(BackupError::Mistyped);
    }
    Ok(typed)
}

fn typed(prompt: &str) -> Result<Secret, BackupError> {
    let typed = rpassword::prompt_password(prompt);
    typed.map(Secret::from).map_err(BackupError::Terminal)
}

/// The text of a file with keys.
fn text(file: &Path) -> Result<Zeroizing<String>, BackupError> {
    let mut text = Zeroizing::new(String::new());
    let read = File::open(file).and_then(|open| open.take(LONGEST).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(text),
        Err(source) => Err(BackupError::KeyFile {
            file: file.to_owned(),
            source,
        }),
    }
}
