//! The client that the server brings along: a page of its own, on which developers try a sign-in.
//!
//! It is public, like any page in a browser, and nobody owns it. Deliberately absent: any privilege. It asks
//! for consent like others, and an administrator may disable it.

use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{ClientId, StoreError, StoreErrorKind};
use serde_json::json;

use super::Provider;
use crate::client::{Client, ClientMetadata, ClientOrigin, RegistrationRequest};
use crate::jose::SigningAlg;

/// Its id.
const ID: &str = "playground";
/// Where people come back to.
const CALLBACK: &str = "/developers/playground/callback";

impl Provider {
    /// Where a browser comes back to with the playground's answers.
    pub fn playground_callback(&self) -> String {
        self.config.issuer.url(CALLBACK)
    }

    /// The playground's client, made where it is missing and set right where the issuer was changed; none
    /// where the issuer is one that no answer may be sent to (`http` on a host that is not this machine).
    pub fn playground(&self) -> Result<Option<Client>, StoreError> {
        let (Some(metadata), Ok(id)) = (self.playground_metadata(), ID.parse::<ClientId>()) else {
            return Ok(None);
        };
        let clients = &self.stores.clients;
        match clients.client(&id)? {
            Some(client) if client.metadata == metadata => Ok(Some(client)),
            Some(_) => {
                let act = self.act(Action::ClientUpdated, &Origin::server());
                clients.update_client(&id, &metadata, None, &act.client(&id))?;
                clients.client(&id)
            }
            None => {
                let mut made = self.new_client(metadata, ClientOrigin::Administrator, true);
                made.client.id = id.clone();
                let act = self.act(Action::ClientRegistered, &Origin::server());
                match clients.insert_client(&made.client, &act.client(&id)) {
                    // Another request was first.
                    Err(error) if error.kind() == StoreErrorKind::Conflict => clients.client(&id),
                    Err(error) => Err(error),
                    Ok(()) => Ok(Some(made.client)),
                }
            }
        }
    }

    fn playground_metadata(&self) -> Option<ClientMetadata> {
        // No browser verifies ES256K.
        let mut algs = self.keys.algs().iter();
        let alg = algs.find(|alg| **alg != SigningAlg::Es256k)?;
        let request = json!({
            "client_name": "HODLXXI Playground",
            "redirect_uris": [self.playground_callback()],
            "post_logout_redirect_uris": [self.config.issuer.url("/developers/playground")],
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
            "allow_guests": true,
            "id_token_signed_response_alg": alg,
        });
        let request = RegistrationRequest::parse(&request, self.registration_rules()).ok()?;
        request.judge(None).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::provider::RegistrationPolicy;
    use crate::provider::tests::World;

    #[test]
    fn it_is_made_once_whoever_may_register() {
        let world = World::registering(RegistrationPolicy::Off);
        let provider = &world.provider;
        let made = provider.playground().unwrap().unwrap();
        assert_eq!(provider.playground().unwrap(), Some(made.clone()));
        let callback = provider.playground_callback();
        assert!(made.metadata.redirect_uri(&callback).is_some());
        assert!(made.metadata.is_public() && made.verified && made.owner.is_none());
        assert_eq!(provider.stores.clients.count_clients().unwrap(), 1);
    }

    #[test]
    fn it_follows_the_issuer() {
        let world = World::registering(RegistrationPolicy::Open);
        let provider = &world.provider;
        let mut made = provider.playground().unwrap().unwrap();
        made.metadata.redirect_uris.clear();
        let act = provider.act(
            hodlxxi_kernel::audit::Action::ClientUpdated,
            &crate::provider::tests::origin(),
        );
        let clients = &provider.stores.clients;
        clients
            .update_client(&made.id, &made.metadata, None, &act)
            .unwrap();
        let again = provider.playground().unwrap().unwrap();
        assert_eq!(again.metadata.redirect_uris.len(), 1);
    }

    #[test]
    fn there_is_none_where_no_answer_may_be_sent() {
        use crate::provider::Issuer;
        let world = World::with(|config| {
            config.issuer = Issuer::parse("http://abcdefgh.onion").unwrap();
        });
        assert!(world.provider.playground().unwrap().is_none());
    }
}
