//! Key sets of others (RFC 7517): parsed strictly, bounded, and without anything private in them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use thiserror::Error;

use super::SigningAlg;
use super::public::PublicKey;

/// The most keys a set may have.
const MAX_KEYS: usize = 32;
/// The longest `kid` accepted, in bytes.
const MAX_KID: usize = 256;

/// Why a text is not a key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JwkError {
    /// Not an object with an array `keys` of objects.
    #[error("a key set is an object with an array \"keys\" of objects")]
    Format,
    /// More than 32 keys.
    #[error("a key set has at most 32 keys")]
    TooMany,
    /// A private or symmetric key.
    #[error("the key set holds a private or symmetric key; register public keys only")]
    Private,
    /// A member that is missing, not text, not base64url or not of its length.
    #[error("the member {0:?} of a key is missing or malformed")]
    Member(&'static str),
    /// An RSA modulus that is even or not of 2048 to 4096 bits.
    #[error("an RSA modulus is odd and has 2048 to 4096 bits")]
    RsaModulus,
    /// An RSA exponent that is even, 1, or larger than 32 bits.
    #[error("an RSA exponent is odd, at least 3, and has at most 32 bits")]
    RsaExponent,
    /// Coordinates that are no point of their curve.
    #[error("the coordinates are no point of the curve")]
    Point,
    /// Two keys with one `kid`.
    #[error("two keys have the same kid")]
    DuplicateKid,
}

/// One key of a set.
#[derive(Debug, Clone)]
struct Jwk {
    kid: Option<String>,
    key: PublicKey,
}

/// The keys of a set that verify signatures by an algorithm known here.
///
/// Keys of unknown types, curves and algorithms, and those for encryption, are passed over (RFC
/// 7517, section 5); malformed and private ones make the whole set invalid.
#[derive(Debug, Clone)]
pub struct JwkSet(Vec<Jwk>);

impl JwkSet {
    /// Parses `{"keys":[…]}`.
    pub fn parse(set: &Value) -> Result<Self, JwkError> {
        let keys = set.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or(JwkError::Format)?;
        if keys.len() > MAX_KEYS {
            return Err(JwkError::TooMany);
        }
        let mut parsed: Vec<Jwk> = Vec::new();
        for key in keys {
            let Some(jwk) = parse_key(key.as_object().ok_or(JwkError::Format)?)? else {
                continue;
            };
            if jwk.kid.is_some() && parsed.iter().any(|other| other.kid == jwk.kid) {
                return Err(JwkError::DuplicateKid);
            }
            parsed.push(jwk);
        }
        Ok(Self(parsed))
    }

    /// Whether no key of the set can be used here.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that a signature by `alg` naming `kid` may be of: the one of that `kid`, or without
    /// one all of the algorithm.
    pub(super) fn candidates<'a>(
        &'a self,
        alg: SigningAlg,
        kid: Option<&'a str>,
    ) -> impl Iterator<Item = &'a PublicKey> {
        self.0
            .iter()
            .filter(move |jwk| kid.is_none() || jwk.kid.as_deref() == kid)
            .map(|jwk| &jwk.key)
            .filter(move |key| key.alg() == alg)
    }
}

