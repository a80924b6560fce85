//! Message signatures: other wallets' own, and what each header serves.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bitcoin::secp256k1::ecdsa;
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::verify::{
    Identifier, InvalidSignature, MalformedSignature, Network, SignatureError, verify_signature,
};
use hodlxxi_kernel::SignInMethod;
use serde_json::Value;

use super::signer::{MESSAGE, Output, high_s, key, one_key};

const INTEROP: &str = include_str!("../../../../tests/vectors/bip137-interop.json");

/// The first header of each range.
const UNCOMPRESSED: u8 = 27;
const P2PKH: u8 = 31;
const NESTED: u8 = 35;
const P2WPKH: u8 = 39;

fn sign_in(identifier: &Identifier, bytes: &[u8]) -> Result<(), SignatureError> {
    verify_signature(identifier, MESSAGE, &STANDARD.encode(bytes)).map(drop)
}

#[test]
fn other_wallets_sign_in() {
    let file: Value = serde_json::from_str(INTEROP).expect("JSON");
    let message = file["message"].as_str().expect("text");
    let vectors = file["vectors"].as_array().expect("a list");
    assert_eq!(vectors.len(), 7);
    for vector in vectors {
        let text = |member: &str| vector[member].as_str().expect("text");
        let network = if text("address").starts_with("bcrt1") {
            Network::Regtest
        } else {
            Network::Bitcoin
        };
        let address = Identifier::parse_address(text("address"), network).expect("an address");
        let proven = verify_signature(&address, message, text("sig")).expect("valid");
        assert_eq!(proven.method, SignInMethod::Bitcoin);
        assert_eq!(proven.address.as_deref(), Some(text("address")));
        let revealed = proven.public_key.expect("the key");
        assert!(revealed.parity_known());
        assert_eq!(proven.identity, Identity::of_key(&revealed));

        // The same signature proves the key by itself, in each of its forms.
        let compressed = revealed.to_hex();
        for form in [&compressed, &compressed[2..], &revealed.npub()] {
            let identifier = Identifier::parse_pubkey(form).expect("a key");
            let by_key = verify_signature(&identifier, message, text("sig")).expect("valid");
            assert_eq!(by_key.identity, proven.identity);
            assert_eq!(by_key.public_key, proven.public_key);
            assert_eq!(by_key.address, None);
        }
        let other = verify_signature(&address, "Hello World ", text("sig"));
        assert_eq!(other, Err(InvalidSignature::Mismatch.into()));
    }
}

#[test]
fn each_header_serves_its_addresses_and_no_other() {
    let key = key('A');
    let outputs = [
        (Output::P2pkhUncompressed, vec![UNCOMPRESSED]),
        (Output::P2pkh, vec![P2PKH]),
        (Output::P2shP2wpkh, vec![P2PKH, NESTED]),
        (Output::P2wpkh, vec![P2PKH, P2WPKH]),
        (Output::P2tr, vec![]),
    ];
    for (output, served) in outputs {
        let identifier = one_key(output, 'A').identifier();
        for header in [UNCOMPRESSED, P2PKH, NESTED, P2WPKH] {
            let verdict = sign_in(&identifier, &key.message_signature(MESSAGE, header));
            let signs_in = served.contains(&header);
            assert_eq!(verdict.is_ok(), signs_in, "{output:?} {header}");
            if !signs_in {
                assert!(matches!(verdict, Err(SignatureError::Invalid(_))));
            }
        }
    }
    let identifier = Identifier::parse_pubkey(&key.hex()).expect("a key");
    for header in [UNCOMPRESSED, P2PKH, NESTED, P2WPKH] {
        let signature = key.message_signature(MESSAGE, header);
        assert_eq!(sign_in(&identifier, &signature), Ok(()), "{header}");
    }
}

#[test]
fn a_high_s_is_accepted() {
    let mut bytes = key('A').message_signature(MESSAGE, P2WPKH);
    let signature = ecdsa::Signature::from_compact(&bytes[1..]).expect("in range");
    bytes[1..].copy_from_slice(&high_s(&signature).serialize_compact());
    // The other S belongs to the other y of the nonce: the lowest bit of the recovery id.
    bytes[0] = ((bytes[0] - P2WPKH) ^ 1) + P2WPKH;
    let identifier = one_key(Output::P2wpkh, 'A').identifier();
    assert_eq!(sign_in(&identifier, &bytes), Ok(()));
}

#[test]
fn another_key_or_script_is_refused() {
    let signature = key('B').message_signature(MESSAGE, P2PKH);
    let mismatch = Err(InvalidSignature::Mismatch.into());
    for output in [Output::P2pkh, Output::P2wpkh, Output::P2shP2wpkh] {
        assert_eq!(
            sign_in(&one_key(output, 'A').identifier(), &signature),
            mismatch
        );
    }
    let identifier = Identifier::parse_pubkey(&key('A').hex()).expect("a key");
    assert_eq!(sign_in(&identifier, &signature), mismatch);
    // A script hash that is not that of a nested key, and a script of several keys.
    let scripts = [
        super::signer::prove(Output::P2sh, "1 A 1 CHECKMULTISIG", ""),
        super::signer::prove(Output::P2wsh, "A CHECKSIG", ""),
    ];
    let own = key('A').message_signature(MESSAGE, P2PKH);
    for script in scripts {
        let verdict = sign_in(&script.identifier(), &own);
        assert!(matches!(verdict, Err(SignatureError::Invalid(_))));
    }
}

#[test]
fn what_is_no_signature_is_malformed() {
    let identifier = one_key(Output::P2pkh, 'A').identifier();
    let signature = key('A').message_signature(MESSAGE, P2PKH);
    let doubled = [signature, signature].concat();
    let trailing = [&signature[..], &[0]].concat();
    let mut below = signature;
    below[0] = 26;
    let mut above = signature;
    above[0] = 43;
    for bytes in [
        &[][..],
        &signature[..64],
        &doubled,
        &trailing,
        &below,
        &above,
    ] {
        let malformed = Err(MalformedSignature::Form.into());
        assert_eq!(sign_in(&identifier, bytes), malformed, "{bytes:?}");
    }
    let long = format!("{}{}", STANDARD.encode(signature), " ".repeat(16 * 1024));
    assert_eq!(
        verify_signature(&identifier, MESSAGE, &long),
        Err(MalformedSignature::TooLong.into())
    );
    let zero = [&[31][..], &[0; 64]].concat();
    let mismatch = Err(InvalidSignature::Mismatch.into());
    assert_eq!(sign_in(&identifier, &zero), mismatch);
}
