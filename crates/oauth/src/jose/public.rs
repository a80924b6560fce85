//! Public keys that verify signatures, and their form as a JWK (RFC 7517).

use std::collections::BTreeMap;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use k256::ecdsa::signature::Verifier;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::SigningAlg;
use super::jwk::JwkError;

/// A public key for one algorithm: no key verifies with an algorithm that is not its own.
#[derive(Debug, Clone)]
pub(super) struct PublicKey {
    alg: SigningAlg,
    /// The members that RFC 7638 hashes; a map in the order it asks for.
    members: BTreeMap<&'static str, String>,
    verifier: Verify,
}

#[derive(Debug, Clone)]
enum Verify {
    AwsLc(std::sync::Arc<ParsedPublicKey>),
    Secp256k1(k256::ecdsa::VerifyingKey),
}

/// The first byte of an uncompressed point (SEC 1, section 2.3.3).
const UNCOMPRESSED: u8 = 4;

impl PublicKey {
    /// An RSA key for RS256: modulus of 2048 to 4096 bits, odd exponent from 3 to 2³²−1; both big
    /// endian without leading zeros.
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Result<Self, JwkError> {
        let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
        let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
        if !(2048..=4096).contains(&bits) || n.first() == Some(&0) || !odd(n) {
            return Err(JwkError::RsaModulus);
        }
        if e.len() > 4 || e.first() == Some(&0) || !odd(e) || e == [1] {
            return Err(JwkError::RsaExponent);
        }
        let parsed = RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .map_err(|_| JwkError::RsaModulus)?;
        Ok(Self {
            alg: SigningAlg::Rs256,
            members: members(&[("e", e), ("n", n)], "RSA", None),
            verifier: Verify::AwsLc(parsed.into()),
        })
    }

    /// A point of P-256 for ES256.
    pub(super) fn p256(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, JwkError> {
        let parsed = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, uncompressed(x, y))
            .map_err(|_| JwkError::Point)?;
        Ok(Self {
            alg: SigningAlg::Es256,
            members: members(&[("x", x), ("y", y)], "EC", Some("P-256")),
            verifier: Verify::AwsLc(parsed.into()),
        })
    }

    /// A point of Ed25519 for `EdDSA`.
    pub(super) fn ed25519(x: &[u8; 32]) -> Result<Self, JwkError> {
        let parsed = ParsedPublicKey::new(&ED25519, x).map_err(|_| JwkError::Point)?;
        Ok(Self {
            alg: SigningAlg::EdDsa,
            members: members(&[("x", x)], "OKP", Some("Ed25519")),
            verifier: Verify::AwsLc(parsed.into()),
        })
    }

    /// A point of secp256k1 for ES256K.
    pub(super) fn secp256k1(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, JwkError> {
        let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(&uncompressed(x, y))
            .map_err(|_| JwkError::Point)?;
        Ok(Self {
            alg: SigningAlg::Es256k,
            members: members(&[("x", x), ("y", y)], "EC", Some("secp256k1")),
            verifier: Verify::Secp256k1(key),
        })
    }

    /// The one algorithm the key is for.
    pub(super) fn alg(&self) -> SigningAlg {
        self.alg
    }

    /// The key's thumbprint (RFC 7638) with SHA-256, in base64url.
    pub(super) fn thumbprint(&self) -> String {
        let members: Vec<String> = self
            .members
            .iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{{{}}}", members.join(","))))
    }

    /// Whether `signature` is this key's over `message`, in the form JWS gives it (RFC 7518); of the
    /// two forms that an ES256K signature has, only the one with the low S.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.verifier {
            Verify::AwsLc(key) => key.verify_sig(message, signature).is_ok(),
            Verify::Secp256k1(key) => k256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }

    /// As [`verify`](Self::verify), with either form of an ES256K signature: RFC 8812 does not ask
    /// other signers for the low S.
    pub(super) fn verify_either_s(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.verifier {
            Verify::AwsLc(_) => self.verify(message, signature),
            Verify::Secp256k1(key) => k256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature.normalize_s()).is_ok()),
        }
    }
}

/// A key set (RFC 7517, section 5) as JSON text; each key with its `kid`, `use` and `alg`.
pub(super) fn render_jwks<'a>(keys: impl Iterator<Item = (&'a str, &'a PublicKey)>) -> String {
    let jwk = |(kid, key): (&str, &PublicKey)| {
        let mut jwk = json!(key.members);
        jwk["kid"] = json!(kid);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(key.alg.as_str());
        jwk
    };
    json!({ "keys": keys.map(jwk).collect::<Vec<_>>() }).to_string()
}

fn uncompressed(x: &[u8; 32], y: &[u8; 32]) -> Vec<u8> {
    [&[UNCOMPRESSED], x.as_slice(), y.as_slice()].concat()
}

fn members(
    numbers: &[(&'static str, &[u8])],
    kty: &str,
    crv: Option<&str>,
) -> BTreeMap<&'static str, String> {
    let numbers = numbers
        .iter()
        .map(|(name, bytes)| (*name, URL_SAFE_NO_PAD.encode(bytes)));
    numbers
        .chain(crv.map(|crv| ("crv", crv.to_owned())))
        .chain([("kty", kty.to_owned())])
        .collect()
}
