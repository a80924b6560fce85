#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! [`Manifest`] says what a backup holds, [`Lock`] and [`Unlock`] who may open it, [`write()`] and
//! [`Reader`] put it into a stream and take it out again.
//!
//! Deliberately absent: databases and their tools (the store's), files and terminals (the shell's).

mod file;
mod hashed;
mod key;
mod manifest;

pub use file::{MAX_DUMP, ReadError, Reader, WriteError, write};
pub use key::{KeyError, Lock, MIN_PASSPHRASE, Unlock};
pub use manifest::{
    Contents, DatabaseKind, Difference, Dump, FORMAT, Manifest, ManifestError, Table,
};
