//! What the three commands share: the master key, the file, and where a dump lies on its way.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use hodlxxi_backup::{Contents, Reader, Unlock};
use hodlxxi_kernel::MasterKey;
use hodlxxi_store_sql::backup::PgTools;

use super::error::BackupError;
use crate::commands::CommandError;
use crate::compose::StartError;
use crate::config::Config;

/// Where PostgreSQL's programs are.
#[derive(Debug, Args)]
pub(super) struct Tools {
    /// The folder of `pg_dump`, `pg_restore` and `psql`, where they are neither on the PATH nor in
    /// /usr/lib/postgresql
    #[arg(long, value_name = "FOLDER")]
    pg_bin: Option<PathBuf>,
}

impl Tools {
    pub(super) fn find(self) -> PgTools {
        PgTools::new(self.pg_bin)
    }
}

/// The master key, which must be there already.
pub(super) fn master_key(config: &Config) -> Result<MasterKey, CommandError> {
    let key = config.keys.existing_master_key();
    let key = key.map_err(StartError::Master)?;
    Ok(key.ok_or(BackupError::NoMasterKey)?)
}

/// A folder for a dump on its way: the data folder, which is its owner's alone, where there is one.
pub(super) fn scratch_folder(config: &Config) -> PathBuf {
    let data = config.database.data_dir.path();
    if data.is_dir() {
        data.to_owned()
    } else {
        std::env::temp_dir()
    }
}

/// Opens a backup and its manifest.
pub(super) fn open(
    file: &Path,
    unlock: &Unlock,
    master: &MasterKey,
) -> Result<Reader<BufReader<File>>, BackupError> {
    let input = File::open(file).map_err(|source| BackupError::Open {
        file: file.to_owned(),
        source,
    })?;
    Reader::open(BufReader::new(input), unlock, master).map_err(|error| read(file, error))
}

/// Says which file could not be used.
pub(super) fn read(file: &Path, source: hodlxxi_backup::ReadError) -> BackupError {
    BackupError::Read {
        file: file.to_owned(),
        source,
    }
}

/// What a backup holds, in words.
pub(super) fn summary(contents: &Contents) -> String {
    format!(
        "{}, {} tables, {} rows, {} signing keys",
        contents.server,
        contents.tables.len(),
        contents.rows(),
        contents.signing_keys.len()
    )
}
