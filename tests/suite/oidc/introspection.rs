//! Introspection (RFC 7662) and revocation (RFC 7009).

use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::json;

#[test]
fn a_tokens_client_learns_what_it_is_worth_and_others_do_not() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    let user = Person::named("alice").sign_in(&browser)["user_id"].clone();
    let tokens = client.sign_in(&browser, "openid offline_access");
    let (access, refresh) = (
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    );
    let known = client.introspect(access);
    assert_eq!(known["active"], true);
    assert_eq!(known["client_id"], client.id);
    assert_eq!(known["sub"], user);
    assert_eq!(known["iss"], server.issuer());
    assert_eq!(known["token_type"], "Bearer");
    assert!(known["exp"].is_u64());
    assert_eq!(client.introspect(refresh)["active"], true);
    let inactive = json!({"active": false});
    let stranger = RelyingParty::register(&server, &json!({}));
    assert_eq!(stranger.introspect(access), inactive);
    assert_eq!(stranger.introspect(refresh), inactive);
    for nonsense in ["x", "a.b.c", text(&tokens, "id_token")] {
        assert_eq!(client.introspect(nonsense), inactive, "{nonsense}");
    }
    let line = server.browser();
    line.post_form("/oauth/introspect", &[("token", access)])
        .is_oauth_error(401, "invalid_client");
}

#[test]
fn revoked_is_known_at_once() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid offline_access");
    let access = text(&tokens, "access_token");
    let stranger = RelyingParty::register(&server, &json!({}));
    let refused = stranger.post("/oauth/revoke", &[("token", access)]);
    assert!(matches!(refused.status, 200 | 400), "{}", refused.body);
    assert_eq!(
        client.userinfo(access).status,
        200,
        "another client's revocation changes nothing"
    );
    assert_eq!(
        client.post("/oauth/revoke", &[("token", access)]).status,
        200
    );
    assert_eq!(client.userinfo(access).status, 401);
    assert_eq!(client.introspect(access), json!({"active": false}));
    assert_eq!(
        client.post("/oauth/revoke", &[("token", access)]).status,
        200,
        "twice is fine"
    );
    assert_eq!(
        client.post("/oauth/revoke", &[("token", "unknown")]).status,
        200,
        "RFC 7009 section 2.2"
    );
    let refresh = text(&tokens, "refresh_token");
    assert_eq!(
        client
            .post(
                "/oauth/revoke",
                &[("token", refresh), ("token_type_hint", "access_token")]
            )
            .status,
        200
    );
    client.refresh(refresh).is_oauth_error(400, "invalid_grant");
}
