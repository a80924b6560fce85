//! A person with a Bitcoin key, signing as wallets do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bitcoin::hashes::{Hash as _, sha256};
use bitcoin::key::{Keypair, Secp256k1};
use bitcoin::secp256k1::{All, Message, PublicKey, SecretKey};
use bitcoin::sign_message::signed_msg_hash;
use bitcoin::{Address, CompressedPublicKey, Network, NetworkKind, PrivateKey};
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};

/// One key, and what its wallet can do with it.
#[derive(Debug, Clone)]
pub struct Person {
    secp: Secp256k1<All>,
    secret: SecretKey,
}

/// The forms of address that a single key has and a BIP-137 signature can speak for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// P2PKH of the uncompressed key; header 27.
    Uncompressed,
    /// P2PKH; header 31.
    Legacy,
    /// P2SH-P2WPKH; header 35.
    Nested,
    /// P2WPKH; header 39.
    Segwit,
}

impl Person {
    /// The person of that name: the same name has the same key.
    pub fn named(name: &str) -> Self {
        let digest = sha256::Hash::hash(name.as_bytes());
        let secret =
            SecretKey::from_slice(digest.as_byte_array()).expect("a digest in the group's range");
        Self {
            secp: Secp256k1::new(),
            secret,
        }
    }

    fn public(&self) -> PublicKey {
        self.secret.public_key(&self.secp)
    }

    /// The private key in hex, for programs that sign in its place.
    pub fn secret_hex(&self) -> String {
        hex::encode(self.secret.secret_bytes())
    }

    /// The private key as wallets import it, for the main network.
    pub fn wif(&self) -> String {
        PrivateKey::new(self.secret, NetworkKind::Main).to_wif()
    }

    /// The compressed public key in hex (66 digits).
    pub fn pubkey(&self) -> String {
        hex::encode(self.public().serialize())
    }

    /// The x coordinate in hex (64 digits).
    pub fn xonly(&self) -> String {
        self.pubkey()[2..].to_owned()
    }

    /// The key as `npub1…` (NIP-19).
    pub fn npub(&self) -> String {
        let hrp = bech32::Hrp::parse("npub").expect("a sound prefix");
        let key = self.public().x_only_public_key().0.serialize();
        bech32::encode::<bech32::Bech32>(hrp, &key).expect("32 bytes fit")
    }

    /// This key's address of one form, on the main network.
    pub fn address(&self, form: Form) -> String {
        let key = CompressedPublicKey(self.public());
        let address = match form {
            Form::Uncompressed => Address::p2pkh(
                bitcoin::PublicKey::new_uncompressed(self.public()),
                Network::Bitcoin,
            ),
            Form::Legacy => Address::p2pkh(key, Network::Bitcoin),
            Form::Nested => Address::p2shwpkh(&key, Network::Bitcoin),
            Form::Segwit => Address::p2wpkh(&key, Network::Bitcoin),
        };
        address.to_string()
    }

    /// This key's taproot address (BIP-86), on the main network.
    pub fn taproot_address(&self) -> String {
        let internal = self.public().x_only_public_key().0;
        Address::p2tr(&self.secp, internal, None, Network::Bitcoin).to_string()
    }

    /// Signs `message` (BIP-137), with the header of `form`.
    pub fn sign_as(&self, form: Form, message: &str) -> String {
        let digest = Message::from_digest(signed_msg_hash(message).to_byte_array());
        let (recovery, compact) = self
            .secp
            .sign_ecdsa_recoverable(&digest, &self.secret)
            .serialize_compact();
        let base = match form {
            Form::Uncompressed => 27,
            Form::Legacy => 31,
            Form::Nested => 35,
            Form::Segwit => 39,
        };
        let recovery = u8::try_from(recovery.to_i32()).expect("0 to 3");
        STANDARD.encode([&[base + recovery][..], &compact].concat())
    }

    /// Signs `message` as most wallets do (BIP-137, compressed key).
    pub fn sign(&self, message: &str) -> String {
        self.sign_as(Form::Legacy, message)
    }

    /// A signed Nostr event (NIP-01) of `kind` with `tags` and `content`.
    pub fn nostr_event(&self, kind: u32, created_at: u64, tags: &Value, content: &str) -> Value {
        let key = self.xonly();
        let text = json!([0, key, created_at, kind, tags, content]).to_string();
        let id = sha256::Hash::hash(text.as_bytes());
        let pair = Keypair::from_secret_key(&self.secp, &self.secret);
        let signature = self
            .secp
            .sign_schnorr_no_aux_rand(&Message::from_digest(id.to_byte_array()), &pair);
        json!({"id": id.to_string(), "pubkey": key, "created_at": created_at, "kind": kind, "tags": tags,
               "content": content, "sig": signature.to_string()})
    }

    /// A signed Nostr sign-in event (kind 22242) for `challenge` at `issuer`.
    pub fn nostr_sign_in(&self, issuer: &str, challenge: &str) -> Value {
        let tags = json!([["relay", issuer], ["challenge", challenge]]);
        self.nostr_event(22242, now(), &tags, challenge)
    }

    /// Signs in through the API and asserts that it worked.
    pub fn sign_in(&self, browser: &Browser) -> Value {
        self.try_to_sign_in(browser).json_with(200)
    }

    /// The same where Redis has just begun to remember: challenges of its first seconds count as used.
    pub fn sign_in_soon(&self, browser: &Browser) -> Value {
        for _ in 0..60 {
            let answer = self.try_to_sign_in(browser);
            if answer.status == 200 {
                return answer.json_with(200);
            }
            answer.is_problem(400, "auth.challenge_used");
            std::thread::sleep(std::time::Duration::from_millis(250));
        }
        self.sign_in(browser)
    }

    fn try_to_sign_in(&self, browser: &Browser) -> Answer {
        let challenge = challenge(browser, &json!({"pubkey": self.pubkey()}));
        let signature = self.sign(text(&challenge, "challenge"));
        let proof = json!({"pubkey": self.pubkey(), "signature": signature});
        verify(browser, &challenge, &proof)
    }
}

/// Asks for a challenge, which must be given.
pub fn challenge(browser: &Browser, body: &Value) -> Value {
    browser.post_json("/api/challenge", body).json_with(200)
}

/// Answers a challenge with the members of `proof`.
pub fn verify(browser: &Browser, challenge: &Value, proof: &Value) -> Answer {
    let mut body = proof.clone();
    body["challenge_id"] = challenge["challenge_id"].clone();
    browser.post_json("/api/verify", &body)
}

/// A member that must be text.
pub fn text<'a>(object: &'a Value, member: &str) -> &'a str {
    object[member]
        .as_str()
        .unwrap_or_else(|| panic!("no text {member} in {object}"))
}

/// The Unix time in seconds, as the outside world has it.
#[expect(
    clippy::disallowed_methods,
    reason = "the suite stands outside the product and meets its real clock"
)]
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("a clock after 1970").as_secs()
}
