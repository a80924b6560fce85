//! How signatures, keys and pushed data must be encoded, beyond what consensus asks.

use bitcoin::Script;
use bitcoin::opcodes::all::{OP_PUSHNUM_1, OP_PUSHNUM_16, OP_PUSHNUM_NEG1};
use bitcoin::script::Instruction;
use bitcoin::secp256k1::{ecdsa, schnorr};

use crate::verify::error::{InvalidSignature, SignatureError, UnsupportedScript};

/// The flag that every signature must carry; taproot may leave it out.
const SIGHASH_ALL: u8 = 1;

/// Reads an ECDSA signature with its flag: `SIGHASH_ALL`, low S.
///
/// That the DER is strict (BIP-66) was checked by consensus code, which ran before.
pub(super) fn ecdsa_signature(bytes: &[u8]) -> Result<ecdsa::Signature, InvalidSignature> {
    let Some((&SIGHASH_ALL, der)) = bytes.split_last() else {
        return Err(InvalidSignature::Sighash);
    };
    let signature = ecdsa::Signature::from_der(der).map_err(|_| InvalidSignature::Mismatch)?;
    let mut low = signature;
    low.normalize_s();
    if low != signature {
        return Err(InvalidSignature::HighS);
    }
    Ok(signature)
}

/// The flag a taproot signature was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaprootFlag {
    /// 64 bytes: the default, which covers all.
    Default,
    /// 65 bytes ending in 01.
    All,
}

/// Reads a taproot signature (BIP-341): of the default flag or `SIGHASH_ALL`.
pub(super) fn taproot_signature(
    bytes: &[u8],
) -> Result<(schnorr::Signature, TaprootFlag), InvalidSignature> {
    let (bytes, flag) = match (bytes.len(), bytes.split_last()) {
        (64, _) => (bytes, TaprootFlag::Default),
        (65, Some((&SIGHASH_ALL, rest))) => (rest, TaprootFlag::All),
        _ => return Err(InvalidSignature::Sighash),
    };
    let signature =
        schnorr::Signature::from_slice(bytes).map_err(|_| InvalidSignature::Mismatch)?;
    Ok((signature, flag))
}

/// Whether a key is compressed (SEC 1, section 2.3.3).
pub(super) fn is_compressed(key: &[u8]) -> bool {
    key.len() == 33 && matches!(key.first(), Some(2 | 3))
}

/// Whether a key is compressed or uncompressed: `STRICTENC` knows no hybrid keys.
pub(super) fn is_strict(key: &[u8]) -> bool {
    is_compressed(key) || (key.len() == 65 && key.first() == Some(&4))
}

/// What an instruction pushes, if it only pushes.
pub(super) fn pushed(instruction: &Instruction<'_>) -> Option<Vec<u8>> {
    match *instruction {
        Instruction::PushBytes(bytes) => Some(bytes.as_bytes().to_vec()),
        Instruction::Op(OP_PUSHNUM_NEG1) => Some(vec![0x81]),
        Instruction::Op(op) => {
            let (op, first, last) = (op.to_u8(), OP_PUSHNUM_1.to_u8(), OP_PUSHNUM_16.to_u8());
            (first..=last).contains(&op).then(|| vec![op - first + 1])
        }
    }
}

/// What a `scriptSig` pushes, bottom first: minimal pushes and nothing else.
pub(super) fn pushes(script_sig: &Script) -> Result<Vec<Vec<u8>>, SignatureError> {
    script_sig
        .instructions_minimal()
        .map(|instruction| {
            let instruction = instruction.map_err(|_| InvalidSignature::MinimalData)?;
            pushed(&instruction).ok_or_else(|| match instruction {
                Instruction::Op(op) => UnsupportedScript::Opcode(op.to_u8()).into(),
                Instruction::PushBytes(_) => UnsupportedScript::Encoding.into(),
            })
        })
        .collect()
}
