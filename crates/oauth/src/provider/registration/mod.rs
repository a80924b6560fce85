//! Dynamic registration (RFC 7591) and its management (RFC 7592), and what an administrator does with
//! clients.
//!
//! The order of a call: parse the body, fetch what its plan names, then one step on the stores.
//! Deliberately absent: the network, and limits on how often somebody registers.

mod admin;
mod answer;
mod manage;
mod own;
mod playground;

use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{ClientId, ClientTier, Secret, SecretHash, StoreError};
use serde_json::Value;
use thiserror::Error;

pub use admin::ClientSecretError;
pub use answer::Registered;
pub use manage::RegistrationUpdate;
pub use own::{MOST_OWN_CLIENTS, OwnClientError, SECRET_OVERLAP};

use super::{Provider, RegistrationPolicy};
use crate::client::{
    Client, ClientMetadata, ClientOrigin, RegistrationError, RegistrationRequest, RegistrationRules,
};

/// Why a registration, or a request to manage one, is refused.
#[derive(Debug, Error)]
pub enum RegisterError {
    /// Registration is off.
    #[error("clients are registered by the administrator here")]
    Off,
    /// The bearer token is missing or not good for this; whether the client exists is not told.
    #[error("the bearer token is missing or not valid for this")]
    Token,
    /// The metadata is refused.
    #[error(transparent)]
    Metadata(#[from] RegistrationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RegisterError {
    /// Whether somebody could not show that they may do this; where a client is managed, what a guesser does.
    pub const fn is_failed_proof(&self) -> bool {
        matches!(self, Self::Token)
    }

    /// The error code: of RFC 7591, section 3.2.2, or of RFC 6750, section 3.1.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Off => "access_denied",
            Self::Token => "invalid_token",
            Self::Metadata(error) => error.code(),
            Self::Store(_) => "server_error",
        }
    }
}

impl Provider {
    /// Reads the body of a registration; what its [`plan`](RegistrationRequest::plan) names has to
    /// be fetched before [`register`](Self::register). Nobody who may not register gets that far.
    pub fn registration_request(
        &self,
        body: &Value,
        bearer: Option<&str>,
    ) -> Result<RegistrationRequest, RegisterError> {
        match self.config.registration {
            RegistrationPolicy::Open => {}
            RegistrationPolicy::Off => return Err(RegisterError::Off),
            RegistrationPolicy::Token => {
                let presented = SecretHash::of(bearer.ok_or(RegisterError::Token)?);
                let (clients, now) = (&self.stores.clients, self.clock.now());
                if !clients.is_initial_access_token_live(&presented, now)? {
                    return Err(RegisterError::Token);
                }
            }
        }
        Ok(RegistrationRequest::parse(body, self.registration_rules())?)
    }

    /// Registers a client. Where a token is asked for, one use is taken from it.
    pub fn register(
        &self,
        request: RegistrationRequest,
        fetched: Option<&Value>,
        bearer: Option<&str>,
        origin: &Origin,
    ) -> Result<Registered, RegisterError> {
        let metadata = request.judge(fetched)?;
        let mut registered = self.new_client(metadata, ClientOrigin::Registered, false);
        let token = Secret::generate(&*self.entropy);
        registered.client.registration_token_hash = Some(token.hash());
        registered.registration_token = Some(token);
        let client = &registered.client;
        let act = self
            .act(Action::ClientRegistered, origin)
            .client(&client.id);
        match (self.config.registration, bearer) {
            (RegistrationPolicy::Off, _) => return Err(RegisterError::Off),
            (RegistrationPolicy::Open, _) => self.stores.clients.insert_client(client, &act)?,
            (RegistrationPolicy::Token, bearer) => {
                let presented = SecretHash::of(bearer.ok_or(RegisterError::Token)?);
                let clients = &self.stores.clients;
                let now = self.clock.now();
                if !clients.insert_client_with_token(client, &presented, now, &act)? {
                    return Err(RegisterError::Token);
                }
            }
        }
        Ok(registered)
    }

    fn registration_rules(&self) -> RegistrationRules<'_> {
        RegistrationRules {
            algs: self.keys.algs(),
            issuer_is_loopback: self.config.issuer.is_loopback(),
        }
    }

    /// A client that nobody keeps yet, with a new id and, if its method has one, a new secret.
    fn new_client(
        &self,
        metadata: ClientMetadata,
        brought_in: ClientOrigin,
        verified: bool,
    ) -> Registered {
        let secret = metadata.token_endpoint_auth_method.has_secret();
        let secret = secret.then(|| Secret::generate(&*self.entropy));
        let id = ClientId::generate(&*self.clock, &*self.entropy);
        Registered {
            management_uri: self.management_uri(&id),
            client: Client {
                id,
                secret_hash: secret.as_ref().map(Secret::hash),
                registration_token_hash: None,
                previous_secret: None,
                owner: None,
                metadata,
                origin: brought_in,
                verified,
                tier: ClientTier::Free,
                created_at: self.clock.now(),
                last_used_at: None,
                disabled_at: None,
                disabled_count: 0,
            },
            secret,
            registration_token: None,
        }
    }

    fn management_uri(&self, id: &ClientId) -> String {
        self.config.issuer.url(&format!("/oauth/register/{id}"))
    }
}

#[cfg(test)]
mod tests;
