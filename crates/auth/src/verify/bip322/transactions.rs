//! The two virtual transactions of BIP-322.

use bitcoin::absolute::LockTime;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use bitcoin::opcodes::OP_0;
use bitcoin::opcodes::all::OP_RETURN;
use bitcoin::script::Builder;
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, Script, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness};

use crate::verify::error::{InvalidSignature, SignatureError, UnsupportedScript};

/// The tag of the message hash.
const TAG: &[u8] = b"BIP0322-signed-message";

/// The message as `to_spend` commits to it: a tagged hash (BIP-340), nothing trimmed or changed.
pub fn message_hash(message: &str) -> [u8; 32] {
    let tag = sha256::Hash::hash(TAG);
    let mut engine = sha256::Hash::engine();
    engine.input(tag.as_byte_array());
    engine.input(tag.as_byte_array());
    engine.input(message.as_bytes());
    sha256::Hash::from_engine(engine).to_byte_array()
}

/// The transaction that commits to the message and holds the output to be spent.
pub fn to_spend(script: &Script, message: &str) -> Transaction {
    Transaction {
        version: Version(0),
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: Builder::new()
                .push_opcode(OP_0)
                .push_slice(message_hash(message))
                .into_script(),
            sequence: Sequence::ZERO,
            witness: Witness::new(),
        }],
        output: vec![TxOut {
            value: Amount::ZERO,
            script_pubkey: script.to_owned(),
        }],
    }
}

/// The transaction that spends it, as the simple form implies it.
pub fn to_sign(to_spend: &Transaction, script_sig: ScriptBuf, witness: Witness) -> Transaction {
    Transaction {
        version: Version(0),
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::new(to_spend.compute_txid(), 0),
            script_sig,
            sequence: Sequence::ZERO,
            witness,
        }],
        output: vec![commitment()],
    }
}

/// The same proof, put to another message: `to_sign` spending another `to_spend`.
pub(super) fn redirected(to_sign: &Transaction, to_spend: &Transaction) -> Transaction {
    let mut redirected = to_sign.clone();
    for input in &mut redirected.input {
        input.previous_output = OutPoint::new(to_spend.compute_txid(), 0);
    }
    redirected
}

/// The one output of `to_sign`: nothing, to nobody.
fn commitment() -> TxOut {
    TxOut {
        value: Amount::ZERO,
        script_pubkey: ScriptBuf::from_bytes(vec![OP_RETURN.to_u8()]),
    }
}

/// Checks every field of a transmitted `to_sign` but its script and witness.
pub(super) fn check_full(
    to_sign: &Transaction,
    to_spend: &Transaction,
) -> Result<(), SignatureError> {
    let spent = OutPoint::new(to_spend.compute_txid(), 0);
    if to_sign.input.first().map(|input| input.previous_output) != Some(spent) {
        return Err(InvalidSignature::ToSpend.into());
    }
    if to_sign.output != [commitment()] {
        return Err(InvalidSignature::Output.into());
    }
    if to_sign.input.len() != 1 {
        return Err(UnsupportedScript::FurtherInputs.into());
    }
    if !matches!(to_sign.version, Version(0 | 2)) {
        return Err(UnsupportedScript::Version.into());
    }
    Ok(())
}
