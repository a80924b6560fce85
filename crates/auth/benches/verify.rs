//! What a sign-in costs beside the one signature check that it cannot do without.
//!
//! `bare/…` is libsecp256k1 by itself, on this machine; the others verify a text, as a server does.
//! Goals: BIP-137 at most 1.3 times bare recovery, BIP-322 of one key at most 3 times bare
//! verification. Run `cargo bench -p hodlxxi-auth`.

#![expect(
    clippy::expect_used,
    reason = "a benchmark of what fails would measure nothing"
)]

use std::hint::black_box;

use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use bitcoin::secp256k1::{Message, PublicKey, Secp256k1, SecretKey, ecdsa, schnorr};
use criterion::{Criterion, criterion_group, criterion_main};
use hodlxxi_auth::verify::{Identifier, Network, NostrEvent, verify_event, verify_signature};
use hodlxxi_kernel::Timestamp;

/// A proof as somebody posts it; the first four are vectors of BIP-322 and of `bip137-interop.json`.
const PROOFS: [(&str, &str, &str, &str); 5] = [
    (
        "bip137/p2wpkh",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "Hello World",
        "KGXH085B9ZEWwQqpO/zC9gtJZVES7DgLOHPONO5mbvCqXPI91aSz+/pYk/HK4w6NSYuzxgRi3qmNs/bTz9Pjr1o=",
    ),
    (
        "bip322/p2wpkh",
        "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l",
        "Hello World",
        "smpAkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2KsqoNSk89pO7F29zJLUx9a/sASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=",
    ),
    (
        "bip322/p2tr",
        "bc1pss0zhytly75awhm6x2hhvd5lnzv3vssgrf9axfheq8ldyzn88ges79fler",
        "No prefix fallback",
        "AUCJYOwOjxYAvatTAGYaVlNXBVyFuc4MwNQkOuK2tl8xhfKDONd0NjfYyNSYcRqeCp8hsAnCEPHAVEkO9h6vbQ/R",
    ),
    (
        "bip322/p2wsh 2 of 2",
        "bc1qw6g0rgrpuxvj4edkwtvzpmt3c5m08mhp8nuk3mrk4erufvlczp5ssdscjd",
        "G7ZTXXOVJFHGDD6XYJAGBAMT5A",
        "smpBABIMEUCIQCKl1f9Cj26k0fFWE48+O4ibhYJYPytbDZWJRaaG9BybwIgCbk+3BViWkpuu2RI+41dwtlQ/m/01G860pTFCzDFfokBSDBFAiEA0O77DJsaM7IO+Ht06sp3umzXB64CNNOwf2isZuPfdmwCIGlggOwRSkXsqlPhE1gMdd5hf7ycL33Orfrr4v/XnMGSAUdSIQNsu/OwZurHvJMoiJoSAmmCHLoqIc5Wblh+rek+7rhASCECgYVkUspeAxwRfM6v4GRBhN/gGxTfpPqZuOlBIYZxTJZSrg==",
    ),
    (
        "refused/p2wpkh, another message",
        "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l",
        "Hello",
        "smpAkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2KsqoNSk89pO7F29zJLUx9a/sASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=",
    ),
];

const EVENT: &str = include_str!("../../../tests/vectors/nostr-tools-event.json");

fn proofs(c: &mut Criterion) {
    for (name, address, message, signature) in PROOFS {
        let identifier = Identifier::parse_address(address, Network::Bitcoin).expect("an address");
        let valid = verify_signature(&identifier, message, signature).is_ok();
        assert_eq!(valid, !name.starts_with("refused"), "{name}");
        c.bench_function(name, |b| {
            b.iter(|| verify_signature(&identifier, black_box(message), black_box(signature)));
        });
    }
    let key = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    let identifier = Identifier::parse_pubkey(key).expect("a key");
    let challenge = "sign in to id.example (login) n0nce";
    let now = Timestamp::from_unix(1_795_000_000);
    c.bench_function("nostr", |b| {
        b.iter(|| {
            let event: NostrEvent = serde_json::from_str(black_box(EVENT)).expect("an event");
            verify_event(&identifier, &event, challenge, "https://id.example", now).expect("valid")
        });
    });
}

fn bare(c: &mut Criterion) {
    let secp = Secp256k1::new();
    let secret = SecretKey::from_slice(&[7; 32]).expect("a scalar");
    let message = Message::from_digest(sha256::Hash::hash(b"bare").to_byte_array());
    let (recovery, compact) = secp
        .sign_ecdsa_recoverable(&message, &secret)
        .serialize_compact();
    c.bench_function("bare/recover", |b| {
        b.iter(|| {
            let recovery = RecoveryId::from_i32(recovery.to_i32()).expect("an id");
            let signature = RecoverableSignature::from_compact(black_box(&compact), recovery);
            secp.recover_ecdsa(&message, &signature.expect("in range"))
                .expect("a key")
        });
    });
    let der = secp.sign_ecdsa(&message, &secret).serialize_der();
    let key = secret.public_key(&secp).serialize();
    c.bench_function("bare/ecdsa", |b| {
        b.iter(|| {
            let signature = ecdsa::Signature::from_der(black_box(&der)).expect("DER");
            let key = PublicKey::from_slice(black_box(&key)).expect("a key");
            secp.verify_ecdsa(&message, &signature, &key)
                .expect("valid");
        });
    });
    let signature = secp
        .sign_schnorr_no_aux_rand(&message, &secret.keypair(&secp))
        .serialize();
    let x = secret.x_only_public_key(&secp).0.serialize();
    c.bench_function("bare/schnorr", |b| {
        b.iter(|| {
            let signature =
                schnorr::Signature::from_slice(black_box(&signature)).expect("64 bytes");
            let key = bitcoin::XOnlyPublicKey::from_slice(black_box(&x)).expect("a key");
            secp.verify_schnorr(&signature, &message, &key)
                .expect("valid");
        });
    });
}

criterion_group!(benches, bare, proofs);
criterion_main!(benches);
