//! The making of tokens: access tokens (RFC 9068), refresh tokens, ID tokens (OpenID Connect Core,
//! section 2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hodlxxi_kernel::{Secret, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

use super::error::{TokenError, TokenErrorCode};
use super::response::{TokenResponse, TokenType};
use crate::client::Client;
use crate::grant::{AccessTokenRecord, Authorized, Grant, RefreshRecord};
use crate::jose::half_hash;
use crate::provider::Provider;
use crate::scope::{Scope, ScopeSet};

/// How long access tokens and ID tokens live at most, in seconds.
const TOKEN_LIFETIME: i64 = 3_600;
/// How long a refresh token lives unused, in seconds.
const REFRESH_IDLE: i64 = 30 * 24 * 3_600;
/// How long a family of refresh tokens lives, in seconds.
const REFRESH_FAMILY: i64 = 90 * 24 * 3_600;

/// The `typ` of access tokens (RFC 9068, section 2.1).
const ACCESS_TOKEN: &str = "at+jwt";
/// The `typ` of ID tokens.
pub(in crate::provider) const ID_TOKEN: &str = "JWT";

/// The claims of an access token (RFC 9068, section 2.2).
#[derive(Serialize)]
struct AccessClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    client_id: &'a str,
    scope: &'a ScopeSet,
    iat: Timestamp,
    exp: Timestamp,
    jti: String,
    #[serde(flatten)]
    sign_in: Option<SignInClaims>,
}

/// The claims of an ID token.
#[derive(Serialize)]
struct IdClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: Timestamp,
    iat: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    at_hash: String,
    sid: String,
    #[serde(flatten)]
    sign_in: SignInClaims,
    #[serde(flatten)]
    asked: Map<String, Value>,
}

/// How the person signed in.
#[derive(Serialize)]
struct SignInClaims {
    auth_time: Timestamp,
    acr: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    amr: &'static [&'static str],
}

impl SignInClaims {
    fn of(authorized: &Authorized) -> Self {
        Self {
            auth_time: authorized.auth_time,
            acr: authorized.method.acr(),
            amr: authorized.method.amr(),
        }
    }
}

/// A new token, and what is kept of it.
pub(super) struct Minted<R> {
    pub(super) token: Secret,
    pub(super) record: R,
}

impl Provider {
    /// An access token of `grant` with `scope`.
    pub(super) fn mint_access(
        &self,
        client: &Client,
        grant: &Grant,
        scope: &ScopeSet,
    ) -> Result<Minted<AccessTokenRecord>, TokenError> {
        let metadata = &client.metadata;
        let lifetime = metadata
            .access_token_lifetime
            .map_or(TOKEN_LIFETIME, i64::from);
        let now = self.now();
        let expires_at = now.plus(lifetime.min(TOKEN_LIFETIME));
        let issuer = self.config.issuer.as_str();
        let authorized = grant.authorized.as_ref();
        let subject =
            authorized.map(|authorized| self.subject(metadata, authorized.subject_user()));
        let claims = AccessClaims {
            iss: issuer,
            sub: subject.as_deref().unwrap_or(client.id.as_str()),
            aud: issuer,
            client_id: client.id.as_str(),
            scope,
            iat: now,
            exp: expires_at,
            jti: URL_SAFE_NO_PAD.encode(self.entropy.bytes::<16>()),
            sign_in: authorized.map(SignInClaims::of),
        };
        let alg = metadata.access_token_signed_response_alg;
        let alg = alg.unwrap_or(self.config.access_token_alg);
        let token = Secret::from(self.keys.sign(alg, ACCESS_TOKEN, &claims)?);
        Ok(Minted {
            record: AccessTokenRecord {
                hash: token.hash(),
                grant: grant.id.clone(),
                scope: scope.clone(),
                audience: vec![issuer.to_owned()],
                issued_at: now,
                expires_at,
            },
            token,
        })
    }

    /// A refresh token of a family that ends at `family_expires_at`; of a new one if none.
    pub(super) fn mint_refresh(
        &self,
        family_expires_at: Option<Timestamp>,
    ) -> Minted<RefreshRecord> {
        let token = Secret::generate(&*self.entropy);
        let now = self.now();
        let family_expires_at = family_expires_at.unwrap_or(now.plus(REFRESH_FAMILY));
        Minted {
            record: RefreshRecord {
                hash: token.hash(),
                issued_at: now,
                idle_expires_at: now.plus(REFRESH_IDLE).min(family_expires_at),
                family_expires_at,
            },
            token,
        }
    }

    /// The ID token beside `access_token`, if `scope` has `openid`.
    pub(super) fn mint_id_token(
        &self,
        client: &Client,
        authorized: &Authorized,
        scope: &ScopeSet,
        access_token: &Secret,
        nonce: Option<&str>,
    ) -> Result<Option<String>, TokenError> {
        if !scope.contains(Scope::OpenId) {
            return Ok(None);
        }
        let metadata = &client.metadata;
        let asked = authorized.claims.id_token.keys();
        let asked: Vec<&str> = asked.map(String::as_str).collect();
        let subject = self.subject(metadata, authorized.subject_user());
        let told = self.personal_claims(authorized, &subject, |claim| {
            asked.contains(&claim.name) && claim.may_be_told(scope, metadata.subject_type)
        })?;
        let asked =
            told.ok_or_else(|| TokenErrorCode::InvalidGrant.because("the account is gone"))?;
        let alg = metadata.id_token_signed_response_alg;
        let now = self.now();
        let claims = IdClaims {
            iss: self.config.issuer.as_str(),
            sub: &subject,
            aud: client.id.as_str(),
            exp: now.plus(TOKEN_LIFETIME),
            iat: now,
            nonce,
            at_hash: half_hash(alg, access_token.expose()),
            sid: self.sid(&client.id, &authorized.session),
            sign_in: SignInClaims::of(authorized),
            asked,
        };
        Ok(Some(self.keys.sign(alg, ID_TOKEN, &claims)?))
    }
}

/// The answer that brings these tokens.
pub(super) fn answer(
    access: Minted<AccessTokenRecord>,
    refresh: Option<Secret>,
    id_token: Option<String>,
) -> TokenResponse {
    let record = access.record;
    TokenResponse {
        access_token: access.token,
        token_type: TokenType::Bearer,
        expires_in: record.expires_at.seconds_since(record.issued_at),
        refresh_token: refresh,
        id_token,
        scope: record.scope,
    }
}
