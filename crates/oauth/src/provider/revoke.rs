//! Revocation (RFC 7009).

use hodlxxi_kernel::audit::{Action, Actor, Origin};
use hodlxxi_kernel::{SecretHash, StoreError};

use super::Provider;
use crate::client::Client;

impl Provider {
    /// Revokes `token` if it is of `client`, which has authenticated: an access token alone, or a
    /// refresh token with its whole family. Unknown tokens and those of others change nothing, and
    /// nobody is told the difference; the hint of the kind of token is not needed.
    pub fn revoke(&self, client: &Client, token: &str, origin: &Origin) -> Result<(), StoreError> {
        let (hash, now) = (SecretHash::of(token), self.now());
        let act = self.act(Action::TokenRevoked, origin).by(Actor::Client);
        let act = act.client(&client.id);
        let (family, single) = (
            act.clone().detail("refresh_token"),
            act.detail("access_token"),
        );
        let grants = &self.stores.grants;
        if !grants.revoke_refresh_family(&hash, &client.id, now, &family)? {
            grants.revoke_access_token(&hash, &client.id, now, &single)?;
        }
        Ok(())
    }
}
