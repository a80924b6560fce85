//! The official vectors of BIP-322 2.0.0, all of them.

use bitcoin::{Address, ScriptBuf, Witness};
use hodlxxi_auth::verify::{
    Identifier, InvalidSignature, MalformedSignature, Network, OutputScript, Signature,
    SignatureError, bip322, verify_signature,
};
use serde_json::Value;

const BASIC: &str = include_str!("../../../../tests/vectors/bip-0322_basic-test-vectors.json");
const GENERATED: &str =
    include_str!("../../../../tests/vectors/bip-0322_generated-test-vectors.json");

fn cases(file: &str, list: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(file).expect("JSON");
    file[list].as_array().expect("a list").clone()
}

fn text<'a>(case: &'a Value, member: &str) -> &'a str {
    case[member].as_str().expect("a text")
}

fn script(case: &Value) -> ScriptBuf {
    let address: Address<_> = text(case, "address").parse().expect("an address");
    address.assume_checked().script_pubkey()
}

fn sign_in(case: &Value, signature: &str) -> Result<(), SignatureError> {
    let identifier =
        Identifier::parse_address(text(case, "address"), Network::Bitcoin).expect("an address");
    verify_signature(&identifier, text(case, "message"), signature).map(drop)
}

/// The proof by the library's own answer: valid at time T and age S.
fn validity(case: &Value, signature: &str) -> Result<(u32, u32), SignatureError> {
    let output = OutputScript::from_script(&script(case)).expect("a form that can sign in");
    let Signature::Bip322(proof) = Signature::parse(signature)? else {
        panic!("a BIP-322 proof")
    };
    let validity = bip322::verify(&output, text(case, "message"), &proof)?;
    Ok((validity.time, validity.age))
}

fn signatures(case: &Value) -> impl Iterator<Item = &str> {
    let list = case["bip322_signatures"].as_array().expect("a list");
    list.iter()
        .map(|signature| signature.as_str().expect("text"))
}

#[test]
fn messages_and_transactions_hash_as_published() {
    let cases = cases(BASIC, "tx_hashes");
    assert_eq!(cases.len(), 3);
    for case in &cases {
        let hash = bip322::message_hash(text(case, "message"));
        assert_eq!(hex::encode(hash), text(case, "message_hash"));
        let to_spend = bip322::to_spend(&script(case), text(case, "message"));
        let to_sign = bip322::to_sign(&to_spend, ScriptBuf::new(), Witness::new());
        let id = to_spend.compute_txid().to_string();
        assert_eq!(id, text(case, "to_spend_tx_hash"));
        let id = to_sign.compute_txid().to_string();
        assert_eq!(id, text(case, "to_sign_tx_hash"));
    }
}

#[test]
fn simple_proofs_sign_in() {
    let mut verified = 0;
    for case in cases(BASIC, "simple")
        .iter()
        .chain(&cases(GENERATED, "simple"))
    {
        for signature in signatures(case) {
            assert_eq!(sign_in(case, signature), Ok(()), "{case}");
            // As pasted from a terminal, and as signers wrote it before there were prefixes.
            let wrapped = format!(" {}\r\n{}\n", &signature[..7], &signature[7..]);
            assert_eq!(sign_in(case, &wrapped), Ok(()), "{case}");
            let bare = signature.strip_prefix("smp").unwrap_or(signature);
            assert_eq!(sign_in(case, bare), Ok(()), "{case}");
            assert_eq!(sign_in(case, bare.trim_end_matches('=')), Ok(()), "{case}");
            verified += 1;
        }
    }
    assert_eq!(verified, 10);
}

#[test]
fn full_proofs_are_valid_at_their_time_and_age_and_sign_in_at_neither() {
    let cases = cases(GENERATED, "full");
    assert_eq!(cases.len(), 10);
    for case in &cases {
        for signature in signatures(case) {
            let number = |member: &str| {
                let number = case[member].as_u64().expect("a number");
                u32::try_from(number).expect("32 bits")
            };
            let expected = (number("lock_time"), number("sequence"));
            assert_eq!(validity(case, signature), Ok(expected), "{case}");
            let bare = signature.strip_prefix("ful").expect("the prefix");
            assert_eq!(validity(case, bare), Ok(expected), "{case}");
            assert_ne!(expected, (0, 0));
            assert_eq!(
                sign_in(case, signature),
                Err(InvalidSignature::Timelocked.into()),
                "{case}"
            );
        }
    }
}

#[test]
fn proofs_of_funds_are_no_sign_in() {
    let cases = cases(GENERATED, "proof_of_funds");
    assert_eq!(cases.len(), 3);
    for case in &cases {
        for signature in signatures(case) {
            let refused = Err(MalformedSignature::ProofOfFunds.into());
            assert_eq!(sign_in(case, signature), refused);
            assert_eq!(sign_in(case, &signature[3..]), refused);
        }
    }
}

#[test]
fn errors_are_refused_for_the_published_reason() {
    let mut refused = 0;
    for case in cases(BASIC, "error")
        .iter()
        .chain(&cases(GENERATED, "error"))
    {
        let error = sign_in(case, text(case, "signature")).expect_err("refused");
        let reason = text(case, "error_substr");
        let expected = match reason {
            "invalid signature" => matches!(error, SignatureError::Invalid(_)),
            "base64" | "error decoding signature as base64" => {
                error == MalformedSignature::Base64.into()
            }
            "signature too short" | "error parsing signature as full variant" => {
                error == MalformedSignature::Form.into()
            }
            other => panic!("an unknown reason: {other}"),
        };
        assert!(expected, "{case}: {error:?}");
        refused += 1;
    }
    assert_eq!(refused, 36);
}
