//! Signatures: the example of LUD-04, those of other wallets, and what is refused.

use hodlxxi_lnurl::auth::{
    Action, Answer, AnswerError, AuthUrl, AuthUrlError, InvalidSignature, K1, verify,
};
use hodlxxi_lnurl::code::{CodeError, Endpoint};
use k256::ecdsa::Signature;
use serde_json::Value;

/// The example of LUD-04, and what other wallets signed.
pub(crate) const VECTORS: &str = include_str!("../../../../tests/vectors/lnurl-auth.json");

fn vectors() -> Value {
    serde_json::from_str(VECTORS).expect("JSON")
}

fn text<'a>(object: &'a Value, member: &str) -> &'a str {
    object[member].as_str().expect("text")
}

/// `k1`, signature and key of the example.
fn example() -> (K1, String, String) {
    let example = vectors()["lud04"].clone();
    let k1 = text(&example, "k1").parse().expect("a k1");
    let sig = text(&example, "sig_der").to_owned();
    (k1, sig, text(&example, "key").to_owned())
}

#[test]
fn the_example_and_other_wallets_hold() {
    let (k1, sig, key) = example();
    assert_eq!(verify(&k1, &sig, &key).map(|key| key.to_hex()), Ok(key));
    let vectors = vectors();
    let others = vectors["interop"].as_array().expect("a list");
    assert_eq!(others.len(), 2);
    for other in others {
        let k1 = text(other, "k1").parse().expect("a k1");
        let (sig, key) = (text(other, "sig_der"), text(other, "key"));
        let verified = verify(&k1, sig, key).map(|key| key.to_hex());
        assert_eq!(verified.as_deref(), Ok(key), "{other}");
        let upper = verify(&k1, &sig.to_uppercase(), &key.to_uppercase());
        assert!(upper.is_ok(), "{other}");
    }
}

#[test]
fn both_forms_of_a_signature_hold() {
    let (k1, sig, key) = example();
    let low = Signature::from_der(&hex::decode(&sig).expect("hex")).expect("DER");
    let high = Signature::from_scalars(low.r(), -low.s()).expect("a signature");
    let high = hex::encode(high.to_der().as_bytes());
    assert_ne!(high, sig);
    assert!(verify(&k1, &high, &key).is_ok());
}

#[test]
fn each_way_to_be_wrong_has_its_word() {
    use InvalidSignature::{Encoding, Key, Wrong};
    let (k1, sig, key) = example();
    let der = hex::decode(&sig).expect("hex");
    let signature = Signature::from_der(&der).expect("DER");
    let compact = hex::encode(signature.to_bytes());
    let other = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    let uncompressed = format!("04{}", "79".repeat(64));
    let cases = [
        (compact.as_str(), key.as_str(), Encoding),
        ("", &key, Encoding),
        (&sig[2..], &key, Encoding),
        (&format!("{sig}00"), &key, Encoding),
        (&format!("{sig}0"), &key, Encoding),
        (&"30".repeat(100), &key, Encoding),
        // A number that needs no leading zero has one.
        (&sig.replacen("30440220", "3045022100", 1), &key, Encoding),
        // No number of the group: zero.
        ("3006020100020101", &key, Encoding),
        (&sig, other, Wrong),
        (&sig, &key[2..], Key),
        (&sig, &uncompressed, Key),
        (&sig, &format!("04{}", &key[2..]), Key),
        (&sig, &format!("05{}", &key[2..]), Key),
        (&sig, &format!("02{}", "f".repeat(64)), Key),
        (&sig, "", Key),
        (&sig, &"é".repeat(33), Key),
    ];
    for (sig, key, why) in cases {
        assert_eq!(verify(&k1, sig, key), Err(why), "{sig} {key}");
    }
    assert_eq!(verify(&K1::new([7; 32]), &sig, &key), Err(Wrong));
}

#[test]
fn a_wallet_reads_what_a_server_asks() {
    let callback = Endpoint::parse("https://auth.example.org/api/callback").expect("a URL");
    for action in Action::ALL {
        let url = AuthUrl::asking(&callback, K1::new([0xab; 32]), action);
        let expected = format!(
            "https://auth.example.org/api/callback?tag=login&k1={}&action={}",
            "ab".repeat(32),
            action.as_str()
        );
        assert_eq!(url.endpoint().as_str(), expected);
        for shown in [url.endpoint().to_uri(), url.endpoint().to_keyauth()] {
            assert_eq!(AuthUrl::read(&shown).as_ref(), Ok(&url), "{shown}");
        }
        let called = url.answered("30", "02");
        assert_eq!(called, format!("{expected}&sig=30&key=02"));
        assert_eq!(action.as_str().parse(), Ok(action));
    }
}

#[test]
fn what_asks_for_no_sign_in_is_told() {
    let k1 = "e2af6254a8df433264fa23f67eb8188635d15ce883e8fc020989d5f82ae6f11e";
    let read = |query: &str| AuthUrl::read(&format!("keyauth://example.org/a?{query}")).map(drop);
    assert_eq!(read(&format!("tag=login&k1={k1}")), Ok(()));
    for (query, why) in [
        (String::new(), AuthUrlError::Tag),
        (format!("k1={k1}"), AuthUrlError::Tag),
        (format!("tag=payRequest&k1={k1}"), AuthUrlError::Tag),
        (format!("tag=login&tag=login&k1={k1}"), AuthUrlError::Tag),
        ("tag=login".to_owned(), AuthUrlError::K1),
        ("tag=login&k1=00".to_owned(), AuthUrlError::K1),
        (format!("tag=login&k1={k1}&k1={k1}"), AuthUrlError::K1),
        (
            format!("tag=login&k1={k1}&action=pay"),
            AuthUrlError::Action,
        ),
    ] {
        assert_eq!(read(&query), Err(why), "{query}");
    }
    let insecure = AuthUrl::read("keyauth://user@example.org/?tag=login");
    assert_eq!(insecure, Err(AuthUrlError::Code(CodeError::NotSecure)));
}

#[test]
fn an_answer_has_each_part_once() {
    let k1 = "0".repeat(64);
    let parse = |query: &str| Answer::parse(query).map(drop);
    assert_eq!(
        parse(&format!("k1={k1}&sig=30&key=02&more=1&more=2")),
        Ok(())
    );
    for (query, why) in [
        (String::new(), AnswerError::Parameters),
        (format!("k1={k1}&sig=30"), AnswerError::Parameters),
        (format!("k1={k1}&sig=&key=02"), AnswerError::Parameters),
        (
            format!("k1={k1}&sig=30&sig=30&key=02"),
            AnswerError::Parameters,
        ),
        ("k1=0&sig=30&key=02".to_owned(), AnswerError::K1),
        (
            format!("k1={k1}&sig={}&key=02", "0".repeat(2_000)),
            AnswerError::TooLong,
        ),
    ] {
        assert_eq!(parse(&query), Err(why), "{query}");
    }
}
