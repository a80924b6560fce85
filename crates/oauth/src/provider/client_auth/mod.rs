//! Client authentication (RFC 6749, section 2.3; OpenID Connect Core, section 9).

mod assertion;
mod credentials;

use std::sync::Arc;

use hodlxxi_kernel::audit::{Action, Origin, Outcome};
use hodlxxi_kernel::{Secret, SecretHash, StoreError};
use thiserror::Error;

pub use assertion::AssertionError;
pub use credentials::ClientCredentials;

use self::credentials::Proof;
use super::Provider;
use crate::client::{Client, ClientAuthMethod, LearnKeysError};
use crate::jose::{JwkSet, JwsError, SigningAlg, verify_with_jwks};

/// Why a client is not believed. An unknown client, a wrong secret and a wrong signature are told
/// alike.
#[derive(Debug, Error)]
pub enum ClientAuthError {
    /// The request does not say which client it is from.
    #[error("the request has no client authentication")]
    Missing,
    /// More than one method, or two different clients.
    #[error("the request has more than one client authentication")]
    Several,
    /// An `Authorization` header that cannot be read.
    #[error("the authorization header is not HTTP Basic with id and secret")]
    Header,
    /// An assertion that is not said to be a JWT.
    #[error("client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer")]
    AssertionType,
    /// Unknown client, disabled client, wrong method, wrong secret or wrong signature.
    #[error("client authentication failed")]
    Refused,
    /// An assertion by the client's own key, whose claims are not good.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
    /// The client's keys have to be fetched, learnt ([`Provider::learn_client_keys`]), and the
    /// request tried again.
    #[error("the client's keys have to be fetched from {uri}")]
    KeysNeeded {
        /// Its `jwks_uri`.
        uri: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ClientAuthError {
    /// Whether somebody tried to show that they are a client and could not: what a guesser does. Not an
    /// assertion by the client's own key, whatever is wrong with it.
    pub const fn is_failed_proof(&self) -> bool {
        matches!(self, Self::Refused)
    }

    /// The registered error code (RFC 6749, section 5.2); `server_error` where it is not the client's
    /// fault.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Several => "invalid_request",
            Self::Store(_) => "server_error",
            _ => "invalid_client",
        }
    }
}

impl Provider {
    /// The client that shows itself by `credentials`, and by the kind of method that it registered: a
    /// secret, an assertion, or none.
    pub fn authenticate_client(
        &self,
        credentials: &ClientCredentials,
        origin: &Origin,
    ) -> Result<Client, ClientAuthError> {
        let proof = &credentials.proof;
        let client = self.stores.clients.client(&credentials.client)?;
        let Some(client) = client else {
            if let Proof::Basic(secret) | Proof::Post(secret) = proof {
                // Compared as for a client that exists; only whose refusal is recorded, which takes longer.
                self.is_secret_of(None, secret);
            }
            return Err(ClientAuthError::Refused);
        };
        let proved = match proof {
            Proof::Basic(secret) | Proof::Post(secret) => self.is_secret_of(Some(&client), secret),
            Proof::Assertion(_) | Proof::None => true,
        };
        let usable = client.disabled_at.is_none()
            && may_use(client.metadata.token_endpoint_auth_method, proof.method());
        let checked = match proof {
            _ if !proved || !usable => Err(ClientAuthError::Refused),
            Proof::Assertion(assertion) => self.check_assertion(&client, assertion),
            _ => Ok(()),
        };
        match checked {
            Ok(()) => Ok(client),
            Err(error @ (ClientAuthError::Refused | ClientAuthError::Assertion(_))) => {
                self.record_refused_client(&client, proof.method().as_str(), origin)?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Records that somebody could not show, by the method named, to be `client`. Of clients that there
    /// are not nothing is recorded: anybody could make up as many as they like.
    pub(super) fn record_refused_client(
        &self,
        client: &Client,
        method: &str,
        origin: &Origin,
    ) -> Result<(), StoreError> {
        let outcome = match client.disabled_at {
            Some(_) => Outcome::Disabled,
            None => Outcome::InvalidCredentials,
        };
        let act = self.act(Action::ClientRefused, origin).client(&client.id);
        let act = act.became(Action::ClientRefused, outcome).detail(method);
        self.stores.audit.record(&act)
    }

    /// Whether `presented` is the client's secret, or the one before it while that is good. Compares
    /// with both, in constant time; where there is none with one that no secret has.
    fn is_secret_of(&self, client: Option<&Client>, presented: &Secret) -> bool {
        let (nobody, presented) = (SecretHash::of(""), presented.hash());
        let is =
            |stored: Option<SecretHash>| (presented == stored.unwrap_or(nobody)) & stored.is_some();
        let previous = client.and_then(|client| client.fading_secret(self.now()));
        is(client.and_then(|client| client.secret_hash)) | is(previous.map(|secret| secret.hash))
    }

    /// Takes in the key set that was fetched from a client's `jwks_uri`.
    pub fn learn_client_keys(&self, uri: &str, text: &str) -> Result<(), LearnKeysError> {
        self.client_keys.learn(uri, text, self.clock.now())
    }

    fn check_assertion(&self, client: &Client, assertion: &Secret) -> Result<(), ClientAuthError> {
        let keys = self.keys_of(client)?;
        let accepted = match client.metadata.token_endpoint_auth_signing_alg {
            Some(alg) => vec![alg],
            None => SigningAlg::ALL.to_vec(),
        };
        let claims = match verify_with_jwks(assertion.expose(), &keys, &accepted) {
            Ok(claims) => claims,
            Err(JwsError::UnknownKey) => return Err(self.keys_needed(client)),
            Err(_) => return Err(ClientAuthError::Refused),
        };
        let issuer = &self.config.issuer;
        let token_endpoint = issuer.url("/oauth/token");
        let audiences = [issuer.as_str(), token_endpoint.as_str()];
        let assertion = assertion::judge(&claims, &client.id, &audiences, self.clock.now())?;
        if self.stores.replays.first_use(&assertion)? {
            Ok(())
        } else {
            Err(AssertionError::Replayed.into())
        }
    }

    /// The client's keys: registered by value, or at hand from where it keeps them.
    fn keys_of(&self, client: &Client) -> Result<Arc<JwkSet>, ClientAuthError> {
        if let Some(jwks) = &client.metadata.jwks {
            let keys = JwkSet::parse(jwks).map(Arc::new);
            return keys.map_err(|_| ClientAuthError::Refused);
        }
        let uri = client.metadata.jwks_uri.as_deref();
        uri.and_then(|uri| self.client_keys.get(uri, self.clock.now()))
            .ok_or_else(|| self.keys_needed(client))
    }

    /// Asks for the client's keys to be fetched, unless they were just now or cannot be.
    fn keys_needed(&self, client: &Client) -> ClientAuthError {
        let now = self.clock.now();
        match &client.metadata.jwks_uri {
            Some(uri) if self.client_keys.may_fetch(uri, now) => {
                ClientAuthError::KeysNeeded { uri: uri.clone() }
            }
            _ => ClientAuthError::Refused,
        }
    }
}

/// Whether a client that registered one method may use another: a secret may come in the header or in
/// the form, whichever was registered. Who issues a secret must take it in the header (RFC 6749,
/// section 2.3.1), and libraries differ in what they send by default; it is the same secret.
fn may_use(registered: ClientAuthMethod, used: ClientAuthMethod) -> bool {
    use ClientAuthMethod::{ClientSecretBasic as Basic, ClientSecretPost as Post};
    registered == used || matches!((registered, used), (Basic, Post) | (Post, Basic))
}

#[cfg(test)]
mod tests;
