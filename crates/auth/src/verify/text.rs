//! From the text a person pastes to a signature of one of three forms.
//!
//! The forms are told apart by their shape: 65 bytes with a header of 27 to 42 are a message
//! signature (BIP-137); else a witness stack is tried, then a transaction (BIP-322), nothing left
//! over. The prefixes of BIP-322 2.0.0 (`smp`, `ful`) settle it.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bitcoin::Witness;
use bitcoin::consensus::encode::deserialize;

use super::bip137::MessageSignature;
use super::bip322::Proof;
use super::error::MalformedSignature;

/// The longest text read, in bytes, white space included.
pub const MAX_SIGNATURE_TEXT: usize = 16 * 1024;

/// How a PSBT begins in base64.
const PSBT: &str = "cHNidP8";

/// Padding may be missing: selecting by double click leaves it behind.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A signature, decoded but not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// A compact signature with a header (BIP-137; "legacy" in BIP-322).
    Message(MessageSignature),
    /// A proof by script (BIP-322, simple or full).
    Bip322(Proof),
}

impl Signature {
    /// Reads a signature; white space around and within is ignored.
    pub fn parse(text: &str) -> Result<Self, MalformedSignature> {
        if text.len() > MAX_SIGNATURE_TEXT {
            return Err(MalformedSignature::TooLong);
        }
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if text.starts_with("pof") || text.starts_with(PSBT) {
            return Err(MalformedSignature::ProofOfFunds);
        }
        if let Some(rest) = text.strip_prefix("smp") {
            return simple(&decode(rest)?).ok_or(MalformedSignature::Form);
        }
        if let Some(rest) = text.strip_prefix("ful") {
            return full(&decode(rest)?).ok_or(MalformedSignature::Form);
        }
        let bytes = decode(&text)?;
        MessageSignature::from_bytes(&bytes)
            .map(Self::Message)
            .or_else(|| simple(&bytes))
            .or_else(|| full(&bytes))
            .ok_or(MalformedSignature::Form)
    }
}

fn decode(text: &str) -> Result<Vec<u8>, MalformedSignature> {
    BASE64.decode(text).map_err(|_| MalformedSignature::Base64)
}

fn simple(bytes: &[u8]) -> Option<Signature> {
    let items: Vec<Vec<u8>> = deserialize(bytes).ok()?;
    Some(Signature::Bip322(Proof::Simple(Witness::from(items))))
}

fn full(bytes: &[u8]) -> Option<Signature> {
    let transaction = deserialize(bytes).ok()?;
    Some(Signature::Bip322(Proof::Full(transaction)))
}