/// Reads one key; none if it is not one for verifying by an algorithm known here.
fn parse_key(jwk: &Map<String, Value>) -> Result<Option<Jwk>, JwkError> {
    const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    if PRIVATE.iter().any(|name| jwk.contains_key(*name)) {
        return Err(JwkError::Private);
    }
    let kid = match jwk.get("kid") {
        None => None,
        Some(Value::String(kid)) if kid.len() <= MAX_KID => Some(kid.clone()),
        Some(_) => return Err(JwkError::Member("kid")),
    };
    if !for_verifying(jwk) {
        return Ok(None);
    }
    let kty = text(jwk, "kty")?;
    let key = match (kty, jwk.get("crv").and_then(Value::as_str)) {
        ("oct", _) => return Err(JwkError::Private),
        ("RSA", _) => PublicKey::rsa(&bytes(jwk, "n")?, &bytes(jwk, "e")?)?,
        ("EC", Some("P-256")) => PublicKey::p256(&coordinate(jwk, "x")?, &coordinate(jwk, "y")?)?,
        ("EC", Some("secp256k1")) => {
            PublicKey::secp256k1(&coordinate(jwk, "x")?, &coordinate(jwk, "y")?)?
        }
        ("OKP", Some("Ed25519")) => PublicKey::ed25519(&coordinate(jwk, "x")?)?,
        _ => return Ok(None),
    };
    // "Ed25519" is the fully-specified name of the same algorithm (RFC 9864).
    let named = jwk.get("alg").and_then(Value::as_str);
    let same = |alg: &str| {
        alg == key.alg().as_str() || (key.alg() == SigningAlg::EdDsa && alg == "Ed25519")
    };
    Ok(named.is_none_or(same).then_some(Jwk { kid, key }))
}

/// Whether `use` and `key_ops` allow verifying (RFC 7517, sections 4.2 and 4.3).
fn for_verifying(jwk: &Map<String, Value>) -> bool {
    let used = jwk.get("use").is_none_or(|word| word == "sig");
    let operations = jwk.get("key_ops").is_none_or(|operations| {
        let operations = operations.as_array();
        operations.is_some_and(|all| all.iter().any(|word| word == "verify"))
    });
    used && operations
}

fn text<'a>(jwk: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, JwkError> {
    let text = jwk.get(name).and_then(Value::as_str);
    text.ok_or(JwkError::Member(name))
}

