//! How an output is spent: by one key, or by a script to be run.

use bitcoin::hashes::{Hash, hash160};
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{Script, ScriptBuf, TxIn, Witness, secp256k1};
use hodlxxi_kernel::PublicKey;

use super::Proof;
use super::encoding::{ecdsa_signature, is_compressed, is_strict, pushes, taproot_signature};
use crate::verify::error::{InvalidSignature, SignatureError, UnsupportedScript};
use crate::verify::output::OutputScript;

/// How the first byte of a taproot annex is told (BIP-341).
const ANNEX: u8 = 0x50;

/// The one leaf version that has rules (BIP-342), and the bits of the control byte that tell it.
const LEAF_VERSION: u8 = 0xc0;
const LEAF_MASK: u8 = 0xfe;

/// Which rules a script runs under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// A redeem script of P2SH (BIP-16).
    Legacy,
    /// A witness script of segwit version 0 (BIP-143).
    SegwitV0,
    /// A tapscript (BIP-342).
    Tapscript,
}

/// A script and what it was given to run on, bottom first.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) script: ScriptBuf,
    pub(super) stack: Vec<Vec<u8>>,
    pub(super) rules: Rules,
    /// The taproot output's key: who it is, whichever path was taken.
    pub(super) output_key: Option<PublicKey>,
}

/// How an input, already found valid by consensus code, spends its output.
pub(super) enum Spend {
    /// By the signature of this key alone, all rules checked.
    Key(PublicKey),
    /// By a script, still to be judged.
    Script(Program),
}

impl Spend {
    /// Takes an input of `output` apart, and checks what needs no run of a script.
    pub(super) fn of(output: &OutputScript, input: &TxIn) -> Result<Self, SignatureError> {
        let witness: Vec<Vec<u8>> = input.witness.to_vec();
        match output {
            OutputScript::P2pkh(_) => match pushes(&input.script_sig)?.as_slice() {
                [signature, key] => one_key(signature, key, Rules::Legacy),
                _ => Err(InvalidSignature::CleanStack.into()),
            },
            OutputScript::P2wpkh(_) => witness_key(&witness),
            OutputScript::P2wsh(_) => program(witness, Rules::SegwitV0),
            OutputScript::P2sh(_) => {
                let stack = pushes(&input.script_sig)?;
                let redeem = stack.last().map_or(&[][..], Vec::as_slice);
                let redeem = Script::from_bytes(redeem);
                match OutputScript::from_script(redeem) {
                    Some(OutputScript::P2wpkh(_)) => witness_key(&witness),
                    Some(OutputScript::P2wsh(_)) => program(witness, Rules::SegwitV0),
                    _ if redeem.is_witness_program() => {
                        Err(UnsupportedScript::WitnessProgram.into())
                    }
                    _ => program(stack, Rules::Legacy),
                }
            }
            OutputScript::P2tr(x) => taproot(*x, witness),
        }
    }
}

fn witness_key(witness: &[Vec<u8>]) -> Result<Spend, SignatureError> {
    match witness {
        [signature, key] => one_key(signature, key, Rules::SegwitV0),
        _ => Err(InvalidSignature::Consensus.into()),
    }
}

fn one_key(signature: &[u8], key: &[u8], rules: Rules) -> Result<Spend, SignatureError> {
    ecdsa_signature(signature)?;
    let encoded = match rules {
        Rules::Legacy => is_strict(key),
        Rules::SegwitV0 | Rules::Tapscript => is_compressed(key),
    };
    if !encoded {
        return Err(InvalidSignature::KeyEncoding.into());
    }
    let compressed = match key.try_into() {
        Ok(compressed) => compressed,
        Err(_) => secp256k1::PublicKey::from_slice(key)
            .map_err(|_| InvalidSignature::KeyEncoding)?
            .serialize(),
    };
    PublicKey::from_compressed(compressed)
        .map(Spend::Key)
        .map_err(|_| InvalidSignature::KeyEncoding.into())
}

fn program(mut stack: Vec<Vec<u8>>, rules: Rules) -> Result<Spend, SignatureError> {
    let script = stack.pop().ok_or(InvalidSignature::Consensus)?;
    Ok(Spend::Script(Program {
        script: ScriptBuf::from_bytes(script),
        stack,
        rules,
        output_key: None,
    }))
}

fn taproot(x: [u8; 32], mut witness: Vec<Vec<u8>>) -> Result<Spend, SignatureError> {
    let output_key = PublicKey::from_x(x).map_err(|_| InvalidSignature::KeyEncoding)?;
    if witness.len() > 1 && witness.last().and_then(|item| item.first()) == Some(&ANNEX) {
        return Err(UnsupportedScript::Annex.into());
    }
    if let [signature] = witness.as_slice() {
        taproot_signature(signature)?;
        return Ok(Spend::Key(output_key));
    }
    let control = witness.pop().ok_or(InvalidSignature::Consensus)?;
    if control.first().map(|byte| byte & LEAF_MASK) != Some(LEAF_VERSION) {
        return Err(UnsupportedScript::LeafVersion.into());
    }
    let script = witness.pop().ok_or(InvalidSignature::Consensus)?;
    Ok(Spend::Script(Program {
        script: ScriptBuf::from_bytes(script),
        stack: witness,
        rules: Rules::Tapscript,
        output_key: Some(output_key),
    }))
}

/// The `scriptSig` that the simple form leaves out for a nested witness program: told by the
/// witness and the hash in `output`; empty for every other output.
pub(super) fn nested_script_sig(output: &OutputScript, witness: &Witness) -> ScriptBuf {
    let (OutputScript::P2sh(hash), Some(last)) = (output, witness.last()) else {
        return ScriptBuf::new();
    };
    [OutputScript::p2wpkh_of(last), OutputScript::p2wsh_of(last)]
        .into_iter()
        .map(|program| program.script())
        .find(|redeem| hash160::Hash::hash(redeem.as_bytes()).as_byte_array() == hash)
        .and_then(|redeem| PushBytesBuf::try_from(redeem.into_bytes()).ok())
        .map(|push| Builder::new().push_slice(push).into_script())
        .unwrap_or_default()
}

/// The outputs of `key` that a proof may be for, told by the shape of the proof.
pub(super) fn outputs_of_key(
    key: &PublicKey,
    proof: &Proof,
) -> Result<Vec<OutputScript>, SignatureError> {
    let (script_sig, witness) = proof.parts().ok_or(InvalidSignature::ToSpend)?;
    let given = if witness.is_empty() {
        pushes(script_sig)?
    } else {
        witness.to_vec()
    };
    let revealed = match given.as_slice() {
        [_] if !witness.is_empty() => return Ok(vec![OutputScript::P2tr(*key.x())]),
        [_, revealed] if is_strict(revealed) => revealed,
        _ => return Err(UnsupportedScript::NotOneKey.into()),
    };
    if revealed.get(1..33) != Some(key.x()) {
        return Err(InvalidSignature::Mismatch.into());
    }
    let segwit = OutputScript::p2wpkh_of(revealed);
    Ok(match (witness.is_empty(), proof) {
        (true, _) => vec![OutputScript::p2pkh_of(revealed)],
        (false, Proof::Full(_)) if script_sig.is_empty() => vec![segwit],
        (false, Proof::Full(_)) => vec![segwit.nested()],
        (false, Proof::Simple(_)) => vec![segwit, segwit.nested()],
    })
}
