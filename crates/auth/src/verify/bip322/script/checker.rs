//! Signature checks of a script, each verified against the message it must be for.

use bitcoin::hashes::Hash;
use bitcoin::secp256k1::{Message, PublicKey, XOnlyPublicKey};
use bitcoin::sighash::{EcdsaSighashType, Prevouts, SighashCache, TapSighashType};
use bitcoin::taproot::{LeafVersion, TapLeafHash};
use bitcoin::{Amount, Transaction, TxOut};

use super::super::encoding::{
    TaprootFlag, ecdsa_signature, is_compressed, is_strict, taproot_signature,
};
use super::super::spend::{Program, Rules};
use crate::verify::SECP;
use crate::verify::error::{InvalidSignature, SignatureError, UnsupportedScript};

/// What the signatures of one script are over.
///
/// Every signature covers all and no part of the script may be cut off, so there is one digest (and
/// in tapscript one more, for the flag that is left out).
pub(super) enum Checker {
    /// Redeem scripts and witness scripts.
    Ecdsa { rules: Rules, all: Message },
    /// Tapscripts.
    Schnorr { default: Message, all: Message },
}

impl Checker {
    /// The checker for the first input of `to_sign`, which spends `coin`.
    pub(super) fn new(
        program: &Program,
        coin: &TxOut,
        to_sign: &Transaction,
    ) -> Result<Self, UnsupportedScript> {
        let mut cache = SighashCache::new(to_sign);
        let rules = program.rules;
        let not_judged = UnsupportedScript::NotJudged;
        Ok(match rules {
            Rules::Legacy => {
                let flag = EcdsaSighashType::All.to_u32();
                let digest = cache.legacy_signature_hash(0, &program.script, flag);
                let all = Message::from_digest(digest.map_err(|_| not_judged)?.to_byte_array());
                Self::Ecdsa { rules, all }
            }
            Rules::SegwitV0 => {
                let (script, flag) = (&program.script, EcdsaSighashType::All);
                let digest = cache.p2wsh_signature_hash(0, script, Amount::ZERO, flag);
                let all = Message::from_digest(digest.map_err(|_| not_judged)?.to_byte_array());
                Self::Ecdsa { rules, all }
            }
            Rules::Tapscript => {
                let leaf = TapLeafHash::from_script(&program.script, LeafVersion::TapScript);
                let coins = [coin];
                let prevouts = Prevouts::All(&coins);
                let mut digest = |flag| {
                    cache
                        .taproot_script_spend_signature_hash(0, &prevouts, leaf, flag)
                        .map(|digest| Message::from_digest(digest.to_byte_array()))
                        .map_err(|_| not_judged)
                };
                Self::Schnorr {
                    default: digest(TapSighashType::Default)?,
                    all: digest(TapSighashType::All)?,
                }
            }
        })
    }

    /// Whether `signature` is by `key`; the empty signature is by nobody.
    pub(super) fn check(&self, signature: &[u8], key: &[u8]) -> Result<bool, SignatureError> {
        match self {
            Self::Ecdsa { rules, all } => {
                match rules {
                    Rules::Legacy if !is_strict(key) => {
                        return Err(InvalidSignature::KeyEncoding.into());
                    }
                    Rules::SegwitV0 if !is_compressed(key) => {
                        return Err(UnsupportedScript::KeyForm.into());
                    }
                    _ => {}
                }
                if signature.is_empty() {
                    return Ok(false);
                }
                let signature = ecdsa_signature(signature)?;
                let verify = |key| SECP.verify_ecdsa(all, &signature, &key).ok();
                Ok(PublicKey::from_slice(key).ok().and_then(verify).is_some())
            }
            Self::Schnorr { default, all } => {
                if key.len() != 32 {
                    return Err(UnsupportedScript::KeyForm.into());
                }
                if signature.is_empty() {
                    return Ok(false);
                }
                let (signature, flag) = taproot_signature(signature)?;
                let digest = match flag {
                    TaprootFlag::Default => default,
                    TaprootFlag::All => all,
                };
                let verify = |key| SECP.verify_schnorr(&signature, digest, &key).ok();
                let key = XOnlyPublicKey::from_slice(key).ok();
                Ok(key.and_then(verify).is_some())
            }
        }
    }
}
