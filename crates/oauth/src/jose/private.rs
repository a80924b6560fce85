//! Private keys that sign. RSA, P-256 and Ed25519 by aws-lc, secp256k1 by k256 (always low S).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use hodlxxi_kernel::Entropy;
use k256::ecdsa::signature::Signer;
use k256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use thiserror::Error;
use zeroize::Zeroizing;

use super::SigningAlg;
use super::public::PublicKey;

/// The library refused to make, read, write or use a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the private key cannot be made, read or used")]
pub struct PrivateKeyError;

impl From<aws_lc_rs::error::Unspecified> for PrivateKeyError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::KeyRejected> for PrivateKeyError {
    fn from(_: aws_lc_rs::error::KeyRejected) -> Self {
        Self
    }
}

/// A private key for one algorithm. No `Debug`: it is a secret.
pub(super) enum PrivateKey {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Secp256k1(k256::ecdsa::SigningKey),
}

impl PrivateKey {
    /// A new key. aws-lc draws from its own generator, which takes no other; the k256 key is drawn
    /// from `entropy`. An RSA key takes 30 to 450 ms.
    pub(super) fn generate(
        alg: SigningAlg,
        entropy: &dyn Entropy,
    ) -> Result<Self, PrivateKeyError> {
        Ok(match alg {
            SigningAlg::Rs256 => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048)?),
            SigningAlg::Es256 => {
                Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?)
            }
            SigningAlg::EdDsa => Self::Ed25519(Ed25519KeyPair::generate()?),
            SigningAlg::Es256k => {
                let bytes = Zeroizing::new(entropy.bytes::<32>());
                let key = k256::ecdsa::SigningKey::from_slice(bytes.as_slice());
                Self::Secp256k1(key.map_err(|_| PrivateKeyError)?)
            }
        })
    }

    /// Reads a key as [`to_pkcs8`](Self::to_pkcs8) wrote it.
    pub(super) fn from_pkcs8(alg: SigningAlg, der: &[u8]) -> Result<Self, PrivateKeyError> {
        Ok(match alg {
            SigningAlg::Rs256 => Self::Rsa(RsaKeyPair::from_pkcs8(der)?),
            SigningAlg::Es256 => Self::P256(EcdsaKeyPair::from_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                der,
            )?),
            SigningAlg::EdDsa => Self::Ed25519(Ed25519KeyPair::from_pkcs8(der)?),
            SigningAlg::Es256k => {
                let key = k256::ecdsa::SigningKey::from_pkcs8_der(der);
                Self::Secp256k1(key.map_err(|_| PrivateKeyError)?)
            }
        })
    }

    /// The key as PKCS#8 (RFC 5958).
    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, PrivateKeyError> {
        let der = match self {
            Self::Rsa(key) => AsDer::<Pkcs8V1Der<'_>>::as_der(key)?.as_ref().to_vec(),
            Self::P256(key) => key.to_pkcs8v1()?.as_ref().to_vec(),
            Self::Ed25519(key) => key.to_pkcs8()?.as_ref().to_vec(),
            Self::Secp256k1(key) => {
                let der = key.to_pkcs8_der().map_err(|_| PrivateKeyError)?;
                der.as_bytes().to_vec()
            }
        };
        Ok(Zeroizing::new(der))
    }

    /// Its public half.
    pub(super) fn public(&self) -> Result<PublicKey, PrivateKeyError> {
        let point = |point: &[u8]| -> Option<([u8; 32], [u8; 32])> {
            let (x, y) = point.strip_prefix(&[4])?.split_first_chunk()?;
            Some((*x, y.try_into().ok()?))
        };
        let key = match self {
            Self::Rsa(key) => {
                let (n, e) = rsa_numbers(key.public_key().as_ref()).ok_or(PrivateKeyError)?;
                PublicKey::rsa(n, e)
            }
            Self::P256(key) => {
                let (x, y) = point(key.public_key().as_ref()).ok_or(PrivateKeyError)?;
                PublicKey::p256(&x, &y)
            }
            Self::Ed25519(key) => {
                let x = key.public_key().as_ref().try_into();
                PublicKey::ed25519(x.map_err(|_| PrivateKeyError)?)
            }
            Self::Secp256k1(key) => {
                let sec1 = key.verifying_key().to_sec1_point(false);
                let (x, y) = point(sec1.as_bytes()).ok_or(PrivateKeyError)?;
                PublicKey::secp256k1(&x, &y)
            }
        };
        key.map_err(|_| PrivateKeyError)
    }

    /// Signs `message`; the signature in the form JWS gives it (RFC 7518, section 3; RFC 8037).
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PrivateKeyError> {
        // aws-lc keeps its own generator per thread; this one is a marker without state.
        let random = SystemRandom::new();
        Ok(match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                signature
            }
            Self::P256(key) => key.sign(&random, message)?.as_ref().to_vec(),
            Self::Ed25519(key) => key.try_sign(message)?.as_ref().to_vec(),
            Self::Secp256k1(key) => {
                let signature: k256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().to_vec()
            }
        })
    }
}