fn bytes(jwk: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JwkError> {
    let decoded = URL_SAFE_NO_PAD.decode(text(jwk, name)?);
    decoded.map_err(|_| JwkError::Member(name))
}

fn coordinate(jwk: &Map<String, Value>, name: &'static str) -> Result<[u8; 32], JwkError> {
    let bytes = bytes(jwk, name)?;
    bytes.try_into().map_err(|_| JwkError::Member(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// The key of RFC 7638, section 3.1 (IETF Trust; a fact of the specification).
    const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    /// The key of RFC 8037, appendix A.2.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn parse(key: &Value) -> Result<JwkSet, JwkError> {
        JwkSet::parse(&json!({ "keys": [key] }))
    }

    fn ed25519(change: &Value) -> Value {
        let mut key = json!({"kty": "OKP", "crv": "Ed25519", "x": X, "kid": "1"});
        for (name, value) in change.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    }

    #[test]
    fn thumbprints_are_those_of_the_rfcs() {
        let rsa = parse(&json!({"kty": "RSA", "n": N, "e": "AQAB", "alg": "RS256"})).unwrap();
        let thumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        assert_eq!(rsa.0[0].key.thumbprint(), thumbprint);
        let okp = parse(&ed25519(&json!({}))).unwrap();
        let thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
        assert_eq!(okp.0[0].key.thumbprint(), thumbprint);
    }

    #[test]
    fn the_signature_of_rfc_8037_verifies() {
        // Appendix A.4.
        let signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let set = parse(&ed25519(&json!({}))).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert!(set.0[0].key.verify(signed, &signature));
    }

    #[test]
    fn keys_that_are_not_for_this_are_passed_over() {
        for change in [
            json!({"use": "enc"}),
            json!({"key_ops": ["encrypt"]}),
            json!({"key_ops": "verify"}),
            json!({"alg": "ES256"}),
            json!({"crv": "Ed448"}),
            json!({"kty": "new"}),
        ] {
            assert!(
                parse(&ed25519(&change)).is_ok_and(|set| set.is_empty()),
                "{change}"
            );
        }
        for change in [
            json!({"use": "sig", "key_ops": ["verify"]}),
            json!({"alg": "EdDSA"}),
            json!({"alg": "Ed25519"}),
        ] {
            assert!(
                parse(&ed25519(&change)).is_ok_and(|set| !set.is_empty()),
                "{change}"
            );
        }
        assert!(
            parse(&json!({"kty": "RSA", "n": N, "e": "AQAB", "alg": "PS256"}))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn private_and_symmetric_keys_are_refused_wherever_they_stand() {
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            let key = ed25519(&json!({name: "AA", "use": "enc"}));
            assert_eq!(parse(&key).err(), Some(JwkError::Private), "{name}");
        }
        assert_eq!(parse(&json!({"kty": "oct"})).err(), Some(JwkError::Private));
    }

    #[test]
    fn malformed_keys_make_the_set_invalid() {
        let rsa = |n: &[u8], e: &str| json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(n), "e": e});
        let modulus = URL_SAFE_NO_PAD.decode(N).unwrap();
        let zero = URL_SAFE_NO_PAD.encode([0; 32]);
        let mut even = modulus.clone();
        even[255] &= 0xfe;
        for (key, why) in [
            (ed25519(&json!({"x": "AA"})), JwkError::Member("x")),
            (ed25519(&json!({"x": 1})), JwkError::Member("x")),
            (
                ed25519(&json!({"x": format!("{X}=")})),
                JwkError::Member("x"),
            ),
            (ed25519(&json!({"kid": 1})), JwkError::Member("kid")),
            (
                ed25519(&json!({"kid": "k".repeat(257)})),
                JwkError::Member("kid"),
            ),
            (json!({"x": X}), JwkError::Member("kty")),
            (
                json!({"kty": "EC", "crv": "P-256", "x": zero, "y": X}),
                JwkError::Point,
            ),
            (
                json!({"kty": "EC", "crv": "secp256k1", "x": zero, "y": zero}),
                JwkError::Point,
            ),
            (rsa(&modulus[..128], "AQAB"), JwkError::RsaModulus),
            (rsa(&[0x80; 513], "AQAB"), JwkError::RsaModulus),
            (rsa(&even, "AQAB"), JwkError::RsaModulus),
            (
                rsa(&[&[0], modulus.as_slice()].concat(), "AQAB"),
                JwkError::RsaModulus,
            ),
            (rsa(&modulus, "AQ"), JwkError::RsaExponent),
            (rsa(&modulus, "Ag"), JwkError::RsaExponent),
            (rsa(&modulus, "AQAAAAE"), JwkError::RsaExponent),
            (rsa(&modulus, ""), JwkError::RsaExponent),
        ] {
            assert_eq!(parse(&key).err(), Some(why), "{key}");
        }
    }

    #[test]
    fn the_set_itself_is_bounded_and_has_each_kid_once() {
        let set = |keys: Vec<Value>| JwkSet::parse(&json!({ "keys": keys })).err();
        let key = |kid: usize| ed25519(&json!({"kid": kid.to_string()}));
        assert_eq!(set((0..32).map(key).collect()), None);
        assert_eq!(set((0..33).map(key).collect()), Some(JwkError::TooMany));
        assert_eq!(set(vec![key(1), key(1)]), Some(JwkError::DuplicateKid));
        assert_eq!(set(vec![json!("key")]), Some(JwkError::Format));
        for other in [json!({}), json!([]), json!({"keys": {}})] {
            assert_eq!(JwkSet::parse(&other).err(), Some(JwkError::Format));
        }
    }

    proptest! {
        #[test]
        fn no_key_panics(
            kty in "RSA|EC|OKP|oct|[a-z]{0,4}",
            crv in "P-256|secp256k1|Ed25519|[a-z]{0,4}",
            x: Vec<u8>,
            y in prop::collection::vec(any::<u8>(), 32),
            n in prop::collection::vec(any::<u8>(), 250..260),
            noise in ".{0,20}",
        ) {
            let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
            for x in [text(&x), text(&y), noise] {
                let key = json!({"kty": kty, "crv": crv, "x": x, "y": text(&y), "n": text(&n), "e": x});
                if let Ok(set) = parse(&key) {
                    prop_assert!(set.0.len() <= 1);
                }
            }
        }
    }
}
