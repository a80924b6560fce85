//! Backups that are whole, cut, altered, continued, forged, and opened with the wrong key.

use std::io::{Read as _, Write as _};

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use hodlxxi_kernel::{MasterKey, OsEntropy, Secret, Timestamp};
use tar::Header;

use super::*;
use crate::key::{Lock, Unlock};
use crate::manifest::{Contents, DatabaseKind, Manifest, ManifestError};

struct Keys {
    master: MasterKey,
    identity: Identity,
}

impl Keys {
    fn new() -> Self {
        Self {
            master: MasterKey::generate(&OsEntropy),
            identity: Identity::generate(),
        }
    }

    fn lock(&self) -> Lock {
        Lock::recipients([self.identity.to_public().to_string().as_str()]).unwrap()
    }

    fn unlock(&self) -> Unlock {
        Unlock::identities(self.identity.to_string().expose_secret().as_bytes()).unwrap()
    }

    fn manifest(&self, dump: &[u8]) -> Manifest {
        let contents = Contents {
            database: DatabaseKind::Sqlite,
            server: "SQLite".to_owned(),
            schema: None,
            migrations: [].into(),
            tables: [].into(),
            signing_keys: [].into(),
        };
        let made_at = Timestamp::from_unix(1_800_000_000);
        Manifest::new("0.1.0", made_at, contents, &mut &*dump, &self.master).unwrap()
    }

    fn backup(&self, dump: &[u8]) -> Vec<u8> {
        let (manifest, mut file) = (self.manifest(dump), Vec::new());
        write(
            &mut file,
            &self.lock(),
            &manifest,
            &mut &*dump,
            &self.master,
        )
        .unwrap();
        file
    }

    fn read(&self, file: &[u8]) -> Result<Vec<u8>, ReadError> {
        read(file, &self.unlock(), &self.master)
    }

    /// Encrypts and compresses what is no backup.
    fn wrap(&self, plain: &[u8]) -> Vec<u8> {
        let compressed = zstd::encode_all(plain, 1).unwrap();
        let mut file = Vec::new();
        let encryptor = self.lock().encryptor().unwrap();
        let mut output = encryptor.wrap_output(&mut file).unwrap();
        output.write_all(&compressed).unwrap();
        output.finish().unwrap();
        file
    }

    /// What [`wrap`](Self::wrap) wraps.
    fn unwrap(&self, file: &[u8]) -> Vec<u8> {
        let decryptor = age::Decryptor::new_buffered(file).unwrap();
        let mut compressed = Vec::new();
        let identities = std::iter::once(&self.identity as &dyn age::Identity);
        let mut plain = decryptor.decrypt(identities).unwrap();
        plain.read_to_end(&mut compressed).unwrap();
        zstd::decode_all(compressed.as_slice()).unwrap()
    }
}

fn read(file: &[u8], unlock: &Unlock, master: &MasterKey) -> Result<Vec<u8>, ReadError> {
    let mut dump = Vec::new();
    Reader::open(file, unlock, master)?.unpack(&mut dump)?;
    Ok(dump)
}

