//! A whole sign-in: a challenge, a wallet's signature, an account and its session.
//!
//! `cargo run -p hodlxxi-auth --example sign_in`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bitcoin::secp256k1::{Message, Secp256k1, SecretKey};
use bitcoin::sign_message::{MessageSignature, signed_msg_hash};
use hodlxxi_auth::account::{AccessPolicy, SessionPolicy};
use hodlxxi_auth::challenge::Purpose;
use hodlxxi_auth::memory::MemoryStore;
use hodlxxi_auth::service::{
    Proof, SignInConfig, SignInService, SignInStores, VerifyError, VerifyRequest,
};
use hodlxxi_auth::verify::{Identifier, Network};
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{MasterKey, OsEntropy, SystemClock};

fn main() -> Result<(), Box<dyn Error>> {
    // The server: stores, a master key, and whom it lets in.
    let store = Arc::new(MemoryStore::default());
    let service = SignInService::new(
        SignInConfig {
            issuer: "https://auth.example.org".to_owned(),
            network: Network::Bitcoin,
            sessions: SessionPolicy::default(),
            access: AccessPolicy::default(),
            guests: false,
        },
        SignInStores {
            challenges: store.clone(),
            accounts: store.clone(),
            sessions: store.clone(),
            audit: store,
        },
        &MasterKey::generate(&OsEntropy),
        Arc::new(SystemClock),
        Arc::new(OsEntropy),
    )?;

    // The person says which key is theirs, and gets a line of text to sign.
    let secret_key = SecretKey::from_slice(&[0x21; 32])?;
    let secp = Secp256k1::new();
    let identifier = Identifier::parse_pubkey(&secret_key.public_key(&secp).to_string())?;
    let challenge = service.challenge(&identifier, Purpose::Login, None)?;
    println!("to sign: {}", challenge.text);

    // Their wallet signs it (BIP-137).
    let digest = Message::from_digest(*signed_msg_hash(&challenge.text).as_ref());
    let signature = secp.sign_ecdsa_recoverable(&digest, &secret_key);
    let signature = STANDARD.encode(MessageSignature::new(signature, true).serialize());

    // The signature comes back, and the account, here a new one, is signed in to.
    let request = VerifyRequest {
        challenge_id: challenge.id,
        identifier,
        proof: Proof::Signature(signature),
        origin: Origin::request(None, None, None),
    };
    let verified = service.verify(request.clone(), None)?;
    let session = verified.session();
    println!(
        "user {} with the level {}",
        session.user.id,
        verified.access_level().as_str()
    );

    // The cookie's secret finds the session again; the challenge does not work again.
    let secret = verified.secret().ok_or("a login opens a session")?;
    let (found, _) = service.session(secret)?.ok_or("the session is live")?;
    assert_eq!(found.id, session.id);
    let again = service.verify(request, None);
    assert!(matches!(again, Err(VerifyError::ChallengeUsed)));
    Ok(())
}
