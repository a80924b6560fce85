//! Tokens seen from outside: read without trusting them, and made for client authentication (RFC 7523).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The header of a JWS in compact form, unchecked.
pub fn header(token: &str) -> Value {
    part(token, 0)
}

/// The claims of a JWT, unchecked.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, index: usize) -> Value {
    let parts: Vec<_> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "not a compact JWS: {token}");
    let bytes = URL_SAFE_NO_PAD.decode(parts[index]).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// A token with its header and claims replaced and `signature` put behind them.
pub fn compact(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let input = signing_input(header, claims);
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// What a JWS signs (RFC 7515 section 5.1).
pub fn signing_input(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

/// Whether the key of a key set that a token in `EdDSA` (RFC 8037) names has signed it.
pub fn is_signed_by_one_of(keys: &Value, token: &str) -> bool {
    let (input, signature) = token.rsplit_once('.').expect("a compact JWS");
    let (kid, decode) = (&header(token)["kid"], |text: &str| {
        URL_SAFE_NO_PAD.decode(text)
    });
    let mut keys = keys["keys"].as_array().expect("keys").iter();
    let Some(key) = keys.find(|key| key["kid"] == *kid) else {
        return false;
    };
    let x = decode(key["x"].as_str().expect("a coordinate")).expect("base64url");
    let signature = decode(signature).expect("base64url");
    let key = UnparsedPublicKey::new(&ED25519, x);
    key.verify(input.as_bytes(), &signature).is_ok()
}

/// A relying party's own ES256 key.
#[derive(Debug)]
pub struct ClientKey {
    pair: EcdsaKeyPair,
    kid: String,
}

impl ClientKey {
    /// A new key under the id `kid`.
    pub fn new(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a P-256 key");
        Self {
            pair,
            kid: kid.to_owned(),
        }
    }

    /// The key set (RFC 7517) that makes it known.
    pub fn jwks(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
                         "x": coordinate(&point[1..33]), "y": coordinate(&point[33..65])}]})
    }

    /// A JWT of `claims`, signed by this key.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": self.kid});
        let input = signing_input(&header, claims);
        let signature = self
            .pair
            .sign(&SystemRandom::new(), input.as_bytes())
            .expect("a signature");
        compact(&header, claims, signature.as_ref())
    }

    /// A client assertion (RFC 7523 section 3) of `client` for `audience`, under the id `jti`.
    pub fn assertion(&self, client: &str, audience: &str, jti: &str) -> String {
        let now = crate::person::now();
        self.sign(&json!({"iss": client, "sub": client, "aud": audience, "jti": jti, "iat": now, "exp": now + 60}))
    }
}
