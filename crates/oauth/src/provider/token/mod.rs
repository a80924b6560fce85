//! The token endpoint (RFC 6749, sections 4.1.3, 4.4, 6), after the client authenticated.

mod code;
mod error;
mod issue;
mod machine;
mod refresh;
mod response;

pub use error::{TokenError, TokenErrorCode, TokenRefusal};
pub(super) use issue::ID_TOKEN;
pub use response::{TokenResponse, TokenType};

use hodlxxi_kernel::StoreError;
use hodlxxi_kernel::audit::{Action, Actor, AuditEntry, Origin, Outcome};

use super::Provider;
use crate::client::{Client, GrantType};
use crate::grant::Authorized;
use crate::params::Params;

/// The parameters looked at; all others are ignored.
const PARAMETERS: [&str; 6] = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
];

impl Provider {
    /// Answers a token request of `client`, which has authenticated.
    pub fn token(
        &self,
        client: &Client,
        params: &Params,
        origin: &Origin,
    ) -> Result<TokenResponse, TokenError> {
        if PARAMETERS.iter().any(|name| params.is_repeated(name)) {
            return Err(
                TokenErrorCode::InvalidRequest.because("a parameter is given more than once")
            );
        }
        let grant = match required(params, "grant_type", "grant_type is missing")? {
            "authorization_code" => GrantType::AuthorizationCode,
            "refresh_token" => GrantType::RefreshToken,
            "client_credentials" => GrantType::ClientCredentials,
            _ => {
                return Err(TokenErrorCode::UnsupportedGrantType.because(
                    "grant_type is none of authorization_code, refresh_token, client_credentials",
                ));
            }
        };
        if !client.metadata.allows(grant) {
            return Err(TokenErrorCode::UnauthorizedClient
                .because("the client did not register for this grant"));
        }
        match grant {
            GrantType::AuthorizationCode => self.redeem(client, params, origin),
            GrantType::RefreshToken => self.refresh(client, params, origin),
            GrantType::ClientCredentials => self.client_credentials(client, params, origin),
        }
    }

    /// An act of a client at the token endpoint; with the person who allowed it, if one did.
    fn token_act(
        &self,
        action: Action,
        client: &Client,
        authorized: Option<&Authorized>,
        origin: &Origin,
    ) -> AuditEntry {
        let act = self.act(action, origin).by(Actor::Client);
        let act = act.client(&client.id);
        match authorized {
            Some(authorized) => act.person(&authorized.user).session(&authorized.session),
            None => act,
        }
    }

    /// Records that a code or refresh token that is known is refused, and why. Of one that is not
    /// known there is nothing to say, and anybody could make up as many as they like.
    fn record_refusal(&self, act: AuditEntry, why: &str) -> Result<(), StoreError> {
        let act = act.became(Action::TokenRefused, Outcome::Refused);
        self.stores.audit.record(&act.detail(why))
    }
}

fn required<'a>(
    params: &'a Params,
    name: &str,
    missing: &'static str,
) -> Result<&'a str, TokenError> {
    params
        .get(name)
        .ok_or_else(|| TokenErrorCode::InvalidRequest.because(missing))
}
