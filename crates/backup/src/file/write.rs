//! Writing a backup.

use std::io::{self, Read, Write};

use hodlxxi_kernel::MasterKey;
use tar::{EntryType, Header};
use thiserror::Error;

use super::{MAC, MANIFEST, MAX_DUMP, MAX_MANIFEST};
use crate::hashed::Hashed;
use crate::key::Lock;
use crate::manifest::Manifest;

/// How hard zstd tries; 3 is its own default.
const LEVEL: i32 = 3;

/// Why no backup was written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// It cannot be written, or the dump cannot be read.
    #[error("the backup cannot be written")]
    Io(#[from] io::Error),
    /// The encryption failed.
    #[error("the backup cannot be encrypted")]
    Encrypt(#[from] age::EncryptError),
    /// The manifest cannot be written as JSON.
    #[error("the manifest cannot be written")]
    Manifest(#[from] serde_json::Error),
    /// It would be too large to be read again.
    #[error("the database is too large for a backup file")]
    TooLarge,
    /// The dump is no longer the one that the manifest was made of.
    #[error("the dump changed while it was written")]
    Changed,
}

/// Writes a backup of `dump` to `output`, to be opened with a key of `lock`, proven by `master`.
/// The dump must be the one that `manifest` was made of. The output is complete, but not yet
/// durable, once this returns.
pub fn write(
    output: &mut dyn Write,
    lock: &Lock,
    manifest: &Manifest,
    dump: &mut dyn Read,
    master: &MasterKey,
) -> Result<(), WriteError> {
    let (text, mac) = manifest.seal(master)?;
    if manifest.dump.bytes > MAX_DUMP || text.len() as u64 > MAX_MANIFEST {
        return Err(WriteError::TooLarge);
    }
    let encrypted = lock.encryptor()?.wrap_output(output)?;
    let compressed = zstd::Encoder::new(encrypted, LEVEL)?;
    let mut tar = tar::Builder::new(compressed);
    let header = |name, size| header(name, size, manifest);
    tar.append(&header(MANIFEST, text.len() as u64)?, text.as_slice())?;
    tar.append(&header(MAC, mac.len() as u64)?, mac.as_bytes())?;
    let name = manifest.contents.database.dump_name();
    let mut dump = Hashed::new(dump);
    tar.append(&header(name, manifest.dump.bytes)?, &mut dump)?;
    if dump.finish() != manifest.dump {
        return Err(WriteError::Changed);
    }
    tar.into_inner()?.finish()?.finish()?.flush()?;
    Ok(())
}

fn header(name: &str, size: u64, manifest: &Manifest) -> io::Result<Header> {
    let mut header = Header::new_gnu();
    header.set_path(name)?;
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o600);
    header.set_size(size);
    header.set_mtime(u64::try_from(manifest.made_at.as_unix()).unwrap_or(0));
    header.set_cksum();
    Ok(header)
}
