//! Authenticated encryption: signing keys at rest, what a browser carries for us, and answers that
//! only whoever holds a token may read again.
//!
//! AES-256-GCM with a random 96-bit nonce, written as `nonce ‖ ciphertext ‖ tag`. What a text is for
//! goes into the associated data, so that nothing sealed for one purpose opens for another. One key
//! may seal 2³² texts (NIST SP 800-38D, section 8.3).
//!
//! Deliberately absent: key rotation (a new label gives a new key) and expiry (it goes into the
//! sealed text, where its reader checks it).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hodlxxi_kernel::{DerivedKey, Entropy};
use thiserror::Error;
use zeroize::Zeroizing;

/// The longest sealed text that [`Sealer::open_text`] looks at, in characters.
const MAX_TEXT: usize = 64 * 1024;

/// Why something does not open: another key, another purpose, or changed bytes; which of them is
/// not to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not sealed under this key for this purpose")]
pub struct SealError;

/// Seals and opens under one key.
///
/// ```
/// use hodlxxi_kernel::{MasterKey, OsEntropy};
/// use hodlxxi_oauth::seal::Sealer;
///
/// let sealer = Sealer::new(&MasterKey::generate(&OsEntropy).derive("example"));
/// let sealed = sealer.seal_text(&OsEntropy, b"purpose", b"hello");
/// assert_eq!(sealer.open_text(b"purpose", &sealed).unwrap().as_slice(), b"hello");
/// assert!(sealer.open_text(b"another purpose", &sealed).is_err());
/// ```
pub struct Sealer(LessSafeKey);

impl Sealer {
    /// A sealer under a key derived from the master key.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "fails for keys that are not 32 bytes; this one is by its type"
    )]
    pub fn new(key: &DerivedKey) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.as_bytes()).expect("32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// A sealer under a key derived (HKDF-SHA-256) from a bearer secret of at least 128 bits of
    /// entropy: whoever can show the secret can open what was sealed, a reader of the store cannot.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "fails beyond 255 blocks of output; an AES key is one"
    )]
    pub fn from_secret(secret: &str, label: &str) -> Self {
        let extracted =
            hkdf::Salt::new(hkdf::HKDF_SHA256, b"hodlxxi/v1").extract(secret.as_bytes());
        let info = [label.as_bytes()];
        let key = extracted.expand(&info, &AES_256_GCM).expect("one block");
        Self(LessSafeKey::new(UnboundKey::from(key)))
    }

    /// Seals `plain` for the purpose that `aad` names.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "fails beyond 64 GiB of text; every input here is bounded far below"
    )]
    pub fn seal(&self, entropy: &dyn Entropy, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce = entropy.bytes::<NONCE_LEN>();
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(aad),
                &mut sealed[NONCE_LEN..],
            )
            .expect("a text of bounded length");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what [`seal`](Self::seal) made for the same `aad`.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, text) = sealed.split_first_chunk().ok_or(SealError)?;
        let mut plain = Zeroizing::new(text.to_vec());
        let length = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(aad),
                &mut plain,
            )
            .map_err(|_| SealError)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }

    /// [`seal`](Self::seal), in base64url.
    pub fn seal_text(&self, entropy: &dyn Entropy, aad: &[u8], plain: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.seal(entropy, aad, plain))
    }

    /// Opens what [`seal_text`](Self::seal_text) made for the same `aad`.
    pub fn open_text(&self, aad: &[u8], text: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        if text.len() > MAX_TEXT {
            return Err(SealError);
        }
        let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError)?;
        self.open(aad, &sealed)
    }
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::{MasterKey, OsEntropy};
    use proptest::prelude::*;

    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&MasterKey::generate(&OsEntropy).derive("test"))
    }

    #[test]
    fn another_key_purpose_or_byte_does_not_open() {
        let sealer = sealer();
        let sealed = sealer.seal(&OsEntropy, b"kid", b"private");
        assert_eq!(
            sealer.open(b"kid", &sealed).as_deref().map(Vec::as_slice),
            Ok(b"private".as_slice())
        );
        assert!(sealer.open(b"other", &sealed).is_err());
        assert!(self::sealer().open(b"kid", &sealed).is_err());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(sealer.open(b"kid", &changed).is_err(), "{index}");
            assert!(sealer.open(b"kid", &sealed[..index]).is_err(), "{index}");
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let sealer = sealer();
        let seal = || sealer.seal(&OsEntropy, b"", b"x");
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_secret_and_a_label_give_one_key() {
        let sealed = Sealer::from_secret("token", "answer").seal(&OsEntropy, b"", b"x");
        let opens = |secret, label| {
            Sealer::from_secret(secret, label)
                .open(b"", &sealed)
                .is_ok()
        };
        assert!(opens("token", "answer"));
        assert!(!opens("token", "other") && !opens("other", "answer"));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_any_noise_is_refused(plain: Vec<u8>, noise: String) {
            let sealer = sealer();
            let text = sealer.seal_text(&OsEntropy, b"a", &plain);
            let opened = sealer.open_text(b"a", &text).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
            prop_assert!(sealer.open_text(b"a", &noise).is_err());
        }
    }
}
