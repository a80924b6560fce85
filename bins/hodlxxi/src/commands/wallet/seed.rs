//! The seed, and the file that it lies in.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use hodlxxi_kernel::{Entropy, OsEntropy};
use zeroize::Zeroizing;

use super::{SeedArgs, WalletCommandError};
use crate::config::Config;

/// The file's name in the data folder.
const NAME: &str = "developer-wallet.seed";

/// 32 bytes, and where they lie.
pub(super) struct Seed {
    path: PathBuf,
    bytes: Zeroizing<[u8; 32]>,
}

impl Seed {
    /// The seed of the file that is asked for, or of the one in the data folder; made where there is none.
    pub(super) fn find(args: SeedArgs, config: &Config) -> Result<Self, WalletCommandError> {
        let data_dir = &config.database.data_dir;
        let in_data_dir = args.seed_file.is_none();
        let path = args.seed_file.unwrap_or_else(|| data_dir.path().join(NAME));
        let failed = |source| WalletCommandError::SeedFile {
            path: path.clone(),
            source,
        };
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if in_data_dir {
                    data_dir.create().map_err(failed)?;
                }
                make(&path).map_err(failed)?;
                std::fs::read_to_string(&path)
            }
            read => read,
        };
        let text = Zeroizing::new(text.map_err(failed)?);
        let mut bytes = Zeroizing::new([0; 32]);
        match hex::decode_to_slice(text.trim(), bytes.as_mut_slice()) {
            Ok(()) => Ok(Self { path, bytes }),
            Err(_) => Err(WalletCommandError::NoSeed(path)),
        }
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The seed itself.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }
}

/// Makes the file with a new seed, for its owner alone.
fn make(path: &Path) -> std::io::Result<()> {
    let entropy: &dyn Entropy = &OsEntropy;
    let seed = Zeroizing::new(entropy.bytes::<32>());
    let text = Zeroizing::new(hex::encode(seed.as_slice()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")
}
