//! A wallet that signs what it is asked to, as Bitcoin message and as Nostr event.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bitcoin::secp256k1::{All, Keypair, Message, Secp256k1};
use bitcoin::sign_message::{MessageSignature, signed_msg_hash};
use hodlxxi_kernel::{SecretHash, Timestamp};
use serde_json::json;

use crate::service::Proof;
use crate::verify::Identifier;

pub(super) struct Wallet {
    secp: Secp256k1<All>,
    pair: Keypair,
}

impl Wallet {
    /// The wallet whose secret key is `n` in every byte.
    pub(super) fn of(n: u8) -> Self {
        let secp = Secp256k1::new();
        let pair = Keypair::from_seckey_slice(&secp, &[n; 32]).unwrap();
        Self { secp, pair }
    }

    pub(super) fn pubkey(&self) -> String {
        self.pair.public_key().to_string()
    }

    pub(super) fn identifier(&self) -> Identifier {
        Identifier::parse_pubkey(&self.pubkey()).unwrap()
    }

    /// Signs a message (BIP-137).
    pub(super) fn signature(&self, text: &str) -> Proof {
        let digest = Message::from_digest(*signed_msg_hash(text).as_ref());
        let signature = self
            .secp
            .sign_ecdsa_recoverable(&digest, &self.pair.secret_key());
        let bytes = MessageSignature::new(signature, true).serialize();
        Proof::Signature(STANDARD.encode(bytes))
    }

    /// Signs an event of kind 22242 (NIP-42).
    pub(super) fn event(&self, text: &str, relay: &str, at: Timestamp) -> Proof {
        let pubkey = self.pair.x_only_public_key().0.to_string();
        let (at, kind) = (at.as_unix(), 22242);
        let tags = json!([["challenge", text], ["relay", relay]]);
        let signed = json!([0, pubkey, at, kind, tags, text]).to_string();
        let id = *SecretHash::of(&signed).as_bytes();
        let digest = Message::from_digest(id);
        let signature = self.secp.sign_schnorr_no_aux_rand(&digest, &self.pair);
        let event = json!({
            "id": hex::encode(id), "pubkey": pubkey, "created_at": at, "kind": kind,
            "tags": tags, "content": text, "sig": signature.to_string(),
        });
        Proof::Event(serde_json::from_value(event).unwrap())
    }
}
