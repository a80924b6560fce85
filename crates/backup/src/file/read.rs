//! Reading a backup: from its first byte to its last, believing nothing on the way.
//!
//! The tar is read by its blocks rather than by the library's iterator: three entries of known
//! names are expected, and no extension that could name a path or ask for memory is looked at.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

use age::stream::StreamReader;
use age::{DecryptError, Decryptor};
use hodlxxi_kernel::MasterKey;
use tar::{EntryType, Header};
use thiserror::Error;

use super::{BLOCK, MAC, MAC_LENGTH, MANIFEST, MAX_DUMP, MAX_MANIFEST};
use crate::hashed::Hashed;
use crate::key::Unlock;
use crate::manifest::{Dump, Manifest, ManifestError};

/// The largest window of zstd that is given memory, as a power of two: 8 MiB.
const WINDOW: u32 = 23;

/// Why a backup cannot be used.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("the backup cannot be read")]
    Io(#[source] io::Error),
    /// What is unpacked cannot be written.
    #[error("what the backup holds cannot be written")]
    Output(#[source] io::Error),
    /// Not a file of age.
    #[error("the file is no backup, or its beginning is damaged")]
    NotABackup,
    /// It asks for a passphrase, and a key was given.
    #[error("the backup is encrypted to a passphrase, not to a key")]
    WantsPassphrase,
    /// It asks for a key, and a passphrase was given.
    #[error("the backup is encrypted to a key, not to a passphrase")]
    WantsIdentity,
    /// Another key or passphrase.
    #[error("the key or passphrase given does not open the backup")]
    WrongKey,
    /// It ends too early.
    #[error("the backup is truncated")]
    Truncated,
    /// Some of its bytes are not those that were written.
    #[error("the backup is altered or damaged")]
    Altered,
    /// It opens, and holds something else than a backup.
    #[error("the file is encrypted to this key, and holds no backup of this program")]
    Foreign,
    /// The manifest cannot be used.
    #[error("the backup cannot be used: {0}")]
    Manifest(#[from] ManifestError),
}

/// What lies below the compression.
type Decrypted<R> = BufReader<StreamReader<R>>;

/// A backup whose manifest has been read, and proven by the master key.
pub struct Reader<R: BufRead> {
    tar: zstd::Decoder<'static, Decrypted<R>>,
    manifest: Manifest,
}

impl<R: BufRead> Reader<R> {
    /// Opens a backup and reads its manifest. What follows the manifest is not yet known to be
    /// whole: see [`unpack`](Self::unpack).
    pub fn open(input: R, unlock: &Unlock, master: &MasterKey) -> Result<Self, ReadError> {
        let decrypted = BufReader::new(decrypt(input, unlock)?);
        let mut tar = zstd::Decoder::with_buffer(decrypted)
            .map_err(ReadError::Io)?
            .single_frame();
        tar.window_log_max(WINDOW).map_err(ReadError::Io)?;
        let size = entry(&mut tar, MANIFEST)?;
        let text = small(&mut tar, size, MAX_MANIFEST)?;
        let size = entry(&mut tar, MAC)?;
        let mac = small(&mut tar, size, MAC_LENGTH)?;
        let manifest = Manifest::open(&text, &mac, master)?;
        Ok(Self { tar, manifest })
    }

    /// What the backup holds.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Writes the dump to `output`, and reads on to the end of the file. Where this fails, what was
    /// written so far is worth nothing.
    pub fn unpack(mut self, output: &mut dyn Write) -> Result<Manifest, ReadError> {
        let size = entry(&mut self.tar, self.manifest.contents.database.dump_name())?;
        if size != self.manifest.dump.bytes || size > MAX_DUMP {
            return Err(ReadError::Foreign);
        }
        if copy(&mut self.tar, size, output)? != self.manifest.dump {
            return Err(ReadError::Altered);
        }
        padding(&mut self.tar, size)?;
        // The end of the tar, of the compression, and of the file.
        for _ in 0..2 {
            if block(&mut self.tar)? != [0; BLOCK] {
                return Err(ReadError::Foreign);
            }
        }
        ended(&mut self.tar)?;
        ended(&mut self.tar.finish())?;
        Ok(self.manifest)
    }
}

fn decrypt<R: BufRead>(input: R, unlock: &Unlock) -> Result<StreamReader<R>, ReadError> {
    let decryptor = Decryptor::new_buffered(input).map_err(|error| match error {
        DecryptError::Io(error) if error.raw_os_error().is_some() => ReadError::Io(error),
        _ => ReadError::NotABackup,
    })?;
    match (decryptor.is_scrypt(), unlock) {
        (true, Unlock::Identities(_)) => return Err(ReadError::WantsPassphrase),
        (false, Unlock::Passphrase(_)) => return Err(ReadError::WantsIdentity),
        _ => {}
    }
    let decrypted = unlock.with_identities(|identities| decryptor.decrypt(identities));
    decrypted.map_err(|error| match error {
        DecryptError::Io(error) => judge(error),
        DecryptError::InvalidMac | DecryptError::InvalidHeader => ReadError::Altered,
        _ => ReadError::WrongKey,
    })
}

/// What a failure to read means: the operating system's own is told as it is, an early end and
/// failed authentication come from age, and everything else from zstd, in text that was encrypted
/// so.
fn judge(error: io::Error) -> ReadError {
    match error.kind() {
        _ if error.raw_os_error().is_some() => ReadError::Io(error),
        ErrorKind::UnexpectedEof => ReadError::Truncated,
        ErrorKind::InvalidData => ReadError::Altered,
        _ => ReadError::Foreign,
    }
}

fn block(tar: &mut impl Read) -> Result<[u8; BLOCK], ReadError> {
    let mut block = [0; BLOCK];
    tar.read_exact(&mut block).map_err(judge)?;
    Ok(block)
}

/// Reads the header of the entry that must come now; its size in bytes.
fn entry(tar: &mut impl Read, name: &str) -> Result<u64, ReadError> {
    let block = block(tar)?;
    let header = Header::from_byte_slice(&block);
    // The checksum is that of the header with spaces in the checksum's place (POSIX ustar).
    let bytes = block.iter().enumerate();
    let sum: u32 = bytes
        .map(|(at, byte)| {
            u32::from(if (148..156).contains(&at) {
                b' '
            } else {
                *byte
            })
        })
        .sum();
    let sound = header.cksum().is_ok_and(|told| told == sum)
        && header.entry_type() == EntryType::Regular
        && *header.path_bytes() == *name.as_bytes();
    if !sound {
        return Err(ReadError::Foreign);
    }
    header.size().map_err(|_| ReadError::Foreign)
}

/// An entry that is held in memory, of at most `longest` bytes.
fn small(tar: &mut impl Read, size: u64, longest: u64) -> Result<Vec<u8>, ReadError> {
    if size > longest {
        return Err(ReadError::Foreign);
    }
    let mut bytes = Vec::new();
    copy(tar, size, &mut bytes)?;
    padding(tar, size)?;
    Ok(bytes)
}

/// Copies exactly `size` bytes, and says what they were.
fn copy(tar: &mut impl Read, size: u64, output: &mut dyn Write) -> Result<Dump, ReadError> {
    let mut input = Hashed::new(tar);
    let mut buffer = vec![0; 64 * 1024];
    let mut left = size;
    while left > 0 {
        let wanted = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = match input.read(&mut buffer[..wanted]) {
            Ok(0) => return Err(ReadError::Truncated),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(judge(error)),
        };
        output
            .write_all(&buffer[..read])
            .map_err(ReadError::Output)?;
        left -= read as u64;
    }
    Ok(input.finish())
}

/// Passes over what fills an entry of `size` bytes up to a whole block.
fn padding(tar: &mut impl Read, size: u64) -> Result<(), ReadError> {
    let filled = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    let mut rest = [0; BLOCK];
    let rest = &mut rest[..(BLOCK - filled) % BLOCK];
    tar.read_exact(rest).map_err(judge)
}

/// Nothing may follow.
fn ended(rest: &mut impl Read) -> Result<(), ReadError> {
    match rest.read(&mut [0]).map_err(judge)? {
        0 => Ok(()),
        _ => Err(ReadError::Foreign),
    }
}
