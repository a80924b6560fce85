//! Provider metadata (OpenID Connect Discovery 1.0, section 3; RFC 8414), true in every member.

use hodlxxi_kernel::SignInMethod;
use serde_json::{Value, json};

use super::config::{ProviderConfig, RegistrationPolicy};
use crate::authorize::{Prompts, ResponseMode};
use crate::claims::{PERSONAL, PROTOCOL};
use crate::jose::SigningAlg;
use crate::scope::Scope;

/// How clients authenticate, wherever they do.
const AUTH_METHODS: [&str; 4] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "none",
];

/// The metadata as JSON text; made once, since nothing in it changes while the server runs.
pub(super) fn document(config: &ProviderConfig, algs: &[SigningAlg]) -> String {
    let url = |path: &str| Value::from(config.issuer.url(path));
    let assertion_algs = words(SigningAlg::ALL.map(SigningAlg::as_str));
    let claims = ["iss", "aud", "exp", "iat", "nonce", "at_hash", "sid"];
    let claims = claims.into_iter().chain(PROTOCOL);
    let acr = SignInMethod::ALL
        .into_iter()
        .filter(|method| config.guests || *method != SignInMethod::Guest);
    let mut metadata = json!({
        "issuer": config.issuer.as_str(),
        "authorization_endpoint": url("/oauth/authorize"),
        "token_endpoint": url("/oauth/token"),
        "userinfo_endpoint": url("/oauth/userinfo"),
        "jwks_uri": url("/oauth/jwks.json"),
        "introspection_endpoint": url("/oauth/introspect"),
        "revocation_endpoint": url("/oauth/revoke"),
        "end_session_endpoint": url("/oauth/logout"),
        "scopes_supported": words(Scope::ALL.map(Scope::as_str)),
        "response_types_supported": ["code"],
        "response_modes_supported": words(ResponseMode::ALL.map(ResponseMode::as_str)),
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "acr_values_supported": words(acr.map(SignInMethod::acr)),
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": words(algs.iter().map(|alg| alg.as_str())),
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "introspection_endpoint_auth_methods_supported": AUTH_METHODS,
        "introspection_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": assertion_algs,
        "display_values_supported": ["page"],
        "claim_types_supported": ["normal"],
        "claims_supported": words(claims.chain(PERSONAL.map(|claim| claim.name))),
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "prompt_values_supported": Prompts::WORDS,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "ui_locales_supported": config.ui_locales,
        "service_documentation": url("/oauthx/docs"),
        "op_policy_uri": url("/legal/privacy"),
        "op_tos_uri": url("/legal/terms"),
    });
    if config.registration != RegistrationPolicy::Off {
        metadata["registration_endpoint"] = url("/oauth/register");
    }
    metadata.to_string()
}

fn words(words: impl IntoIterator<Item = &'static str>) -> Value {
    words.into_iter().collect()
}
