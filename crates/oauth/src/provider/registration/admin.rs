//! What an administrator does with clients.

use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{ClientId, ClientTier, Secret, StoreError};
use serde_json::Value;
use thiserror::Error;

use super::{Provider, RegisterError, Registered};
use crate::client::{
    Client, ClientOrigin, ClientPage, InitialAccessToken, RedirectUri, RegistrationError,
    RegistrationRequest,
};

/// Clients that one search looks at, at most: so many at a time, so many times.
const LOOKED_AT: (u32, usize) = (200, 50);

/// Why a client gets no new secret.
#[derive(Debug, Error)]
pub enum ClientSecretError {
    /// There is no such client.
    #[error("there is no such client")]
    Unknown,
    /// The client authenticates by another method.
    #[error("the client does not authenticate by a secret")]
    NoSecret,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Provider {
    /// Reads the metadata of a client that an administrator makes, whoever may register.
    pub fn client_request(&self, body: &Value) -> Result<RegistrationRequest, RegistrationError> {
        RegistrationRequest::parse(body, self.registration_rules())
    }

    /// Makes a client; `verified` if the administrator vouches for its name. It manages nothing by
    /// itself: it has no registration token.
    pub fn create_client(
        &self,
        request: RegistrationRequest,
        fetched: Option<&Value>,
        verified: bool,
        origin: &Origin,
    ) -> Result<Registered, RegisterError> {
        let metadata = request.judge(fetched)?;
        let created = self.new_client(metadata, ClientOrigin::Administrator, verified);
        let act = self.act(Action::ClientRegistered, origin);
        let act = act.client(&created.client.id);
        self.stores.clients.insert_client(&created.client, &act)?;
        Ok(created)
    }

    /// The client `id`.
    pub fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        self.stores.clients.client(id)
    }

    /// Clients, newest first, beginning after `before`; at most `limit`.
    pub fn list_clients(
        &self,
        before: Option<&ClientId>,
        limit: u32,
    ) -> Result<ClientPage, StoreError> {
        self.stores.clients.clients(before, limit)
    }

    /// Clients whose name, id or redirect URI has `text` in it, newest first, beginning after `before`: at
    /// most `limit` of them, among at most 10,000, so that one search is short.
    pub fn search_clients(
        &self,
        text: &str,
        before: Option<&ClientId>,
        limit: usize,
    ) -> Result<ClientPage, StoreError> {
        let wanted = text.trim().to_lowercase();
        let (step, steps) = LOOKED_AT;
        let mut found = ClientPage {
            clients: Vec::new(),
            next: before.cloned(),
        };
        for _ in 0..steps {
            let page = self.list_clients(found.next.as_ref(), step)?;
            let ended = page.next.is_none();
            let last = page.clients.len().saturating_sub(1);
            for (index, client) in page.clients.into_iter().enumerate() {
                let id = client.id.clone();
                if has(&client, &wanted) {
                    found.clients.push(client);
                }
                found.next = Some(id).filter(|_| !(ended && index == last));
                if found.clients.len() == limit {
                    return Ok(found);
                }
            }
            if ended {
                found.next = None;
                break;
            }
        }
        Ok(found)
    }

    /// Gives a client a new secret; the old one is worth nothing from then on.
    pub fn rotate_client_secret(
        &self,
        id: &ClientId,
        origin: &Origin,
    ) -> Result<Secret, ClientSecretError> {
        let client = self.client(id)?.ok_or(ClientSecretError::Unknown)?;
        if !client.metadata.token_endpoint_auth_method.has_secret() {
            return Err(ClientSecretError::NoSecret);
        }
        let secret = Secret::generate(&*self.entropy);
        let clients = &self.stores.clients;
        let act = self.act(Action::ClientSecretRotated, origin).client(id);
        if !clients.set_client_secret(id, &secret.hash(), None, &act)? {
            return Err(ClientSecretError::Unknown);
        }
        Ok(secret)
    }

