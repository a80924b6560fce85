//! Where the answer to a request goes: settled before anything else is looked at, since until then
//! no refusal may be redirected.

use url::Url;

use super::error::{AuthorizationError, AuthorizeError};
use super::response::{AuthorizationResponse, ResponseMode};
use crate::client::{ClientMetadata, RedirectUri};
use crate::params::Params;
use crate::scope::{Scope, ScopeSet};

/// Where and how the answer goes.
#[derive(Clone)]
pub(crate) struct Target {
    /// The redirect URI as the request named it, or the only registered one.
    pub(crate) redirect_uri: RedirectUri,
    /// Whether the request named it.
    pub(crate) given: bool,
    mode: ResponseMode,
    state: Option<String>,
}

impl Target {
    /// Settles where the answer goes.
    ///
    /// The redirect URI may be left out only by a plain OAuth request of a client that registered
    /// exactly one (RFC 6749, section 3.1.2.3); OpenID Connect always requires it.
    pub(crate) fn resolve(
        params: &Params,
        metadata: &ClientMetadata,
    ) -> Result<Self, AuthorizeError> {
        if params.is_repeated("redirect_uri") {
            return Err(AuthorizeError::NoRedirectUri);
        }
        let scope = ScopeSet::parse(params.get("scope").unwrap_or_default());
        let (redirect_uri, given) = match (params.get("redirect_uri"), &*metadata.redirect_uris) {
            (Some(requested), _) => {
                let registered = metadata.redirect_uri(requested);
                (
                    registered.ok_or(AuthorizeError::UnregisteredRedirectUri)?,
                    true,
                )
            }
            (None, [only]) if !scope.contains(Scope::OpenId) => (only.clone(), false),
            (None, _) => return Err(AuthorizeError::NoRedirectUri),
        };
        // A mode that is repeated or unknown is refused later, in the default mode.
        let mode = params
            .get("response_mode")
            .and_then(ResponseMode::from_word);
        Ok(Self {
            redirect_uri,
            given,
            mode: mode.unwrap_or_default(),
            state: params.get("state").map(str::to_owned),
        })
    }

    /// The answer that brings `code`.
    pub(crate) fn success(self, issuer: &str, code: &str) -> AuthorizationResponse {
        self.answer(issuer, vec![("code", code.to_owned())])
    }

    /// The answer that brings a refusal.
    pub(crate) fn failure(self, issuer: &str, error: AuthorizationError) -> AuthorizationResponse {
        let params = vec![
            ("error", error.code.as_str().to_owned()),
            ("error_description", error.description.to_owned()),
        ];
        self.answer(issuer, params)
    }

    fn answer(
        self,
        issuer: &str,
        mut params: Vec<(&'static str, String)>,
    ) -> AuthorizationResponse {
        params.extend(self.state.map(|state| ("state", state)));
        params.push(("iss", issuer.to_owned()));
        AuthorizationResponse {
            redirect_uri: self.redirect_uri,
            mode: self.mode,
            params,
        }
    }
}

/// The redirect URI's origin as a source of a Content-Security-Policy: an origin, or `scheme:`.
pub(crate) fn csp_source(uri: &RedirectUri) -> String {
    match Url::parse(uri.as_str()) {
        Ok(url) if url.origin().is_tuple() => url.origin().ascii_serialization(),
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => "'none'".to_owned(),
    }
}