/// Modulus and exponent of an `RSAPublicKey` in DER (RFC 8017, appendix A.1.1), without leading
/// zeros; only what aws-lc itself wrote is read here.
fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    let (sequence, _) = der_value(der, SEQUENCE)?;
    let (modulus, rest) = der_value(sequence, INTEGER)?;
    let (exponent, _) = der_value(rest, INTEGER)?;
    let bare = |number: &'_ [u8]| number.iter().position(|byte| *byte != 0);
    Some((&modulus[bare(modulus)?..], &exponent[bare(exponent)?..]))
}

/// The value that `der` begins with, of this tag, and what follows it.
fn der_value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&length, rest) = der.strip_prefix(&[tag])?.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 => rest
            .split_first()
            .map(|(a, rest)| (usize::from(*a), rest))?,
        0x82 => rest
            .split_first_chunk()
            .map(|(two, rest)| (usize::from(u16::from_be_bytes(*two)), rest))?,
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::OsEntropy;

    use super::*;

    #[test]
    fn every_kind_of_key_survives_pkcs8_and_verifies_what_it_signed() {
        for alg in SigningAlg::ALL {
            let key = PrivateKey::generate(alg, &OsEntropy).unwrap();
            let read = PrivateKey::from_pkcs8(alg, &key.to_pkcs8().unwrap()).unwrap();
            let public = key.public().unwrap();
            assert_eq!(read.public().unwrap().thumbprint(), public.thumbprint());
            assert_eq!(public.alg(), alg);
            let signature = read.sign(b"message").unwrap();
            assert!(public.verify(b"message", &signature), "{alg:?}");
            assert!(!public.verify(b"massage", &signature), "{alg:?}");
        }
    }

    #[test]
    fn a_key_of_one_algorithm_is_not_read_as_another() {
        let der = |alg| {
            PrivateKey::generate(alg, &OsEntropy)
                .unwrap()
                .to_pkcs8()
                .unwrap()
        };
        for (made, read) in [
            (SigningAlg::Es256, SigningAlg::EdDsa),
            (SigningAlg::Es256, SigningAlg::Es256k),
            (SigningAlg::EdDsa, SigningAlg::Rs256),
            (SigningAlg::Es256k, SigningAlg::Es256),
        ] {
            assert!(
                PrivateKey::from_pkcs8(read, &der(made)).is_err(),
                "{made:?}"
            );
        }
    }

    #[test]
    fn der_that_is_cut_is_refused() {
        let key = PrivateKey::generate(SigningAlg::Rs256, &OsEntropy).unwrap();
        let PrivateKey::Rsa(key) = key else {
            panic!("an RSA key")
        };
        let der = key.public_key().as_ref();
        assert!(rsa_numbers(der).is_some_and(|(n, e)| n.len() == 256 && e == [1, 0, 1]));
        for length in 0..der.len() {
            assert!(rsa_numbers(&der[..length]).is_none(), "{length}");
        }
    }
}
