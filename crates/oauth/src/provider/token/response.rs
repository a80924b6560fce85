//! The answer that brings tokens (RFC 6749, section 5.1; OpenID Connect Core, section 3.1.3.3).

use hodlxxi_kernel::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scope::ScopeSet;

/// The tokens, as the JSON body of the answer. It must not be cached (`Cache-Control: no-store`).
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The access token (RFC 9068).
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub access_token: Secret,
    /// `Bearer` (RFC 6750).
    pub token_type: TokenType,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    /// The refresh token, where `offline_access` was allowed.
    #[serde(
        serialize_with = "write_option",
        deserialize_with = "read_option",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub refresh_token: Option<Secret>,
    /// The ID token, where `openid` was allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The scopes of the access token.
    pub scope: ScopeSet,
}

/// The one type of access token there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenType {
    /// RFC 6750.
    Bearer,
}

fn write<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn write_option<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose).serialize(serializer)
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::from)
}

fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Secret::from))
}
