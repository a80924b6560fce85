//! Signed tokens in compact form (RFC 7515, section 3.1): written, taken apart, verified.
//!
//! Deliberately absent: keys by any other way than `kid` (`jwk`, `jku`, `x5c`, `x5u` in a header are
//! not looked at), critical extensions, `none`, and every symmetric algorithm.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use super::SigningAlg;
use super::jwk::JwkSet;
use super::public::PublicKey;

/// The longest token looked at, in bytes.
pub const MAX_TOKEN_LEN: usize = 16 * 1024;

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JwsError {
    /// Longer than [`MAX_TOKEN_LEN`].
    #[error("the token is longer than 16 KiB")]
    TooLong,
    /// Not three parts of base64url, or a header or payload that is not a JSON object.
    #[error("not a JWT")]
    Format,
    /// Another algorithm than those accepted, or than the key's own.
    #[error("the algorithm is not accepted")]
    Algorithm,
    /// A header with critical extensions (RFC 7515, section 4.1.11); none is known here.
    #[error("the token has critical extensions")]
    Critical,
    /// Another kind of token (RFC 8725, section 3.11).
    #[error("the token is of another type")]
    Type,
    /// A key that is not known.
    #[error("the token's key is not known")]
    UnknownKey,
    /// A signature that is not the key's.
    #[error("the signature is not valid")]
    Signature,
}

/// The header members that matter; others, such as an embedded key, are passed over. A member given
/// twice is refused.
#[derive(Debug, Deserialize)]
struct RawHeader {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// A token taken apart, its signature not yet checked.
#[derive(Debug)]
pub(super) struct Unverified<'a> {
    pub(super) alg: SigningAlg,
    pub(super) kid: Option<String>,
    typ: Option<String>,
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Takes a token apart.
    pub(super) fn parse(token: &'a str) -> Result<Self, JwsError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(JwsError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Format)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::Format)?;
        let decode = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Format);
        let raw: RawHeader =
            serde_json::from_slice(&decode(header)?).map_err(|_| JwsError::Format)?;
        if raw.crit.is_some() {
            return Err(JwsError::Critical);
        }
        Ok(Self {
            alg: raw.alg.parse().map_err(|_| JwsError::Algorithm)?,
            kid: raw.kid,
            typ: raw.typ,
            signed,
            payload,
            signature: decode(signature)?,
        })
    }

    /// Whether the header's `typ` is `expected`, with or without `application/` and in either case
    /// (RFC 7515, section 4.1.9).
    pub(super) fn has_type(&self, expected: &str) -> bool {
        let typ = self.typ.as_deref().unwrap_or_default();
        let bare = match typ.get(..12) {
            Some(prefix) if prefix.eq_ignore_ascii_case("application/") => &typ[12..],
            _ => typ,
        };
        bare.eq_ignore_ascii_case(expected)
    }

    /// The claims, if the signature is `key`'s; of our own signatures only the one form we make.
    pub(super) fn own_claims(&self, key: &PublicKey) -> Result<Value, JwsError> {
        if key.alg() != self.alg {
            return Err(JwsError::Algorithm);
        }
        if !key.verify(self.signed.as_bytes(), &self.signature) {
            return Err(JwsError::Signature);
        }
        self.claims()
    }

    fn claims(&self) -> Result<Value, JwsError> {
        let payload = URL_SAFE_NO_PAD.decode(self.payload);
        let payload = payload.map_err(|_| JwsError::Format)?;
        serde_json::from_slice::<Map<String, Value>>(&payload)
            .map(Value::Object)
            .map_err(|_| JwsError::Format)
    }
}

/// The subject that a token names, none of which is checked: to find the keys to check it with, or of
/// a token that is known to be one issued here.
pub(crate) fn unverified_subject(token: &str) -> Result<String, JwsError> {
    let claims = Unverified::parse(token)?.claims()?;
    let subject = claims.get("sub").and_then(Value::as_str);
    subject.map(str::to_owned).ok_or(JwsError::Format)
}

/// Header and payload of a token to be signed: the signing input (RFC 7515, section 5.1).
pub(super) fn signing_input(
    alg: SigningAlg,
    typ: &str,
    kid: &str,
    claims: &impl Serialize,
) -> Result<String, serde_json::Error> {
    let header = Header {
        alg: alg.as_str(),
        kid,
        typ,
    };
    let mut input = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
    input.push('.');
    URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut input);
    Ok(input)
}

/// Completes a token with its signature.
pub(super) fn append_signature(token: &mut String, signature: &[u8]) {
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, token);
}

/// The header of a token we sign.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    kid: &'a str,
    typ: &'a str,
}

/// Verifies a token that somebody else signed with a key of `keys` by one of the algorithms
/// `accepted`, and gives its claims, an
/// object. Its type, times, issuer and audience are the caller's to judge.
pub fn verify_with_jwks(
    token: &str,
    keys: &JwkSet,
    accepted: &[SigningAlg],
) -> Result<Value, JwsError> {
    let token = Unverified::parse(token)?;
    if !accepted.contains(&token.alg) {
        return Err(JwsError::Algorithm);
    }
    let mut candidates = keys.candidates(token.alg, token.kid.as_deref()).peekable();
    if candidates.peek().is_none() {
        return Err(JwsError::UnknownKey);
    }
    if !candidates.any(|key| key.verify_either_s(token.signed.as_bytes(), &token.signature)) {
        return Err(JwsError::Signature);
    }
    token.claims()
}

#[cfg(test)]
pub(in crate::jose) mod tests;