/// Bytes that do not compress, of some length around the borders of blocks and chunks.
fn noise(length: usize) -> Vec<u8> {
    let mut seed = 7_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn what_was_written_is_read() {
    let keys = Keys::new();
    for length in [0, 1, 511, 512, 513, 65_536, 300_000] {
        let dump = noise(length);
        assert_eq!(keys.read(&keys.backup(&dump)).unwrap(), dump, "{length}");
    }
}

#[test]
fn a_passphrase_opens_what_it_locked() {
    let keys = Keys::new();
    let phrase = |text: &str| Secret::from(text.to_owned());
    let lock = Lock::passphrase(&phrase("correct horse battery")).unwrap();
    let (manifest, mut file) = (keys.manifest(b"dump"), Vec::new());
    write(&mut file, &lock, &manifest, &mut &b"dump"[..], &keys.master).unwrap();
    let open = |text| {
        read(
            &file,
            &Unlock::passphrase(&phrase(text)).unwrap(),
            &keys.master,
        )
    };
    assert_eq!(open("correct horse battery").unwrap(), b"dump");
    let wrong = open("another passphrase").unwrap_err();
    assert!(matches!(wrong, ReadError::WrongKey), "{wrong}");
    let wrong = keys.read(&file).unwrap_err();
    assert!(matches!(wrong, ReadError::WantsPassphrase), "{wrong}");
    let unlock = Unlock::passphrase(&phrase("correct horse battery")).unwrap();
    let wrong = read(&keys.backup(b"dump"), &unlock, &keys.master).unwrap_err();
    assert!(matches!(wrong, ReadError::WantsIdentity), "{wrong}");
}

#[test]
fn another_key_does_not_open_it_and_another_master_key_is_told() {
    let keys = Keys::new();
    let file = keys.backup(b"dump");
    let wrong = read(&file, &Keys::new().unlock(), &keys.master).unwrap_err();
    assert!(matches!(wrong, ReadError::WrongKey), "{wrong}");
    let other = MasterKey::generate(&OsEntropy);
    let wrong = read(&file, &keys.unlock(), &other).unwrap_err();
    let expected = ManifestError::OtherMasterKey;
    assert!(matches!(wrong, ReadError::Manifest(why) if why == expected));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let keys = Keys::new();
    let file = keys.backup(&noise(70_000));
    for length in (0..file.len()).step_by(97).chain([file.len() - 1]) {
        let error = keys.read(&file[..length]).unwrap_err();
        assert!(!matches!(error, ReadError::Io(_)), "{length}: {error}");
    }
    let error = keys.read(&file[..65_536]).unwrap_err();
    assert!(matches!(error, ReadError::Truncated | ReadError::Altered));
}

#[test]
fn one_bit_altered_anywhere_is_refused() {
    let keys = Keys::new();
    let file = keys.backup(&noise(3_000));
    for at in 0..file.len() {
        let mut altered = file.clone();
        altered[at] ^= 1 << (at % 8);
        assert!(keys.read(&altered).is_err(), "{at}");
    }
}

#[test]
fn nothing_may_follow() {
    let keys = Keys::new();
    for length in [10, 65_536, 65_000] {
        let mut file = keys.backup(&noise(length));
        file.push(0);
        assert!(keys.read(&file).is_err(), "{length}");
    }
    // Nor inside the encryption, for whoever can encrypt.
    let mut plain = keys.unwrap(&keys.backup(b"dump"));
    assert_eq!(keys.read(&keys.wrap(&plain)).unwrap(), b"dump");
    plain.push(0);
    let error = keys.read(&keys.wrap(&plain)).unwrap_err();
    assert!(matches!(error, ReadError::Foreign), "{error}");
}

#[test]
fn what_somebody_else_encrypted_is_no_backup() {
    let keys = Keys::new();
    let error = keys.read(&keys.wrap(b"hello")).unwrap_err();
    assert!(matches!(error, ReadError::Truncated), "{error}");
    let error = keys.read(&keys.wrap(&[1; 2048])).unwrap_err();
    assert!(matches!(error, ReadError::Foreign), "{error}");
    for other in [&b""[..], b"SQLite format 3\0", b"age-encryption.org/v1\n"] {
        let error = keys.read(other).unwrap_err();
        assert!(matches!(error, ReadError::NotABackup), "{error}");
    }
}

#[test]
fn a_backup_of_a_stranger_is_forged() {
    let (keys, stranger) = (Keys::new(), Keys::new());
    // He has the public key, which is no secret, and what he saw of a manifest.
    let dump = b"his own accounts";
    let manifest = Manifest {
        master_key: keys.manifest(dump).master_key,
        ..stranger.manifest(dump)
    };
    let mut file = Vec::new();
    write(
        &mut file,
        &keys.lock(),
        &manifest,
        &mut &dump[..],
        &stranger.master,
    )
    .unwrap();
    let error = keys.read(&file).unwrap_err();
    let expected = ManifestError::Forged;
    assert!(matches!(error, ReadError::Manifest(why) if why == expected));
}

#[test]
fn a_dump_that_changed_under_way_is_no_backup() {
    let keys = Keys::new();
    let manifest = keys.manifest(b"before");
    for dump in [&b"after!"[..], b"more than before", b"less"] {
        let mut file = Vec::new();
        let written = write(
            &mut file,
            &keys.lock(),
            &manifest,
            &mut &*dump,
            &keys.master,
        );
        assert!(matches!(written, Err(WriteError::Changed)), "{dump:?}");
    }
}

#[test]
fn a_bomb_and_a_path_are_refused_before_they_take_room() {
    let keys = Keys::new();
    let entry = |name: &str, size: u64| {
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(size);
        header.set_cksum();
        [header.as_bytes().as_slice(), &[b' '; 4096]].concat()
    };
    for (name, size) in [
        (MANIFEST, MAX_MANIFEST + 1),
        (MANIFEST, u64::MAX),
        ("../manifest.json", 10),
        ("/etc/passwd", 10),
    ] {
        let error = keys.read(&keys.wrap(&entry(name, size))).unwrap_err();
        assert!(
            matches!(error, ReadError::Foreign),
            "{name} {size}: {error}"
        );
    }
}
