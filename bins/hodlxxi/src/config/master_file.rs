//! The file that keeps a generated master key: 64 hex digits and a line end, for its owner alone.
//!
//! It appears whole or not at all: written beside its place, then linked into it, which fails where
//! another process was quicker.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use hodlxxi_kernel::{Entropy, MasterKey};
use thiserror::Error;
use zeroize::Zeroizing;

/// More than any form of a key takes, in bytes.
const LONGEST: u64 = 256;

/// Why there is no master key.
#[derive(Debug, Error)]
pub enum MasterFileError {
    /// The file has something else in it.
    #[error(
        "{} holds no master key: put the right file back; without it the signing keys in the database cannot be opened",
        .0.display()
    )]
    NoKey(PathBuf),
    /// The file cannot be read.
    #[error("the master key file {} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be made.
    #[error("the master key file {} cannot be made: {source}", .path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The key in the file at `path`; none where there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<MasterKey>, MasterFileError> {
    let failed = |source| MasterFileError::Read {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
    let key = std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| MasterKey::parse(text).ok());
    key.map(Some)
        .ok_or_else(|| MasterFileError::NoKey(path.to_owned()))
}

/// The key in the file at `path`, generated where there is no such file.
pub(super) fn read_or_create(
    path: &Path,
    entropy: &dyn Entropy,
) -> Result<MasterKey, MasterFileError> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    create(path, &MasterKey::generate(entropy), entropy).map_err(|source| {
        MasterFileError::Create {
            path: path.to_owned(),
            source,
        }
    })?;
    // Whoever made it: the key that counts is the one in the file.
    read(path)?.ok_or_else(|| MasterFileError::NoKey(path.to_owned()))
}

/// Makes the file, unless there is one.
fn create(path: &Path, key: &MasterKey, entropy: &dyn Entropy) -> io::Result<()> {
    let beside = path.with_extension(format!("key.{}", hex::encode(entropy.bytes::<8>())));
    let linked = write_new(&beside, key).and_then(|()| std::fs::hard_link(&beside, path));
    let removed = std::fs::remove_file(&beside);
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => removed?,
    }
    // The name must last as well as the bytes.
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    File::open(dir.unwrap_or(Path::new(".")))?.sync_all()
}

fn write_new(path: &Path, key: &MasterKey) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(key.to_hex().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::data_dir::is_open_to_others;
    use hodlxxi_kernel::OsEntropy;

    fn hex_of(key: &MasterKey) -> String {
        key.to_hex().to_string()
    }

    #[test]
    fn the_key_is_made_once_for_its_owner_alone_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        assert!(read(&path).unwrap().is_none());
        let first = read_or_create(&path, &OsEntropy).unwrap();
        let second = read_or_create(&path, &OsEntropy).unwrap();
        assert_eq!(hex_of(&first), hex_of(&second));
        assert!(!is_open_to_others(&path).unwrap());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn processes_that_start_together_get_one_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        let keys: Vec<String> = std::thread::scope(|scope| {
            let made = || hex_of(&read_or_create(&path, &OsEntropy).unwrap());
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(made)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_file_with_something_else_in_it_is_named_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        for other in ["", "abcdef", "not a key\n", &"0".repeat(300)] {
            std::fs::write(&path, other).unwrap();
            let Err(error) = read_or_create(&path, &OsEntropy) else {
                panic!("{other:?} is no key")
            };
            assert!(
                error.to_string().contains("master.key holds no master key"),
                "{error}"
            );
            assert_eq!(std::fs::read_to_string(&path).unwrap(), other);
        }
    }

    #[test]
    fn a_folder_that_does_not_exist_is_reported() {
        let dir = tempfile::tempdir().unwrap();
        let made = read_or_create(&dir.path().join("missing/master.key"), &OsEntropy);
        assert!(matches!(made, Err(MasterFileError::Create { .. })));
    }
}
