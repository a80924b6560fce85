//! Generic signed messages (BIP-322, version 2.0.0): simple and full.
//!
//! A proof is a transaction that cannot exist, `to_sign`, spending one that cannot exist either,
//! `to_spend`, which commits to the message and the output script. Three things are asked of it:
//!
//! 1. Consensus code runs the script and is satisfied (`consensus`).
//! 2. BIP-322's further rules hold (`spend`, `script`). Consensus code takes no flags for them, so
//!    the script is run once more by a small interpreter of our own that knows the usual opcodes,
//!    verifies every signature by itself, and tracks where each key came from. A proof counts only
//!    if a key that the script commits to signed on the path that was taken.
//! 3. The same proof put to another message fails.
//!
//! What the second step does not know is refused as [`UnsupportedScript`], never guessed.
//!
//! For the outputs of a single key (P2PKH, P2WPKH bare or nested, the key path of P2TR) the script
//! is fixed by the output's form: it ends in one signature check, and no other path satisfies it.
//! The third step could not fail there once the first has passed, so it is not taken.
//!
//! Deliberately absent: proof of funds (further inputs), which asks a node.

mod consensus;
mod encoding;
mod script;
mod spend;
mod transactions;

use bitcoin::{Script, Transaction, TxIn, Witness};
use hodlxxi_kernel::PublicKey;

pub use transactions::{message_hash, to_sign, to_spend};

use super::error::{InvalidSignature, SignatureError, UnsupportedScript};
use super::identifier::{Identifier, Kind, Proven};
use super::output::OutputScript;
use spend::Spend;

/// A proof as it was transmitted, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The witness stack of `to_sign`, whose other fields have their default values.
    Simple(Witness),
    /// `to_sign` itself.
    Full(Transaction),
}

/// What a valid proof says (BIP-322: valid at time T and age S).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// T, the lock time of `to_sign`: a height or a Unix time (BIP-65).
    pub time: u32,
    /// S, the sequence of its first input: a relative lock (BIP-68).
    pub age: u32,
    /// The key that signed, where the output is that of a single key; for P2TR the output key.
    pub key: Option<PublicKey>,
}

/// Verifies a proof that the owner of `output` signed `message`.
///
/// ```
/// use bitcoin::ScriptBuf;
/// use hodlxxi_auth::verify::bip322::{self, Proof};
/// use hodlxxi_auth::verify::{OutputScript, Signature};
///
/// let script = ScriptBuf::from_hex("00142b05d564e6a7a33c087f16e0f730d1440123799d")?;
/// let output = OutputScript::from_script(&script).ok_or("no such output")?;
/// let Signature::Bip322(proof) = Signature::parse(
///     "AkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2KsqoNSk89pO7F29zJLUx9\
///      a/sASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=",
/// )? else { return Err("not a proof".into()) };
/// let valid = bip322::verify(&output, "Hello World", &proof)?;
/// assert_eq!((valid.time, valid.age), (0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(
    output: &OutputScript,
    message: &str,
    proof: &Proof,
) -> Result<Validity, SignatureError> {
    let spent = to_spend(&output.script(), message);
    let signed = match proof {
        Proof::Simple(witness) => {
            let script_sig = spend::nested_script_sig(output, witness);
            to_sign(&spent, script_sig, witness.clone())
        }
        Proof::Full(transaction) => {
            transactions::check_full(transaction, &spent)?;
            transaction.clone()
        }
    };
    let (Some(coin), Some(input)) = (spent.output.first(), signed.input.first()) else {
        return Err(InvalidSignature::ToSpend.into());
    };
    if !consensus::satisfied(coin, &signed) {
        return Err(InvalidSignature::Consensus.into());
    }
    let key = match Spend::of(output, input)? {
        Spend::Key(key) => Some(key),
        Spend::Script(program) => {
            script::judge(&program, coin, &signed)?;
            let other = to_spend(&coin.script_pubkey, &format!("{message}\0"));
            if consensus::satisfied(coin, &transactions::redirected(&signed, &other)) {
                return Err(UnsupportedScript::AnyMessage.into());
            }
            program.output_key
        }
    };
    Ok(Validity {
        time: signed.lock_time.to_consensus_u32(),
        age: input.sequence.to_consensus_u32(),
        key,
    })
}

/// Verifies a proof for signing in: valid now, at time 0 and age 0.
pub(super) fn sign_in(
    identifier: &Identifier,
    message: &str,
    proof: &Proof,
) -> Result<Proven, SignatureError> {
    match identifier.kind() {
        Kind::Address { output, .. } => {
            let key = verify_now(output, message, proof)?;
            Ok(key.map_or(Proven::Script(*output), Proven::Key))
        }
        Kind::Key(key) => {
            let mut verdict = Err(UnsupportedScript::NotOneKey.into());
            for output in spend::outputs_of_key(key, proof)? {
                verdict = verify_now(&output, message, proof);
                if verdict.is_ok() {
                    break;
                }
            }
            verdict?
                .filter(|signer| signer.same_identity(key))
                .map(Proven::Key)
                .ok_or_else(|| InvalidSignature::Mismatch.into())
        }
    }
}

fn verify_now(
    output: &OutputScript,
    message: &str,
    proof: &Proof,
) -> Result<Option<PublicKey>, SignatureError> {
    let validity = verify(output, message, proof)?;
    if (validity.time, validity.age) == (0, 0) {
        Ok(validity.key)
    } else {
        Err(InvalidSignature::Timelocked.into())
    }
}

impl Proof {
    /// The script and the witness that the proof gives.
    fn parts(&self) -> Option<(&Script, &Witness)> {
        match self {
            Self::Simple(witness) => Some((Script::new(), witness)),
            Self::Full(transaction) => {
                let TxIn {
                    script_sig,
                    witness,
                    ..
                } = transaction.input.first()?;
                Some((script_sig, witness))
            }
        }
    }
}
