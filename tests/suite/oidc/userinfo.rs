//! Userinfo, and the bearer token rules that it shares with the other APIs (RFC 6750).

use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::json;

#[test]
fn the_token_may_come_in_the_header_or_in_a_form() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    let person = Person::named("alice");
    let user = person.sign_in(&browser)["user_id"].clone();
    let tokens = client.sign_in(&browser, "openid profile");
    let token = text(&tokens, "access_token");
    let answers = [
        client.with_token(Method::GET, "/oauth/userinfo", token),
        client.with_token(Method::POST, "/oauth/userinfo", token),
        client
            .line
            .post_form("/oauth/userinfo", &[("access_token", token)]),
    ];
    for answer in answers {
        let claims = answer.json_with(200);
        assert_eq!(claims["sub"], user);
        assert_eq!(claims["access_level"], "limited");
        assert_eq!(claims["pubkey"], person.pubkey());
        assert_eq!(claims["npub"], person.npub());
    }
    let twice = client
        .line
        .request(Method::POST, "/oauth/userinfo")
        .bearer_auth(token)
        .form(&[("access_token", token)]);
    assert_eq!(
        client.line.send(twice).status,
        400,
        "one method only (RFC 6750 section 2)"
    );
    let in_url = client
        .line
        .get(&format!("/oauth/userinfo?access_token={token}"));
    assert_eq!(in_url.status, 401, "never in the URL");
}

#[test]
fn only_what_was_granted_comes() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid");
    let claims = client
        .userinfo(text(&tokens, "access_token"))
        .json_with(200);
    assert_eq!(
        claims.as_object().expect("an object").len(),
        1,
        "sub alone: {claims}"
    );
}

#[test]
fn wrong_tokens_are_refused_as_rfc_6750_says() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid");
    let nothing = client.line.get("/oauth/userinfo");
    assert_eq!(nothing.status, 401);
    let challenge = nothing.header("www-authenticate").expect("a challenge");
    assert!(
        challenge.starts_with("Bearer") && !challenge.contains("error"),
        "{challenge}"
    );
    let access = text(&tokens, "access_token");
    let (signed, signature) = access.rsplit_once('.').expect("a JWS");
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let tampered = format!("{signed}.{first}{}", &signature[1..]);
    for token in [text(&tokens, "id_token"), &tampered, "x"] {
        let answer = client.userinfo(token);
        assert_eq!(answer.status, 401, "{token}");
        assert!(
            answer
                .header("www-authenticate")
                .expect("a challenge")
                .contains("invalid_token")
        );
    }
}

#[test]
fn the_demo_endpoints_ask_for_their_scopes() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({"scope": "openid read read_limited"})),
    );
    Person::named("alice").sign_in(&browser);
    let ask = |path: &str, scope: &str| {
        let tokens = client.sign_in(&browser, scope);
        client.with_token(Method::GET, path, text(&tokens, "access_token"))
    };
    ask("/api/demo/protected", "openid read").json_with(200);
    let narrow = ask("/api/demo/protected", "openid");
    assert_eq!(narrow.status, 403);
    assert!(
        narrow
            .header("www-authenticate")
            .expect("a challenge")
            .contains("insufficient_scope")
    );
    assert_eq!(server.browser().get("/api/demo/free").status, 401);
}
