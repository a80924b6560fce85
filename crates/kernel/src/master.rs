//! One master key, and the keys derived from it for each purpose (HKDF-SHA-256, RFC 5869).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Entropy;

/// The 32 bytes from which every other symmetric key is derived.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a text is not a master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a master key is 32 bytes, as 64 hex digits or in base64")]
pub struct MasterKeyError;

impl MasterKey {
    /// A new master key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(entropy.bytes()))
    }

    /// Reads a master key from hex (64 digits) or base64 (standard or URL alphabet).
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        let decoded = if text.len() == 64 {
            hex::decode(text).map_err(|_| MasterKeyError)
        } else {
            let url = text.trim_end_matches('=');
            STANDARD
                .decode(text)
                .or_else(|_| URL_SAFE_NO_PAD.decode(url))
                .map_err(|_| MasterKeyError)
        };
        let bytes = Zeroizing::new(decoded?);
        bytes
            .as_slice()
            .try_into()
            .map(|key| Self(Zeroizing::new(key)))
            .map_err(|_| MasterKeyError)
    }

    /// The key as 64 hex digits, for the file that keeps it.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }

    /// The key for one purpose; other labels give unrelated keys.
    pub fn derive(&self, label: &str) -> DerivedKey {
        let mut key = Zeroizing::new([0; 32]);
        let expanded = Hkdf::<Sha256>::new(Some(b"hodlxxi/v1"), self.0.as_slice())
            .expand(label.as_bytes(), key.as_mut_slice());
        debug_assert!(
            expanded.is_ok(),
            "32 bytes are within what HKDF-SHA-256 gives"
        );
        DerivedKey(key)
    }
}

/// A key for one purpose, made by [`MasterKey::derive`].
#[derive(Clone)]
pub struct DerivedKey(Zeroizing<[u8; 32]>);

impl DerivedKey {
    /// The key's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA-256 (RFC 2104) over `parts`, each preceded by its length, so that no two lists of
    /// parts give the same input.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC pads a key shorter than its block with zeros (RFC 2104, section 2).
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.as_bytes());
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether `tag` is [`mac`](Self::mac) of `parts`, or its beginning of at least 16 bytes; in
    /// constant time.
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        let expected = self.mac(parts);
        let cut = expected.get(..tag.len()).filter(|cut| cut.len() >= 16);
        cut.is_some_and(|cut| cut.ct_eq(tag).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OsEntropy;

    #[test]
    fn hex_and_base64_name_the_same_key() {
        let key = MasterKey::generate(&OsEntropy);
        let bytes = hex::decode(key.to_hex().as_str()).unwrap_or_default();
        for text in [
            key.to_hex().to_string(),
            STANDARD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
        ] {
            let read = MasterKey::parse(&text).map(|k| k.to_hex().to_string());
            assert_eq!(read, Ok(key.to_hex().to_string()));
        }
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(66)] {
            assert!(MasterKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn labels_and_the_borders_between_parts_matter() {
        let master = MasterKey::generate(&OsEntropy);
        let (a, b) = (master.derive("a"), master.derive("b"));
        assert_ne!(a.as_bytes(), b.as_bytes());
        assert_ne!(a.mac(&[b"xy", b"z"]), a.mac(&[b"x", b"yz"]));
    }

    #[test]
    fn a_tag_verifies_whole_or_cut_to_16_bytes_and_not_shorter() {
        let key = MasterKey::generate(&OsEntropy).derive("t");
        let tag = key.mac(&[b"m"]);
        assert!(key.verify(&[b"m"], &tag) && key.verify(&[b"m"], &tag[..16]));
        assert!(!key.verify(&[b"m"], &tag[..15]) && !key.verify(&[b"n"], &tag));
        assert!(!key.verify(&[b"m"], &[]) && !key.verify(&[b"m"], &[0; 33]));
    }
}
