//! What people do with clients of their own: they make them by kind, change them, rotate their secrets and
//! delete them.
//!
//! The metadata follow the rules of dynamic registration, whoever may register by that. Deliberately
//! absent: a registration token; who is signed in is who manages them.

use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{ClientId, Secret, SignInMethod, StoreError};
use thiserror::Error;

use super::{Provider, Registered};
use crate::client::{
    Client, ClientDraft, ClientKind, ClientOrigin, RegistrationError, RegistrationRequest,
};
use crate::person::Person;

/// The most clients of one person.
pub const MOST_OWN_CLIENTS: u32 = 20;
/// How long the secret before is good after a rotation, in seconds.
pub const SECRET_OVERLAP: i64 = 24 * 3_600;

/// Why something is not done with a person's client.
#[derive(Debug, Error)]
pub enum OwnClientError {
    /// Whoever is here has no key, and so nothing to come back with.
    #[error("clients belong to people who signed in with a key")]
    Guest,
    /// There is no such client, or it is somebody else's: which of them is not told.
    #[error("there is no such client of yours")]
    Unknown,
    /// The person has as many as anybody may have.
    #[error("a person has at most {MOST_OWN_CLIENTS} clients")]
    TooMany,
    /// The client authenticates by another method.
    #[error("the client does not authenticate by a secret")]
    NoSecret,
    /// The metadata are refused.
    #[error(transparent)]
    Metadata(#[from] RegistrationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Provider {
    /// The person's clients, newest first.
    pub fn own_clients(&self, person: &Person) -> Result<Vec<Client>, StoreError> {
        self.stores.clients.clients_of(&person.user)
    }

    /// The person's client `id`.
    pub fn own_client(&self, person: &Person, id: &ClientId) -> Result<Client, OwnClientError> {
        let found = self.stores.clients.client(id)?;
        found
            .filter(|client| client.owner.as_ref() == Some(&person.user))
            .ok_or(OwnClientError::Unknown)
    }

    /// Makes a client of `kind` for the person.
    pub fn create_own_client(
        &self,
        person: &Person,
        kind: ClientKind,
        draft: &ClientDraft,
        origin: &Origin,
    ) -> Result<Registered, OwnClientError> {
        if person.method == SignInMethod::Guest {
            return Err(OwnClientError::Guest);
        }
        let request = RegistrationRequest::parse(&kind.request(draft), self.registration_rules())?;
        let metadata = request.judge(None)?;
        let mut made = self.new_client(metadata, ClientOrigin::Registered, false);
        made.client.owner = Some(person.user.clone());
        let act = self.act_of(person, Action::ClientRegistered, origin);
        let act = act.client(&made.client.id).detail(kind.as_str());
        let clients = &self.stores.clients;
        if !clients.insert_owned_client(&made.client, &person.user, MOST_OWN_CLIENTS, &act)? {
            return Err(OwnClientError::TooMany);
        }
        Ok(made)
    }

    /// Changes what the person says of their client; its kind and its secret stay.
    pub fn update_own_client(
        &self,
        person: &Person,
        id: &ClientId,
        draft: &ClientDraft,
        origin: &Origin,
    ) -> Result<(), OwnClientError> {
        let client = self.own_client(person, id)?;
        let request = draft.over(&client.metadata);
        let request = RegistrationRequest::parse(&request, self.registration_rules())?;
        let metadata = request.judge(None)?;
        let act = self
            .act_of(person, Action::ClientUpdated, origin)
            .client(id);
        done(
            self.stores
                .clients
                .update_client(id, &metadata, None, &act)?,
        )
    }

    /// Gives the person's client a new secret. The one before is good for [`SECRET_OVERLAP`] more, so that
    /// an application can change over without a break; one before that ends now.
    pub fn rotate_own_secret(
        &self,
        person: &Person,
        id: &ClientId,
        origin: &Origin,
    ) -> Result<Secret, OwnClientError> {
        let client = self.own_client(person, id)?;
        if !client.metadata.token_endpoint_auth_method.has_secret() {
            return Err(OwnClientError::NoSecret);
        }
        let secret = Secret::generate(&*self.entropy);
        let until = self.now().plus(SECRET_OVERLAP);
        let act = self.act_of(person, Action::ClientSecretRotated, origin);
        let (clients, act) = (&self.stores.clients, act.client(id));
        done(clients.set_client_secret(id, &secret.hash(), Some(until), &act)?)?;
        Ok(secret)
    }

    /// Ends the secret before the last of the person's client now; answers whether there was one.
    pub fn end_old_secret(
        &self,
        person: &Person,
        id: &ClientId,
        origin: &Origin,
    ) -> Result<bool, OwnClientError> {
        self.own_client(person, id)?;
        let act = self.act_of(person, Action::ClientSecretEnded, origin);
        let ended = self
            .stores
            .clients
            .end_previous_secret(id, &act.client(id))?;
        Ok(ended)
    }

    /// Removes the person's client with everything that came from it.
    pub fn delete_own_client(
        &self,
        person: &Person,
        id: &ClientId,
        origin: &Origin,
    ) -> Result<(), OwnClientError> {
        self.own_client(person, id)?;
        let act = self
            .act_of(person, Action::ClientDeleted, origin)
            .client(id);
        done(self.stores.clients.delete_client(id, &act)?)
    }
}

/// A client that is gone meanwhile is as unknown as one that never was.
fn done(there: bool) -> Result<(), OwnClientError> {
    there.then_some(()).ok_or(OwnClientError::Unknown)
}

#[cfg(test)]
mod tests;
