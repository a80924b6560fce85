//! Client credentials (RFC 6749, section 4.4): a token for the client itself.

use hodlxxi_kernel::GrantId;
use hodlxxi_kernel::audit::{Action, Origin};

use super::TokenResponse;
use super::error::{TokenError, TokenErrorCode as Code};
use super::issue::answer;
use crate::client::Client;
use crate::grant::Grant;
use crate::params::Params;
use crate::provider::Provider;
use crate::scope::ScopeSet;

impl Provider {
    /// A token for the client itself, with the scopes named, or all it may have if none are.
    pub(super) fn client_credentials(
        &self,
        client: &Client,
        params: &Params,
        origin: &Origin,
    ) -> Result<TokenResponse, TokenError> {
        if client.metadata.is_public() {
            return Err(Code::UnauthorizedClient
                .because("a client that cannot keep a secret has no credentials"));
        }
        let allowed = client.machine_scopes();
        let scope = params
            .get("scope")
            .map_or_else(|| allowed.clone(), ScopeSet::parse);
        if scope.is_empty() || !scope.is_subset(&allowed) {
            return Err(Code::InvalidScope
                .because("a machine cannot have a scope asked for, or none that exists is named"));
        }
        let grant = Grant {
            id: GrantId::generate(&*self.clock, &*self.entropy),
            client: client.id.clone(),
            authorized: None,
            created_at: self.now(),
        };
        let access = self.mint_access(client, &grant, &scope)?;
        let act = self.token_act(Action::TokenGranted, client, None, origin);
        let act = act.detail(&format!("client_credentials: {scope}"));
        self.stores.grants.issue(&grant, &access.record, &act)?;
        Ok(answer(access, None, None))
    }
}
