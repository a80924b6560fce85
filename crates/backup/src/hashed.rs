//! A reader that counts and hashes what passes through it.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::manifest::Dump;

pub(crate) struct Hashed<R> {
    inner: R,
    bytes: u64,
    digest: Sha256,
}

impl<R: Read> Hashed<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            bytes: 0,
            digest: Sha256::new(),
        }
    }

    /// What has passed through.
    pub(crate) fn finish(self) -> Dump {
        Dump {
            bytes: self.bytes,
            sha256: hex::encode(self.digest.finalize()),
        }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}
