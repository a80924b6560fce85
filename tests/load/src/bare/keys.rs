//! The signatures, by the same libraries as the product's.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use bitcoin::secp256k1::ecdsa::RecoverableSignature;
use bitcoin::secp256k1::{All, Message, Secp256k1, SecretKey};

use crate::plan::Signature;

/// As long as the signing input of an ID token.
const TEXT: [u8; 500] = [b'x'; 500];

/// A key of each kind.
pub(super) struct Keys {
    random: SystemRandom,
    ed25519: Ed25519KeyPair,
    p256: EcdsaKeyPair,
    rsa: RsaKeyPair,
    secp: Secp256k1<All>,
    signed: (Message, RecoverableSignature),
}

impl Keys {
    /// New keys.
    pub(super) fn new() -> Self {
        let secp = Secp256k1::new();
        let message = Message::from_digest([7; 32]);
        let secret = SecretKey::from_slice(&[9; 32]).expect("a key");
        let signature = secp.sign_ecdsa_recoverable(&message, &secret);
        Self {
            random: SystemRandom::new(),
            ed25519: Ed25519KeyPair::generate().expect("a key"),
            p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"),
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"),
            signed: (message, signature),
            secp,
        }
    }

    /// Makes or verifies a signature.
    pub(super) fn run(&self, signature: Signature) {
        match signature {
            Signature::EdDsa => {
                let made = self.ed25519.sign(&TEXT);
                assert_eq!(made.as_ref().len(), 64);
            }
            Signature::Es256 => {
                let made = self.p256.sign(&self.random, &TEXT).expect("a signature");
                assert_eq!(made.as_ref().len(), 64);
            }
            Signature::Rs256 => {
                let mut made = vec![0; self.rsa.public_modulus_len()];
                let signed = self
                    .rsa
                    .sign(&RSA_PKCS1_SHA256, &self.random, &TEXT, &mut made);
                signed.expect("a signature");
            }
            Signature::Bitcoin => {
                let (message, signature) = &self.signed;
                let key = self.secp.recover_ecdsa(message, signature);
                key.expect("a key");
            }
        }
    }
}
