//! The use of a refresh token (RFC 6749, section 6; RFC 9700, section 4.14).

use hodlxxi_kernel::SecretHash;
use hodlxxi_kernel::audit::{Action, Origin};

use super::error::{TokenError, TokenErrorCode as Code};
use super::issue::answer;
use super::{TokenResponse, required};
use crate::client::Client;
use crate::grant::{RotateOutcome, Rotation};
use crate::params::Params;
use crate::provider::Provider;
use crate::scope::ScopeSet;
use crate::seal::Sealer;

/// For how long, in seconds, a refresh token just rotated gets the same answer again: for a client
/// whose answer was lost, or that asks twice at once.
const GRACE: i64 = 10;
/// What answers kept for the grace are bound to.
const PURPOSE: &str = "refresh answer";

impl Provider {
    /// Rotates a refresh token. Another client's token is refused and nothing changes.
    pub(super) fn refresh(
        &self,
        client: &Client,
        params: &Params,
        origin: &Origin,
    ) -> Result<TokenResponse, TokenError> {
        let dead = || Code::InvalidGrant.because("the refresh token is not good, or no longer");
        let presented = required(params, "refresh_token", "refresh_token is missing")?;
        let hash = SecretHash::of(presented);
        let state = self.stores.grants.refresh_token(&hash)?;
        let state = state.ok_or_else(dead)?;
        let authorized = state.grant.authorized.as_ref().ok_or_else(dead)?;
        let act = self.token_act(Action::TokenRefreshed, client, Some(authorized), origin);
        if state.grant.client != client.id || state.revoked {
            self.record_refusal(act, "another client's, or revoked")?;
            return Err(dead());
        }
        // One that was used before is not judged by its scope: that it comes back is what counts.
        let scope = match state.rotated_at {
            Some(_) => authorized.scope.clone(),
            None => match narrowed(params.get("scope"), &authorized.scope) {
                Ok(scope) => scope,
                Err(refusal) => {
                    self.record_refusal(act, &refusal.to_string())?;
                    return Err(refusal);
                }
            },
        };

        let access = self.mint_access(client, &state.grant, &scope)?;
        let id_token = self.mint_id_token(client, authorized, &scope, &access.token, None)?;
        let refresh = self.mint_refresh(Some(state.token.family_expires_at));
        let record = access.record.clone();
        let response = answer(access, Some(refresh.token), id_token);
        let outcome = self.stores.grants.rotate(&Rotation {
            presented: hash,
            successor: refresh.record,
            access: record,
            sealed_answer: self.seal_answer(presented, &response),
            grace: GRACE,
            now: self.now(),
            act: act.detail(&scope.to_string()),
        })?;
        match outcome {
            RotateOutcome::Rotated => Ok(response),
            RotateOutcome::Repeated(sealed) => open_answer(presented, &sealed).ok_or_else(dead),
            RotateOutcome::Reused => Err(Code::InvalidGrant
                .because("the refresh token was used before; its family is revoked")),
            RotateOutcome::Dead => Err(dead()),
        }
    }

    /// The answer, readable only by whoever shows the token again.
    fn seal_answer(&self, presented: &str, response: &TokenResponse) -> Vec<u8> {
        // A struct of text and numbers always serializes.
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(response).unwrap_or_default());
        Sealer::from_secret(presented, PURPOSE).seal(&*self.entropy, PURPOSE.as_bytes(), &plain)
    }
}

fn open_answer(presented: &str, sealed: &[u8]) -> Option<TokenResponse> {
    let sealer = Sealer::from_secret(presented, PURPOSE);
    let plain = sealer.open(PURPOSE.as_bytes(), sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// The scopes asked for, which must all have been allowed; all of those if none are named.
fn narrowed(asked: Option<&str>, allowed: &ScopeSet) -> Result<ScopeSet, TokenError> {
    let Some(text) = asked else {
        return Ok(allowed.clone());
    };
    let asked = ScopeSet::parse(text);
    if asked.is_empty() || !asked.is_subset(allowed) {
        return Err(Code::InvalidScope.because("scope asks for more than was allowed"));
    }
    Ok(asked)
}
