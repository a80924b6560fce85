//! The wallet's side: a key for each domain (LUD-05), and signing with it (LUD-04).
//!
//! Deliberately absent: seed words, and asking the person: whoever calls this shows the domain and the action first.

use bitcoin::NetworkKind;
use bitcoin::bip32::{ChildNumber, Xpriv};
use bitcoin::hashes::{Hash as _, HashEngine as _, Hmac, HmacEngine, sha256};
use bitcoin::secp256k1::{Message, Secp256k1, SecretKey};
use hodlxxi_kernel::{PublicKey, PublicKeyError};
use thiserror::Error;

use crate::auth::{AuthUrl, K1};

/// The purpose under which a wallet keeps its keys for LNURL-auth.
const PURPOSE: u32 = 138;

/// A wallet, as far as signing in goes. It has no `Debug`: it is all of somebody's keys.
pub struct Wallet(Xpriv);

/// Why a wallet has no key to give.
#[derive(Debug, Error)]
pub enum WalletError {
    /// BIP-32 makes no keys of such a seed, or not this one; of a seed of 16 to 64 random bytes it always does.
    #[error("no key can be derived from this seed")]
    Derivation(#[from] bitcoin::bip32::Error),
    /// The key has no public key that is known here.
    #[error(transparent)]
    Key(#[from] PublicKeyError),
}

/// The key by which one domain knows a wallet. It has no `Debug`, and is overwritten when dropped.
pub struct LinkingKey {
    secret: SecretKey,
    public: PublicKey,
}

impl Wallet {
    /// The wallet of a seed (BIP-32), such as the 64 bytes that seed words stand for (BIP-39).
    pub fn from_seed(seed: &[u8]) -> Result<Self, WalletError> {
        Ok(Self(Xpriv::new_master(NetworkKind::Main, seed)?))
    }

    /// The key for this domain: the whole host, without port ([`Endpoint::domain`](crate::code::Endpoint::domain)).
    pub fn linking_key(&self, domain: &str) -> Result<LinkingKey, WalletError> {
        let secp = Secp256k1::new();
        let purpose = ChildNumber::from_hardened_idx(PURPOSE)?;
        let hashing = [purpose, ChildNumber::from_normal_idx(0)?];
        let hashing = self.0.derive_priv(&secp, &hashing)?;
        let steps = steps(&hashing.private_key.secret_bytes(), domain).map(ChildNumber::from);
        let path = [&[purpose][..], &steps].concat();
        let secret = self.0.derive_priv(&secp, &path)?.private_key;
        Ok(LinkingKey {
            public: PublicKey::from_compressed(secret.public_key(&secp).serialize())?,
            secret,
        })
    }

    /// The URL to call to do what `url` asks for, signed with the key of its domain.
    pub fn answer(&self, url: &AuthUrl) -> Result<String, WalletError> {
        let key = self.linking_key(url.endpoint().domain())?;
        Ok(url.answered(&key.sign(url.k1()), &key.public().to_hex()))
    }
}

impl LinkingKey {
    /// The public key.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signature over `k1`: DER in hex.
    pub fn sign(&self, k1: &K1) -> String {
        let message = Message::from_digest(*k1.as_bytes());
        let signature = Secp256k1::signing_only().sign_ecdsa(&message, &self.secret);
        hex::encode(signature.serialize_der())
    }
}

impl Drop for LinkingKey {
    fn drop(&mut self) {
        self.secret.non_secure_erase();
    }
}

/// The last four steps of the path to the key for `domain`: the first 16 bytes of an HMAC-SHA-256 over it by the private
/// key at m/138'/0, as four numbers (LUD-05). Those of 2^31 or more are hardened steps.
pub fn steps(hashing_key: &[u8; 32], domain: &str) -> [u32; 4] {
    let mut engine = HmacEngine::<sha256::Hash>::new(hashing_key);
    engine.input(domain.as_bytes());
    let tag = Hmac::from_engine(engine).to_byte_array();
    std::array::from_fn(|n| {
        let (begin, mut number) = (4 * n, [0; 4]);
        number.copy_from_slice(&tag[begin..begin + 4]);
        u32::from_be_bytes(number)
    })
}
