//! The inside of a backup, as somebody could encrypt it to the operator's public key.
#![no_main]

use std::io::Write;
use std::sync::LazyLock;

use age::x25519::Identity;
use hodlxxi_backup::{Reader, Unlock};
use hodlxxi_kernel::{MasterKey, OsEntropy};
use libfuzzer_sys::fuzz_target;

static IDENTITY: LazyLock<Identity> = LazyLock::new(Identity::generate);
static MASTER: LazyLock<MasterKey> = LazyLock::new(|| MasterKey::generate(&OsEntropy));

fuzz_target!(|data: (bool, &[u8])| {
    let (whole, bytes) = data;
    let plain = if whole {
        zstd::encode_all(bytes, 1).expect("in memory")
    } else {
        bytes.to_vec()
    };
    let recipient = IDENTITY.to_public();
    let mut file = Vec::new();
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as _));
    let mut output = encryptor
        .expect("a recipient")
        .wrap_output(&mut file)
        .expect("in memory");
    output.write_all(&plain).expect("in memory");
    output.finish().expect("in memory");
    let unlock = Unlock::Identities(vec![Box::new(IDENTITY.clone())]);
    let opened = Reader::open(file.as_slice(), &unlock, &MASTER);
    assert!(opened.is_err(), "nobody but who has the master key makes a backup");
    // And what is not encrypted at all.
    assert!(Reader::open(bytes, &unlock, &MASTER).is_err());
});
