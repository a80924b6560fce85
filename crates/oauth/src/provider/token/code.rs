//! The redemption of a code (RFC 6749, section 4.1.3).

use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};
use hodlxxi_kernel::{GrantId, SecretHash, SignInMethod};

use super::error::{TokenError, TokenErrorCode as Code};
use super::issue::answer;
use super::{TokenResponse, required};
use crate::authorize::CodeChallenge;
use crate::client::{Client, GrantType};
use crate::grant::{AuthorizationCode, Grant, RedeemOutcome, Redemption};
use crate::params::Params;
use crate::provider::Provider;
use crate::scope::Scope;

impl Provider {
    /// Redeems a code. Whatever does not fit changes nothing; a second use that fits revokes what
    /// the first one got.
    pub(super) fn redeem(
        &self,
        client: &Client,
        params: &Params,
        origin: &Origin,
    ) -> Result<TokenResponse, TokenError> {
        let hash = SecretHash::of(required(params, "code", "code is missing")?);
        let unknown = || Code::InvalidGrant.because("the code is not known");
        let mut code = self.stores.codes.code(&hash)?.ok_or_else(unknown)?;
        let act = self.token_act(Action::TokenGranted, client, Some(&code.authorized), origin);
        if code.client != client.id {
            self.record_refusal(act, "the code is another client's")?;
            return Err(unknown());
        }
        if let Err(refusal) = check(&code, params) {
            self.record_refusal(act, &refusal.to_string())?;
            return Err(refusal);
        }
        let (outcome, answer) = self.exchange(client, &code, &act)?;
        let (outcome, answer) = match outcome {
            RedeemOutcome::Renamed => {
                // Accounts were merged since the code was made: whom the client knows is asked again.
                let user = &code.authorized.user;
                code.authorized.known_as = self.stores.subjects.known_as(user, &client.id)?;
                self.exchange(client, &code, &act)?
            }
            outcome => (outcome, answer),
        };
        match outcome {
            RedeemOutcome::Redeemed => Ok(answer),
            RedeemOutcome::Reused => {
                Err(Code::InvalidGrant.because("the code was used before; its tokens are revoked"))
            }
            RedeemOutcome::Refused | RedeemOutcome::Renamed => {
                Err(Code::InvalidGrant.because("the code has expired, or was withdrawn"))
            }
        }
    }

    /// Makes what the code brings and redeems it; the answer counts only if that worked.
    fn exchange(
        &self,
        client: &Client,
        code: &AuthorizationCode,
        act: &AuditEntry,
    ) -> Result<(RedeemOutcome, TokenResponse), TokenError> {
        let authorized = &code.authorized;
        let grant = Grant {
            id: GrantId::generate(&*self.clock, &*self.entropy),
            client: client.id.clone(),
            authorized: Some(authorized.clone()),
            created_at: self.now(),
        };
        let scope = &authorized.scope;
        let access = self.mint_access(client, &grant, scope)?;
        let nonce = authorized.nonce.as_deref();
        let id_token = self.mint_id_token(client, authorized, scope, &access.token, nonce)?;
        let offline = scope.contains(Scope::OfflineAccess)
            && authorized.method != SignInMethod::Guest
            && client.metadata.allows(GrantType::RefreshToken);
        let refresh = offline.then(|| self.mint_refresh(None));
        let outcome = self.stores.grants.redeem(&Redemption {
            code: code.hash,
            code_expires_at: code.expires_at,
            client_disabled_count: code.client_disabled_count,
            grant,
            access: access.record.clone(),
            refresh: refresh.as_ref().map(|refresh| refresh.record.clone()),
            now: self.now(),
            act: act
                .clone()
                .detail(&format!("authorization_code: {}", authorized.scope)),
        })?;
        let answer = answer(access, refresh.map(|new| new.token), id_token);
        Ok((outcome, answer))
    }
}

/// Whether the request is the one that goes with the code: redirect URI and PKCE.
fn check(code: &AuthorizationCode, params: &Params) -> Result<(), TokenError> {
    match params.get("redirect_uri") {
        Some(uri) if uri == code.redirect_uri.as_str() => {}
        None if !code.redirect_uri_given => {}
        _ => return Err(Code::InvalidGrant.because("redirect_uri is not the one of the request")),
    }
    match (&code.code_challenge, params.get("code_verifier")) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) => CodeChallenge::parse(challenge)
            .filter(|challenge| challenge.is_of(verifier))
            .map(|_| ())
            .ok_or_else(|| Code::InvalidGrant.because("code_verifier does not match")),
        (Some(_), None) => Err(Code::InvalidGrant.because("code_verifier is missing")),
        (None, Some(_)) => Err(Code::InvalidGrant.because("the request had no code_challenge")),
    }
}
