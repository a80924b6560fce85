//! `verify-backup`: the proof that a file is a way back.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use hodlxxi_kernel::{Clock as _, OsEntropy, SystemClock};
use hodlxxi_oauth::jose::KeyRing;
use hodlxxi_store_sql::DatabaseUrl;
use hodlxxi_store_sql::backup::{Staging, rehearse};
use url::Url;

use super::error::BackupError;
use super::key::UnlockArgs;
use super::place::{Tools, master_key, open, read, scratch_folder, summary};
use crate::commands::CommandError;
use crate::commands::output::moment;
use crate::config::Config;

/// Arguments of `verify-backup`.
#[derive(Debug, Args)]
pub(in crate::commands) struct VerifyBackup {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    unlock: UnlockArgs,
    /// An empty PostgreSQL database to restore into, where the role may not create one
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
    #[command(flatten)]
    tools: Tools,
}

impl VerifyBackup {
    /// Restores the backup into a scratch database, and compares.
    pub(in crate::commands) fn run(
        self,
        config: &Config,
        out: &mut dyn Write,
    ) -> Result<(), CommandError> {
        let url = &config.database.url;
        let scratch = self.scratch_url.as_deref().map(scratch_url).transpose()?;
        let master = master_key(config)?;
        let unlock = self.unlock.read(config)?;
        let backup = open(&self.file, &unlock, &master)?;
        let mut dump =
            Staging::in_folder(backup.manifest().contents.database, &scratch_folder(config))
                .map_err(BackupError::Unpack)?;
        let unpacked = backup.unpack(&mut dump);
        let manifest = unpacked.map_err(|error| read(&self.file, error))?;
        let contents = &manifest.contents;
        let (tools, now) = (self.tools.find(), SystemClock.now());
        let keys = rehearse(
            url,
            scratch.as_ref(),
            dump,
            contents,
            &tools,
            now,
            &OsEntropy,
        );
        let keys = keys.map_err(BackupError::Rehearse)?;
        KeyRing::check(&keys, &master).map_err(BackupError::Keys)?;
        writeln!(
            out,
            "{} is good: of {}, {}; all of it was restored and compared, and the master key opens its {} signing keys.",
            self.file.display(),
            moment(manifest.made_at),
            summary(contents),
            keys.len()
        )?;
        Ok(())
    }
}

fn scratch_url(text: &str) -> Result<DatabaseUrl, BackupError> {
    let url: DatabaseUrl = text.parse()?;
    if url.is_embedded() {
        return Err(BackupError::ScratchKind);
    }
    let parsed = Url::parse(text).ok();
    let has_password = parsed.is_none_or(|url| {
        let mut pairs = url.query_pairs();
        url.password().is_some() || pairs.any(|(name, _)| name.ends_with("password"))
    });
    if has_password {
        return Err(BackupError::ScratchPassword);
    }
    Ok(url)
}
