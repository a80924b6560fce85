//! What a token must not get away with.

use aws_lc_rs::hmac;
use hodlxxi_kernel::OsEntropy;
use k256::elliptic_curve::ops::Neg;
use proptest::prelude::*;
use serde_json::json;

use super::super::private::PrivateKey;
use super::super::public::render_jwks;
use super::*;

pub(in crate::jose) fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

fn encoded(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// A key, and the set that publishes it under the `kid` "1".
fn key(alg: SigningAlg) -> (PrivateKey, JwkSet) {
    let key = PrivateKey::generate(alg, &OsEntropy).unwrap();
    let set = render_jwks([("1", &key.public().unwrap())].into_iter());
    (
        key,
        JwkSet::parse(&serde_json::from_str(&set).unwrap()).unwrap(),
    )
}

/// A token with any header.
fn token(key: &PrivateKey, header: &Value, claims: &Value) -> String {
    let mut token = format!(
        "{}.{}",
        encoded(header.to_string()),
        encoded(claims.to_string())
    );
    let signature = key.sign(token.as_bytes()).unwrap();
    append_signature(&mut token, &signature);
    token
}

fn verify(token: &str, keys: &JwkSet) -> Result<Value, JwsError> {
    verify_with_jwks(token, keys, &SigningAlg::ALL)
}

#[test]
fn each_algorithm_verifies_and_a_changed_token_does_not() {
    for alg in SigningAlg::ALL {
        let (key, keys) = key(alg);
        let good = token(
            &key,
            &json!({"alg": alg, "kid": "1"}),
            &json!({"sub": "rp"}),
        );
        assert_eq!(verify(&good, &keys).unwrap()["sub"], "rp");
        let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else {
            panic!("three parts")
        };
        let other = encoded(json!({"sub": "other"}).to_string());
        for bad in [
            format!("{header}.{other}.{signature}"),
            format!("{header}.{claims}."),
            format!("{header}.{claims}.{}", encoded([0; 64])),
        ] {
            assert_eq!(verify(&bad, &keys), Err(JwsError::Signature), "{alg:?}");
        }
        assert_eq!(verify(&format!("{good}.x"), &keys), Err(JwsError::Format));
        assert_eq!(verify(&format!("{good}="), &keys), Err(JwsError::Format));
        assert_eq!(
            verify(&format!("{header}.{claims}"), &keys),
            Err(JwsError::Format)
        );
    }
}

#[test]
fn none_is_no_algorithm_however_it_is_written() {
    let (_, keys) = key(SigningAlg::EdDsa);
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let header = encoded(json!({"alg": none, "kid": "1"}).to_string());
        let bare = format!("{header}.{}.", encoded("{}"));
        assert_eq!(verify(&bare, &keys), Err(JwsError::Algorithm), "{none}");
    }
}

#[test]
fn a_public_key_is_no_secret_for_hs256() {
    let (key, keys) = key(SigningAlg::Rs256);
    let public = key.public().unwrap();
    let text = render_jwks([("1", &public)].into_iter());
    let key: Value = serde_json::from_str(&text).unwrap();
    let modulus = decoded(key["keys"][0]["n"].as_str().unwrap());
    for secret in [
        text.as_bytes(),
        modulus.as_slice(),
        public.thumbprint().as_bytes(),
    ] {
        let header = encoded(json!({"alg": "HS256", "kid": "1"}).to_string());
        let input = format!("{header}.{}", encoded("{}"));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
        let forged = format!("{input}.{}", encoded(tag));
        assert_eq!(verify(&forged, &keys), Err(JwsError::Algorithm));
    }
}

#[test]
fn a_key_verifies_by_its_own_algorithm_alone() {
    let (key, keys) = key(SigningAlg::Es256);
    for alg in ["RS256", "EdDSA", "ES256K"] {
        let confused = token(&key, &json!({"alg": alg, "kid": "1"}), &json!({}));
        assert_eq!(verify(&confused, &keys), Err(JwsError::UnknownKey), "{alg}");
        let parsed = Unverified::parse(&confused).unwrap();
        let own = parsed.own_claims(&key.public().unwrap());
        assert_eq!(own, Err(JwsError::Algorithm), "{alg}");
    }
    let good = token(&key, &json!({"alg": "ES256", "kid": "1"}), &json!({}));
    let other = verify_with_jwks(&good, &keys, &[SigningAlg::EdDsa]);
    assert_eq!(other, Err(JwsError::Algorithm));
}

#[test]
fn an_ecdsa_signature_has_64_bytes_and_no_other_form() {
    for alg in [SigningAlg::Es256, SigningAlg::Es256k] {
        let (key, keys) = key(alg);
        let good = token(&key, &json!({"alg": alg, "kid": "1"}), &json!({}));
        let (input, signature) = good.rsplit_once('.').unwrap();
        let signature = decoded(signature);
        for bad in [
            &signature[..63],
            &[signature.as_slice(), &[0]].concat(),
            &[0x30; 70],
        ] {
            let bad = format!("{input}.{}", encoded(bad));
            assert_eq!(verify(&bad, &keys), Err(JwsError::Signature), "{alg:?}");
        }
    }
}

