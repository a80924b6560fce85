//! How callers say who they are.

use hodlxxi_oauth::scope::{Scope, ScopeSet};
use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, AuthorizationCode, ClientCredentials, Flow, HttpAuthScheme, HttpBuilder,
    OAuth2, Scopes, SecurityScheme,
};

use crate::views::{Texts, describe_scopes};

/// Adds the security schemes.
pub(super) struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, scheme) in [
            ("session", session()),
            ("access_token", access_token()),
            (
                "client_secret_basic",
                http(
                    HttpAuthScheme::Basic,
                    "The client's `client_id` and `client_secret`, form-encoded each (RFC 6749, section 2.3.1). Instead of it, the form may carry `client_secret`, or a `client_assertion` (`private_key_jwt`); public clients send their `client_id` alone.",
                ),
            ),
            (
                "initial_access_token",
                http(
                    HttpAuthScheme::Bearer,
                    "A token that an administrator made with `hodlxxi client token`; needed where `HODLXXI_REGISTRATION` is `token`.",
                ),
            ),
            (
                "registration_access_token",
                http(
                    HttpAuthScheme::Bearer,
                    "The token that the registration was answered with.",
                ),
            ),
        ] {
            components.add_security_scheme(name, scheme);
        }
    }
}

fn http(scheme: HttpAuthScheme, description: &str) -> SecurityScheme {
    let scheme = HttpBuilder::new().scheme(scheme);
    SecurityScheme::Http(scheme.description(Some(description)).build())
}

fn session() -> SecurityScheme {
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "hodlxxi_session",
        "The session's cookie. Where the issuer is https, its name is `__Host-hodlxxi_session`.",
    )))
}

fn access_token() -> SecurityScheme {
    let person = scopes(|_| true);
    let machine = scopes(|scope| !scope.belongs_to_a_person());
    SecurityScheme::OAuth2(OAuth2::with_description(
        [
            Flow::AuthorizationCode(AuthorizationCode::new(
                "/oauth/authorize",
                "/oauth/token",
                person,
            )),
            Flow::ClientCredentials(ClientCredentials::new("/oauth/token", machine)),
        ],
        "An access token in the header `Authorization: Bearer …` (RFC 6750).",
    ))
}

fn scopes(wanted: fn(Scope) -> bool) -> Scopes {
    let wanted = Scope::ALL.into_iter().filter(|scope| wanted(*scope));
    wanted
        .map(|scope| {
            let alone: ScopeSet = [scope].into_iter().collect();
            (
                scope.as_str().to_owned(),
                describe_scopes(Texts::default(), &alone, false).concat(),
            )
        })
        .collect()
}
