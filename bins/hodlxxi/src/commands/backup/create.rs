//! `backup`: a snapshot of the database in one encrypted file.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use hodlxxi_backup::{Manifest, write};
use hodlxxi_kernel::{Clock as _, SystemClock};
use hodlxxi_oauth::jose::KeyRing;
use hodlxxi_store_sql::backup::snapshot;
use tempfile::NamedTempFile;

use super::error::BackupError;
use super::key::LockArgs;
use super::place::{Tools, master_key, scratch_folder, summary};
use crate::commands::CommandError;
use crate::config::Config;

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub(in crate::commands) struct Backup {
    /// The file to make; one that is there is not overwritten
    file: PathBuf,
    #[command(flatten)]
    lock: LockArgs,
    #[command(flatten)]
    tools: Tools,
}

impl Backup {
    /// Makes the backup; the file has its name only once it is whole.
    pub(in crate::commands) fn run(
        self,
        config: &Config,
        out: &mut dyn Write,
    ) -> Result<(), CommandError> {
        let (file, made_at) = (self.file, SystemClock.now());
        if file.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(file).into());
        }
        let master = master_key(config)?;
        let lock = self.lock.read(config)?;
        let folder = scratch_folder(config);
        let snapshot = snapshot(&config.database.url, &folder, &self.tools.find());
        let mut snapshot = snapshot.map_err(BackupError::Snapshot)?;
        // Never a backup whose keys this installation could not use.
        KeyRing::check(&snapshot.keys, &master).map_err(BackupError::Keys)?;
        let failed = |source| BackupError::Create {
            file: file.clone(),
            source,
        };
        let version = env!("CARGO_PKG_VERSION");
        let dump = &mut snapshot.dump;
        let manifest = Manifest::new(version, made_at, snapshot.contents, dump, &master);
        let manifest = manifest.map_err(failed)?;
        dump.rewind().map_err(failed)?;
        let unnamed = NamedTempFile::new_in(parent(&file)).map_err(failed)?;
        let mut output = BufWriter::new(unnamed);
        write(&mut output, &lock, &manifest, dump, &master).map_err(BackupError::Write)?;
        let whole = output.into_inner().map_err(io::IntoInnerError::into_error);
        let bytes = whole.and_then(|whole| name(whole, &file)).map_err(failed)?;
        writeln!(
            out,
            "{}: {bytes} bytes ({}).",
            file.display(),
            summary(&manifest.contents)
        )?;
        writeln!(
            out,
            "The master key is not in it: keep a copy elsewhere. The backup is worth nothing without it."
        )?;
        Ok(())
    }
}

/// Gives a file its name, durably; its length.
fn name(whole: NamedTempFile, file: &Path) -> io::Result<u64> {
    whole.as_file().sync_all()?;
    let named = whole.persist_noclobber(file).map_err(|error| error.error)?;
    // The name must last as well as the bytes.
    File::open(parent(file))?.sync_all()?;
    Ok(named.metadata()?.len())
}

fn parent(file: &Path) -> &Path {
    let parent = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
