//! A client manages its own registration (RFC 7592), by the token it got when it registered.
//!
//! The token stays the same for the client's life. The secret cannot be told again, because only its
//! hash is kept: an answer has `client_secret` only where a new one was made.

use hodlxxi_kernel::audit::{Action, Actor, Origin};
use hodlxxi_kernel::{ClientId, Secret};
use serde_json::Value;

use super::{Provider, RegisterError, Registered};
use crate::client::{
    Client, ClientMetadata, Fetch, RegistrationError, RegistrationRequest, SubjectType,
};

/// A request that replaces a client's metadata (RFC 7592, section 2.2). Members left out are reset
/// to their defaults.
pub struct RegistrationUpdate {
    request: RegistrationRequest,
    client_id: String,
    client_secret: Option<Secret>,
}

impl RegistrationUpdate {
    /// What has to be fetched before it can be judged, if anything.
    pub fn plan(&self) -> Option<Fetch> {
        self.request.plan()
    }

    /// See [`RegistrationRequest::outbound`].
    pub fn outbound(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.request.outbound()
    }
}

/// By which pseudonyms a client sees people. A pairwise client keeps them: what people allowed it, they
/// allowed to somebody who does not know their key.
fn seen_as(metadata: &ClientMetadata) -> (SubjectType, Option<String>) {
    (metadata.subject_type, metadata.sector())
}

impl Provider {
    /// Reads the body of an update; what its [`plan`](RegistrationUpdate::plan) names has to be
    /// fetched before [`update_registration`](Self::update_registration).
    pub fn registration_update(
        &self,
        body: &Value,
    ) -> Result<RegistrationUpdate, RegistrationError> {
        let request = RegistrationRequest::parse(body, self.registration_rules())?;
        let text = |name: &str| {
            body.get(name)
                .map(|value| value.as_str().unwrap_or_default())
        };
        Ok(RegistrationUpdate {
            request,
            client_id: text("client_id").unwrap_or_default().to_owned(),
            client_secret: text("client_secret").map(|secret| Secret::from(secret.to_owned())),
        })
    }

    /// The registration of the client `id`, for itself.
    pub fn read_registration(
        &self,
        id: &str,
        bearer: Option<&str>,
        origin: &Origin,
    ) -> Result<Registered, RegisterError> {
        let (client, token) = self.managed_client(id, bearer, origin)?;
        Ok(self.managed(client, None, token))
    }

    /// Replaces the metadata of the client `id`. A client whose new method needs a secret, and that
    /// has none, gets one.
    pub fn update_registration(
        &self,
        id: &str,
        bearer: Option<&str>,
        update: RegistrationUpdate,
        fetched: Option<&Value>,
        origin: &Origin,
    ) -> Result<Registered, RegisterError> {
        let (mut client, token) = self.managed_client(id, bearer, origin)?;
        if update.client_id != client.id.as_str() {
            return Err(RegistrationError::OtherClient.into());
        }
        let given = update.client_secret.as_ref().map(Secret::hash);
        if given.is_some() && given != client.secret_hash {
            return Err(RegistrationError::OtherSecret.into());
        }
        let metadata = update.request.judge(fetched)?;
        if client.is_pairwise() && seen_as(&metadata) != seen_as(&client.metadata) {
            return Err(RegistrationError::OtherSubjects.into());
        }
        client.metadata = metadata;
        let needs_secret = client.metadata.token_endpoint_auth_method.has_secret();
        let secret = (needs_secret && client.secret_hash.is_none())
            .then(|| Secret::generate(&*self.entropy));
        let hash = secret.as_ref().map(Secret::hash);
        let clients = &self.stores.clients;
        let act = self.act(Action::ClientUpdated, origin).by(Actor::Client);
        let act = act.client(&client.id);
        if !clients.update_client(&client.id, &client.metadata, hash.as_ref(), &act)? {
            return Err(RegisterError::Token);
        }
        Ok(self.managed(client, secret, token))
    }

    /// Removes the client `id` with everything that came from it.
    pub fn delete_registration(
        &self,
        id: &str,
        bearer: Option<&str>,
        origin: &Origin,
    ) -> Result<(), RegisterError> {
        let (client, _) = self.managed_client(id, bearer, origin)?;
        self.delete_client(&client.id, &origin.by(Actor::Client))?;
        Ok(())
    }

    /// The client `id` if `bearer` is its registration token, and the token. All else is refused alike; for a
    /// client that exists that takes longer, because it is recorded first. Ids are no secret.
    fn managed_client(
        &self,
        id: &str,
        bearer: Option<&str>,
        origin: &Origin,
    ) -> Result<(Client, Secret), RegisterError> {
        let token = Secret::from(bearer.ok_or(RegisterError::Token)?.to_owned());
        let id: ClientId = id.parse().map_err(|_| RegisterError::Token)?;
        let presented = token.hash();
        let client = self.stores.clients.client(&id)?;
        let client = client.ok_or(RegisterError::Token)?;
        if client.registration_token_hash == Some(presented) && client.disabled_at.is_none() {
            return Ok((client, token));
        }
        self.record_refused_client(&client, "registration_access_token", origin)?;
        Err(RegisterError::Token)
    }

    fn managed(&self, client: Client, secret: Option<Secret>, token: Secret) -> Registered {
        Registered {
            management_uri: self.management_uri(&client.id),
            client,
            secret,
            registration_token: Some(token),
        }
    }
}
