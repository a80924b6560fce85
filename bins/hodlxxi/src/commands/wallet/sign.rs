//! A Bitcoin key, and how it signs a message: BIP-137, or BIP-322 in its simple form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bitcoin::absolute::LockTime;
use bitcoin::bip32::{ChildNumber, Xpriv};
use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::{Hash as _, HashEngine as _, sha256};
use bitcoin::opcodes::all::OP_RETURN;
use bitcoin::script::Builder;
use bitcoin::secp256k1::{Message, Secp256k1, SecretKey};
use bitcoin::sighash::{EcdsaSighashType, P2wpkhError, SighashCache};
use bitcoin::sign_message::signed_msg_hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Address, Amount, CompressedPublicKey, Network, OutPoint, ScriptBuf, Sequence, Transaction,
    TxIn, TxOut, Txid, Witness,
};
use clap::ValueEnum;

/// The first header of a BIP-137 signature for a P2WPKH address.
const P2WPKH: u8 = 39;

/// The form of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::commands) enum Format {
    /// BIP-137: 65 bytes.
    Bip137,
    /// BIP-322, simple.
    Bip322,
}

/// A key with its P2WPKH address.
pub(super) struct Key {
    secret: SecretKey,
    public: CompressedPublicKey,
    address: Address,
}

impl Key {
    /// The first key of the first account (BIP-84).
    pub(super) fn of(master: &Xpriv, network: Network) -> Result<Self, bitcoin::bip32::Error> {
        let secp = Secp256k1::new();
        let coin = u32::from(network != Network::Bitcoin);
        let path = [
            ChildNumber::from_hardened_idx(84)?,
            ChildNumber::from_hardened_idx(coin)?,
            ChildNumber::from_hardened_idx(0)?,
            ChildNumber::from_normal_idx(0)?,
            ChildNumber::from_normal_idx(0)?,
        ];
        let secret = master.derive_priv(&secp, &path)?.private_key;
        let public = CompressedPublicKey(secret.public_key(&secp));
        Ok(Self {
            secret,
            public,
            address: Address::p2wpkh(&public, network),
        })
    }

    /// The compressed public key in hex.
    pub(super) fn pubkey(&self) -> String {
        self.public.to_string()
    }

    /// The address.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// The signature over `message`, in base64.
    pub(super) fn sign(&self, message: &str, format: Format) -> Result<String, P2wpkhError> {
        match format {
            Format::Bip137 => Ok(self.bip137(message)),
            Format::Bip322 => Ok(format!("smp{}", self.bip322(message)?)),
        }
    }

    fn bip137(&self, message: &str) -> String {
        let digest = Message::from_digest(signed_msg_hash(message).to_byte_array());
        let signature = Secp256k1::signing_only().sign_ecdsa_recoverable(&digest, &self.secret);
        let (recovery, compact) = signature.serialize_compact();
        // It is one of 0 to 3.
        let recovery = u8::try_from(recovery.to_i32()).unwrap_or_default();
        STANDARD.encode([&[P2WPKH + recovery][..], &compact].concat())
    }

    /// The witness of the transaction that spends the message's virtual output.
    fn bip322(&self, message: &str) -> Result<String, P2wpkhError> {
        let script = self.address.script_pubkey();
        let to_spend = Transaction {
            version: Version(0),
            lock_time: LockTime::ZERO,
            input: vec![TxIn {
                previous_output: OutPoint::new(Txid::all_zeros(), u32::MAX),
                script_sig: Builder::new()
                    .push_int(0)
                    .push_slice(tagged(message))
                    .into_script(),
                sequence: Sequence::ZERO,
                witness: Witness::new(),
            }],
            output: vec![TxOut {
                value: Amount::ZERO,
                script_pubkey: script.clone(),
            }],
        };
        let to_sign = Transaction {
            version: Version(0),
            lock_time: LockTime::ZERO,
            input: vec![TxIn {
                previous_output: OutPoint::new(to_spend.compute_txid(), 0),
                script_sig: ScriptBuf::new(),
                sequence: Sequence::ZERO,
                witness: Witness::new(),
            }],
            output: vec![TxOut {
                value: Amount::ZERO,
                script_pubkey: Builder::new().push_opcode(OP_RETURN).into_script(),
            }],
        };
        let all = EcdsaSighashType::All;
        let mut cache = SighashCache::new(&to_sign);
        let hash = cache.p2wpkh_signature_hash(0, &script, Amount::ZERO, all)?;
        let message = Message::from_digest(hash.to_byte_array());
        let signature = bitcoin::ecdsa::Signature {
            signature: Secp256k1::signing_only().sign_ecdsa(&message, &self.secret),
            sighash_type: all,
        };
        let witness = Witness::p2wpkh(&signature, &self.public.0);
        Ok(STANDARD.encode(serialize(&witness)))
    }
}

/// The message's hash, tagged as BIP-340 does.
fn tagged(message: &str) -> [u8; 32] {
    let tag = sha256::Hash::hash(b"BIP0322-signed-message").to_byte_array();
    let mut engine = sha256::Hash::engine();
    for part in [&tag[..], &tag, message.as_bytes()] {
        engine.input(part);
    }
    sha256::Hash::from_engine(engine).to_byte_array()
}
