//! Client credentials: a machine acts for itself, never for a person.

use hodlxxi_tests::person::text;
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token;
use reqwest::Method;
use serde_json::json;

#[test]
fn a_self_registered_machine_gets_read_limited_only() {
    let server = Server::start(&[]);
    let metadata = json!({"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [], "scope": "read_limited"});
    let client = RelyingParty::register(&server, &metadata);
    let ask = |scope: &str| client.token(&[("grant_type", "client_credentials"), ("scope", scope)]);
    let tokens = ask("read_limited").json_with(200);
    assert!(
        tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none(),
        "{tokens}"
    );
    let access = text(&tokens, "access_token");
    let claims = token::claims(access);
    assert_eq!(claims["sub"], client.id);
    assert_eq!(claims["client_id"], client.id);
    client
        .with_token(Method::GET, "/api/demo/free", access)
        .json_with(200);
    assert_eq!(
        client
            .with_token(Method::GET, "/api/demo/protected", access)
            .status,
        403
    );
    assert!(client.userinfo(access).status >= 401, "there is no person");
    for scope in ["openid", "profile", "offline_access", "read"] {
        ask(scope).is_oauth_error(400, "invalid_scope");
    }
}

#[test]
fn a_client_uses_only_the_grants_it_registered() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({}));
    client
        .token(&[("grant_type", "client_credentials")])
        .is_oauth_error(400, "unauthorized_client");
    client
        .token(&[
            ("grant_type", "password"),
            ("username", "a"),
            ("password", "b"),
        ])
        .is_oauth_error(400, "unsupported_grant_type");
    client
        .token(&[("scope", "openid")])
        .is_oauth_error(400, "invalid_request");
}
