//! `restore`: the way back.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use hodlxxi_backup::{Contents, Manifest};
use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};
use hodlxxi_kernel::{OsEntropy, SystemClock};
use hodlxxi_store_sql::backup::{Permit, Staging, check_target, restore};

use super::error::BackupError;
use super::key::UnlockArgs;
use super::place::{Tools, master_key, open, read, scratch_folder, summary};
use crate::commands::CommandError;
use crate::commands::output::moment;
use crate::compose::StartError;
use crate::config::Config;

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub(in crate::commands) struct Restore {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    unlock: UnlockArgs,
    /// Replace what is in the database
    #[arg(long)]
    force: bool,
    /// Restore although a server is running; it must be started again afterwards
    #[arg(long)]
    running: bool,
    #[command(flatten)]
    tools: Tools,
}

impl Restore {
    /// Restores the backup: the whole file is read and proven before the database is touched.
    pub(in crate::commands) fn run(
        self,
        config: &Config,
        out: &mut dyn Write,
    ) -> Result<(), CommandError> {
        let permit = Permit {
            replace: self.force,
            running: self.running,
        };
        let database = &config.database;
        let master = master_key(config)?;
        let unlock = self.unlock.read(config)?;
        let backup = open(&self.file, &unlock, &master)?;
        let contents = &backup.manifest().contents;
        check_target(&database.url, contents, permit).map_err(BackupError::from)?;
        database.data_dir.create().map_err(StartError::DataDir)?;
        let mut dump =
            Staging::beside(&database.url, &scratch_folder(config)).map_err(BackupError::Unpack)?;
        let unpacked = backup.unpack(&mut dump);
        let manifest = unpacked.map_err(|error| read(&self.file, error))?;
        let (tools, contents) = (self.tools.find(), &manifest.contents);
        let made_at = moment(manifest.made_at);
        let origin = Origin::operator();
        let act = AuditEntry::new(Action::BackupRestored, &origin, &SystemClock, &OsEntropy)
            .detail(&format!("the backup of {made_at}"));
        let url = &database.url;
        let restored = restore(url, dump, contents, permit, &tools, &act, &SystemClock);
        restored.map_err(BackupError::Restore)?;
        Ok(tell(&manifest, out)?)
    }
}

/// What is back, what is void, and what an operator has to do again.
fn tell(manifest: &Manifest, out: &mut dyn Write) -> std::io::Result<()> {
    let contents = &manifest.contents;
    writeln!(
        out,
        "Restored the backup of {} ({}).",
        moment(manifest.made_at),
        summary(contents)
    )?;
    writeln!(
        out,
        "Void from then: {} sessions, {} grants with their tokens, {} remembered consents, {} initial access tokens.",
        rows(contents, "sessions"),
        rows(contents, "grants"),
        rows(contents, "consents"),
        rows(contents, "initial_access_tokens"),
    )?;
    writeln!(
        out,
        "People sign in again from four seconds from now on; applications that asked for it are told of the sessions that ended."
    )?;
    writeln!(
        out,
        "What was done since then is undone. Do again what took something away:\n\
         - accounts and clients that were disabled or deleted: hodlxxi user disable, hodlxxi client disable\n\
         - access levels that were taken back: hodlxxi user promote\n\
         - client secrets that were replaced: hodlxxi client rotate-secret\n\
         - signing keys that were replaced after a leak: hodlxxi keys rotate --now\n\
         - people who were erased from the audit log: hodlxxi audit erase\n\
         Accounts that people deleted and keys that they removed are there again: tell them."
    )
}

fn rows(contents: &Contents, table: &str) -> u64 {
    contents.tables.get(table).map_or(0, |table| table.rows)
}
