//! Introspection (RFC 7662).

use hodlxxi_kernel::{SecretHash, StoreError, Timestamp};
use serde::Serialize;

use super::Provider;
use super::bearer::subject_said;
use crate::client::Client;
use crate::grant::{ActiveAccessToken, RefreshState};
use crate::scope::ScopeSet;

/// What is known of a token, as the JSON body of the answer. It must not be cached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Introspection {
    /// A live token, told to its client or to a resource server it is for.
    Active(ActiveToken),
    /// Anything else: unknown, expired, revoked, or somebody else's.
    Inactive {
        /// False.
        active: bool,
    },
}

/// What is known of a live token (RFC 7662, section 2.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActiveToken {
    /// True.
    pub active: bool,
    /// Its scopes.
    pub scope: ScopeSet,
    /// Its client.
    pub client_id: String,
    /// `Bearer` for access tokens; refresh tokens have no type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// When it ends.
    pub exp: Timestamp,
    /// When it was made.
    pub iat: Timestamp,
    /// Whom it speaks for, as its client knows them.
    pub sub: String,
    /// Who it is for; refresh tokens are for this server alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aud: Vec<String>,
    /// The issuer.
    pub iss: String,
}

const INACTIVE: Introspection = Introspection::Inactive { active: false };

impl Provider {
    /// What `caller`, which has authenticated, may know of `token`. Access tokens cost one read of
    /// the store, refresh tokens two.
    pub fn introspect(&self, caller: &Client, token: &str) -> Result<Introspection, StoreError> {
        let hash = SecretHash::of(token);
        if let Some(active) = self.stores.grants.access_token(&hash, self.now())? {
            return Ok(self.access_token_told(caller, token, active));
        }
        let state = self.stores.grants.refresh_token(&hash)?;
        Ok(state.map_or(INACTIVE, |state| self.refresh_token_told(caller, state)))
    }

    fn access_token_told(
        &self,
        caller: &Client,
        token: &str,
        active: ActiveAccessToken,
    ) -> Introspection {
        let ActiveAccessToken {
            token: record,
            grant,
            ..
        } = active;
        let is_for = |audience: &String| audience == caller.id.as_str();
        if grant.client != caller.id && !record.audience.iter().any(is_for) {
            return INACTIVE;
        }
        let Some(sub) = subject_said(token) else {
            return INACTIVE;
        };
        Introspection::Active(ActiveToken {
            active: true,
            scope: record.scope,
            client_id: grant.client.into(),
            token_type: Some("Bearer"),
            exp: record.expires_at,
            iat: record.issued_at,
            sub,
            aud: record.audience,
            iss: self.config.issuer.as_str().to_owned(),
        })
    }

    fn refresh_token_told(&self, caller: &Client, state: RefreshState) -> Introspection {
        let RefreshState {
            token,
            grant,
            revoked,
            rotated_at,
        } = state;
        let exp = token.idle_expires_at.min(token.family_expires_at);
        let live = !revoked && rotated_at.is_none() && self.now() < exp;
        match grant.authorized {
            Some(authorized) if live && grant.client == caller.id => {
                Introspection::Active(ActiveToken {
                    active: true,
                    sub: self.subject(&caller.metadata, authorized.subject_user()),
                    scope: authorized.scope,
                    client_id: grant.client.into(),
                    token_type: None,
                    exp,
                    iat: token.issued_at,
                    aud: Vec::new(),
                    iss: self.config.issuer.as_str().to_owned(),
                })
            }
            _ => INACTIVE,
        }
    }
}