#[test]
fn a_high_s_is_taken_from_others_and_refused_as_our_own() {
    let (key, keys) = key(SigningAlg::Es256k);
    let low = token(&key, &json!({"alg": "ES256K", "kid": "1"}), &json!({}));
    let (input, signature) = low.rsplit_once('.').unwrap();
    let signature = k256::ecdsa::Signature::from_slice(&decoded(signature)).unwrap();
    assert_eq!(signature.normalize_s(), signature, "we sign with the low S");
    let (r, s) = signature.split_scalars();
    let high = k256::ecdsa::Signature::from_scalars(*r, *s.neg()).unwrap();
    let high = format!("{input}.{}", encoded(high.to_bytes()));
    assert!(verify(&high, &keys).is_ok());
    let parsed = Unverified::parse(&high).unwrap();
    let own = parsed.own_claims(&key.public().unwrap());
    assert_eq!(own, Err(JwsError::Signature));
}

#[test]
fn a_header_cannot_bring_its_own_key_or_extensions() {
    let (_, keys) = key(SigningAlg::EdDsa);
    let mine = PrivateKey::generate(SigningAlg::EdDsa, &OsEntropy).unwrap();
    let jwk = render_jwks([("mine", &mine.public().unwrap())].into_iter());
    let jwk: Value = serde_json::from_str(&jwk).unwrap();
    let header =
        json!({"alg": "EdDSA", "kid": "1", "jwk": jwk["keys"][0], "jku": "https://a.example"});
    assert_eq!(
        verify(&token(&mine, &header, &json!({})), &keys),
        Err(JwsError::Signature)
    );
    let header = json!({"alg": "EdDSA", "kid": "mine", "jwk": jwk["keys"][0]});
    assert_eq!(
        verify(&token(&mine, &header, &json!({})), &keys),
        Err(JwsError::UnknownKey)
    );
    let header = json!({"alg": "EdDSA", "kid": "1", "crit": ["b64"], "b64": false});
    assert_eq!(
        verify(&token(&mine, &header, &json!({})), &keys),
        Err(JwsError::Critical)
    );
    let twice = encoded(r#"{"alg":"EdDSA","alg":"none"}"#);
    assert_eq!(
        verify(&format!("{twice}.e30."), &keys),
        Err(JwsError::Format)
    );
}

#[test]
fn the_type_is_compared_as_rfc_7515_says() {
    let (key, _) = key(SigningAlg::EdDsa);
    let has = |header: Value| {
        let token = token(&key, &header, &json!({}));
        Unverified::parse(&token).unwrap().has_type("at+jwt")
    };
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/At+Jwt",
    ] {
        assert!(has(json!({"alg": "EdDSA", "typ": typ})), "{typ}");
    }
    for typ in [
        "JWT",
        "",
        "at+jwt ",
        "text/at+jwt",
        "application/",
        "ééééééé",
    ] {
        assert!(!has(json!({"alg": "EdDSA", "typ": typ})), "{typ}");
    }
    assert!(!has(json!({"alg": "EdDSA"})));
}

#[test]
fn the_payload_is_an_object_and_the_whole_is_bounded() {
    let (key, keys) = key(SigningAlg::EdDsa);
    for claims in [json!([]), json!("text"), json!(1)] {
        let token = token(&key, &json!({"alg": "EdDSA"}), &claims);
        assert_eq!(verify(&token, &keys), Err(JwsError::Format));
    }
    let long = "a".repeat(MAX_TOKEN_LEN + 1);
    assert_eq!(verify(&long, &keys), Err(JwsError::TooLong));
}

#[test]
fn without_kid_every_key_of_the_algorithm_is_tried() {
    let (key, keys) = key(SigningAlg::EdDsa);
    assert!(verify(&token(&key, &json!({"alg": "EdDSA"}), &json!({})), &keys).is_ok());
}

proptest! {
    #[test]
    fn no_text_panics_or_verifies(
        text in ".{0,80}",
        header in "[ -~]{0,60}",
        claims in "[ -~]{0,60}",
        signature: Vec<u8>,
    ) {
        let (_, keys) = key(SigningAlg::EdDsa);
        prop_assert!(verify(&text, &keys).is_err());
        let token = format!("{}.{}.{}", encoded(header), encoded(claims), encoded(signature));
        prop_assert!(verify(&token, &keys).is_err());
    }

    #[test]
    fn no_single_changed_character_verifies(position: prop::sample::Index, to in "[A-Za-z0-9_.-]") {
        let (key, keys) = key(SigningAlg::EdDsa);
        let good = token(&key, &json!({"alg": "EdDSA", "kid": "1"}), &json!({"sub": "rp"}));
        let at = position.index(good.len());
        let mut bad = good.clone();
        bad.replace_range(at..=at, &to);
        prop_assert!(bad == good || verify(&bad, &keys).is_err());
    }
}
