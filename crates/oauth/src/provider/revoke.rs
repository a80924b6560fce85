//! Revocation (RFC 7009).

use hodlxxi_kernel::{SecretHash, StoreError};

use super::Provider;
use crate::client::Client;

impl Provider {
    /// Revokes `token` if it is of `client`, which has authenticated: an access token alone, or a
    /// refresh token with its whole family. Unknown tokens and those of others change nothing, and
    /// nobody is told the difference; the hint of the kind of token is not needed.
    pub fn revoke(&self, client: &Client, token: &str) -> Result<(), StoreError> {
        let (hash, now) = (SecretHash::of(token), self.now());
        let grants = &self.stores.grants;
        if !grants.revoke_refresh_family(&hash, &client.id, now)? {
            grants.revoke_access_token(&hash, &client.id, now)?;
        }
        Ok(())
    }
}
