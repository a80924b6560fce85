//! Whether a wallet's signature holds.

use hodlxxi_kernel::PublicKey;
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::ecdsa::{Signature, VerifyingKey};
use thiserror::Error;

use super::k1::K1;

/// The longest signature in DER, in bytes: two integers of 33 bytes, and what says so.
const MAX_DER: usize = 72;

/// Why a signature does not hold. Which of them it was is of no use to an honest wallet's user; its developer reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidSignature {
    /// Not a compressed key in hex.
    #[error("the key must be 66 hex digits of a compressed key")]
    Key,
    /// Not DER in hex: compact signatures, for one, are none.
    #[error("the signature must be DER in hex")]
    Encoding,
    /// Another key signed it, or this one something else: such as the hash of `k1` in place of `k1`.
    #[error("the signature is not by this key over this k1")]
    Wrong,
}

/// Whether `sig` is a signature in DER by `key`, a compressed key, over the bytes of `k1` as they are (LUD-04): the key,
/// if so. Both are hex.
///
/// Of the two forms that each signature has, both are good: LUD-04 does not say, and there are wallets of either kind. So
/// the text of a signature tells nothing of whether it was used before.
pub fn verify(k1: &K1, sig: &str, key: &str) -> Result<PublicKey, InvalidSignature> {
    let mut compressed = [0; 33];
    hex::decode_to_slice(key, &mut compressed).map_err(|_| InvalidSignature::Key)?;
    if !matches!(compressed[0], 2 | 3) {
        return Err(InvalidSignature::Key);
    }
    if sig.len() > 2 * MAX_DER {
        return Err(InvalidSignature::Encoding);
    }
    let der = hex::decode(sig).map_err(|_| InvalidSignature::Encoding)?;
    let signature = Signature::from_der(&der).map_err(|_| InvalidSignature::Encoding)?;
    let verifying =
        VerifyingKey::from_sec1_bytes(&compressed).map_err(|_| InvalidSignature::Key)?;
    verifying
        .verify_prehash(k1.as_bytes(), &signature.normalize_s())
        .map_err(|_| InvalidSignature::Wrong)?;
    Ok(PublicKey::from_point(&verifying.into()))
}