    /// Disables a client, which revokes all it has, or enables it again; answers whether it exists.
    pub fn set_client_disabled(
        &self,
        id: &ClientId,
        disabled: bool,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let disabled_at = disabled.then(|| self.clock.now());
        let action = if disabled {
            Action::ClientDisabled
        } else {
            Action::ClientEnabled
        };
        let act = self.act(action, origin).client(id);
        self.stores
            .clients
            .set_client_disabled(id, disabled_at, &act)
    }

    /// Removes a client with everything that came from it; answers whether it existed.
    pub fn delete_client(&self, id: &ClientId, origin: &Origin) -> Result<bool, StoreError> {
        let act = self.act(Action::ClientDeleted, origin).client(id);
        self.stores.clients.delete_client(id, &act)
    }

    /// Vouches for a client's name, or takes that back; answers whether it exists.
    pub fn set_client_verified(
        &self,
        id: &ClientId,
        verified: bool,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let action = if verified {
            Action::ClientVerified
        } else {
            Action::ClientUnverified
        };
        let act = self.act(action, origin).client(id);
        self.stores.clients.set_client_verified(id, verified, &act)
    }

    /// Gives a client another tier; answers whether it exists.
    pub fn set_client_tier(
        &self,
        id: &ClientId,
        tier: ClientTier,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let act = self.act(Action::ClientTierSet, origin).client(id);
        let act = act.detail(tier.as_str());
        self.stores.clients.set_client_tier(id, tier, &act)
    }

    /// A token that is good for `uses` registrations within `ttl` seconds.
    pub fn new_initial_access_token(
        &self,
        uses: u32,
        ttl: i64,
        origin: &Origin,
    ) -> Result<Secret, StoreError> {
        let token = Secret::generate(&*self.entropy);
        let record = InitialAccessToken {
            hash: token.hash(),
            uses,
            expires_at: self.clock.now().plus(ttl),
        };
        let act = self.act(Action::RegistrationTokenMade, origin);
        let act = act.detail(&format!("{uses} uses within {ttl} seconds"));
        let clients = &self.stores.clients;
        clients.insert_initial_access_token(&record, &act)?;
        Ok(token)
    }
}

/// Whether a client has `wanted` (in lower case) in its name, its id or one of its redirect URIs.
fn has(client: &Client, wanted: &str) -> bool {
    let metadata = &client.metadata;
    let name = metadata.client_name.iter().map(String::as_str);
    let uris = metadata.redirect_uris.iter().map(RedirectUri::as_str);
    let texts = [client.id.as_str()].into_iter().chain(name).chain(uris);
    texts
        .into_iter()
        .any(|text| text.to_lowercase().contains(wanted))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::provider::RegistrationPolicy;
    use crate::provider::world::World;

    #[test]
    fn clients_are_found_by_name_id_and_redirect_uri_page_by_page() {
        let world = World::registering(RegistrationPolicy::Open);
        let made: Vec<_> = (0..25)
            .map(|number| {
                world.clock.advance(1);
                let uri = format!("https://rp{number}.example/cb");
                let name = if number % 2 == 0 { "Even Shop" } else { "Odd" };
                let metadata = json!({"client_name": name, "redirect_uris": [uri]});
                world.registered(&metadata).client.id
            })
            .collect();
        let ids = |text: &str, limit| {
            let (mut ids, mut before) = (Vec::new(), None);
            loop {
                let page = world
                    .provider
                    .search_clients(text, before.as_ref(), limit)
                    .unwrap();
                ids.extend(page.clients.into_iter().map(|client| client.id));
                before = page.next;
                if before.is_none() {
                    break ids;
                }
            }
        };
        let newest: Vec<_> = made.iter().rev().cloned().collect();
        assert_eq!(ids("", 10), newest);
        assert_eq!(ids(" even sh", 4).len(), 13);
        assert_eq!(ids("RP7.example", 10), [made[7].clone()]);
        assert_eq!(ids(made[3].as_str(), 10), [made[3].clone()]);
        assert!(ids("nowhere", 10).is_empty());
    }
}
