//! The file: `manifest.json`, `manifest.mac` and the dump, in a tar, in zstd, in age.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::{ReadError, Reader};
pub use write::{WriteError, write};

/// The longest dump, in bytes: 1 TiB.
pub const MAX_DUMP: u64 = 1 << 40;

/// The longest manifest, in bytes.
const MAX_MANIFEST: u64 = 1 << 20;

/// The length of a MAC in hex.
const MAC_LENGTH: u64 = 64;

/// A tar is made of blocks of so many bytes, and ends with two of zeros.
const BLOCK: usize = 512;

const MANIFEST: &str = "manifest.json";
const MAC: &str = "manifest.mac";
