//! Client metadata (RFC 7591, section 2; OpenID Connect Registration, section 2), validated.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::redirect::RedirectUri;
use crate::jose::SigningAlg;
use crate::scope::ScopeSet;

/// How a client proves who it is at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// HTTP Basic (RFC 6749, section 2.3.1).
    ClientSecretBasic,
    /// In the form (RFC 6749, section 2.3.1).
    ClientSecretPost,
    /// A signed assertion (RFC 7523; OpenID Connect Core, section 9).
    PrivateKeyJwt,
    /// A public client: none.
    None,
}

impl ClientAuthMethod {
    /// Every method.
    pub const ALL: [Self; 4] = [
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::PrivateKeyJwt,
        Self::None,
    ];

    /// The method's registered word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }

    /// The method of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }

    /// Whether the client has a secret.
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }
}

/// Ways to get a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749, section 4.1.
    AuthorizationCode,
    /// RFC 6749, section 6.
    RefreshToken,
    /// RFC 6749, section 4.4.
    ClientCredentials,
}

impl GrantType {
    /// Every grant.
    pub const ALL: [Self; 3] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::ClientCredentials,
    ];

    /// The grant's registered word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// The grant of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == word)
    }
}

/// What kind of application the client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationType {
    /// A web application.
    #[default]
    Web,
    /// An application on a person's machine (RFC 8252).
    Native,
}

/// Which subjects a client sees (OpenID Connect Core, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    /// The same for every client.
    #[default]
    Public,
    /// Another one for each sector.
    Pairwise,
}

/// A client's metadata after validation; serialized as it is answered and stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the members are those of the RFCs, each by its name"
)]
pub struct ClientMetadata {
    /// Where answers may be sent.
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
    /// How the client authenticates.
    pub token_endpoint_auth_method: ClientAuthMethod,
    /// The algorithm its assertions must use; any supported one if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<SigningAlg>,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// The response types it may use: `code`, or none for machines.
    #[serde(default)]
    pub response_types: Vec<String>,
    /// Web or native.
    #[serde(default)]
    pub application_type: ApplicationType,
    /// The name shown, always escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Its home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its logo; fetched by the server, never by a person's browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Its privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Its terms of service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// The scopes it may ask for; all but machine ones if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeSet>,
    /// Its public keys, by value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Its public keys, by reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Which subjects it sees.
    #[serde(default)]
    pub subject_type: SubjectType,
    /// Where its sector's redirect URIs are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// The algorithm of its ID tokens.
    pub id_token_signed_response_alg: SigningAlg,
    /// The algorithm of its access tokens; the server's choice if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_signed_response_alg: Option<SigningAlg>,
    /// How long its access tokens live, in seconds, if shorter than the server's hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_lifetime: Option<u32>,
    /// How old a sign-in may be if the request does not say, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Whether `auth_time` is always told (it is).
    #[serde(default)]
    pub require_auth_time: bool,
    /// The authentication contexts it prefers if the request does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// Where it starts a sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Where a logout may return to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where logouts are told (OpenID Connect Back-Channel Logout).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether logout tokens must carry `sid` (they always do).
    #[serde(default)]
    pub backchannel_logout_session_required: bool,
    /// Whether PKCE is required of it although it is confidential.
    #[serde(default)]
    pub require_pkce: bool,
    /// Whether a guest satisfies it.
    #[serde(default)]
    pub allow_guests: bool,
    /// The identifier of its software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// The version of its software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// Human-readable members in other languages, such as `client_name#ja`.
    #[serde(flatten)]
    pub translations: BTreeMap<String, Value>,
}

impl ClientMetadata {
    /// Whether the client has no way to keep a secret.
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == ClientAuthMethod::None
    }

    /// Whether the client may use `grant`.
    ///
    /// Refresh tokens come with `offline_access`, which the person allows: every client that may use
    /// codes may use them, whether it registered `refresh_token` or not. Stock clients register no
    /// grant types, for which RFC 7591 has the default `authorization_code` alone.
    pub fn allows(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
            || (grant == GrantType::RefreshToken && self.allows(GrantType::AuthorizationCode))
    }

    /// Where to answer a request that names `requested`; none if the client did not register it.
    pub fn redirect_uri(&self, requested: &str) -> Option<RedirectUri> {
        self.registered_among(&self.redirect_uris, requested)
    }

    /// Where to return from a logout that names `requested`; none if the client did not register it.
    pub fn post_logout_redirect_uri(&self, requested: &str) -> Option<RedirectUri> {
        self.registered_among(&self.post_logout_redirect_uris, requested)
    }

    fn registered_among(&self, registered: &[RedirectUri], requested: &str) -> Option<RedirectUri> {
        let requested = RedirectUri::parse(requested, self.application_type).ok()?;
        registered
            .iter()
            .any(|uri| uri.matches(&requested, self.application_type))
            .then_some(requested)
    }

    /// The sector that a pairwise subject is made for (OpenID Connect Core, section 8.1): the host of
    /// `sector_identifier_uri`, or else the one that all redirect URIs share; none without either.
    pub fn sector(&self) -> Option<String> {
        match &self.sector_identifier_uri {
            Some(uri) => Url::parse(uri).ok()?.host_str().map(str::to_owned),
            None => self.redirect_uris.first()?.sector(),
        }
    }
}
