//! The authorization code and PKCE: once, by its client, with its verifier.

use std::sync::Barrier;
use std::thread;

use hodlxxi_tests::browser::query;
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty, VERIFIER};
use hodlxxi_tests::server::Server;
use serde_json::json;

#[test]
fn a_code_becomes_tokens() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let target = client.authorize(&browser, &[]);
    assert!(target.as_str().starts_with(CALLBACK), "{target}");
    let parameters = query(&target);
    assert_eq!(parameters["state"], "the-state");
    assert_eq!(parameters["iss"], server.issuer());
    assert!(parameters["code"].len() >= 22, "128 bits");
    let answer = client.redeem(&parameters["code"]);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let tokens = answer.json_with(200);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert!(
        tokens.get("refresh_token").is_none(),
        "no offline_access was asked: {tokens}"
    );
    assert!(tokens["id_token"].is_string());
}

#[test]
fn sixteen_at_once_redeem_a_code_once() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let code = client.code(&browser, &[]);
    let start = Barrier::new(16);
    let answers: Vec<_> = thread::scope(|scope| {
        let tries: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    client.redeem(&code)
                })
            })
            .collect();
        tries
            .into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    let won: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    assert_eq!(won.len(), 1);
    answers
        .iter()
        .filter(|answer| answer.status != 200)
        .for_each(|answer| answer.is_oauth_error(400, "invalid_grant"));
    let token = won[0].json();
    assert_eq!(
        client.userinfo(text(&token, "access_token")).status,
        401,
        "reuse revokes what the first one got"
    );
}

#[test]
fn another_clients_use_changes_nothing() {
    let server = Server::start(&[]);
    let (browser, client, thief) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let code = client.code(&browser, &[]);
    thief.redeem(&code).is_oauth_error(400, "invalid_grant");
    let tokens = client.redeem(&code).json_with(200);
    thief.redeem(&code).is_oauth_error(400, "invalid_grant");
    assert_eq!(client.userinfo(text(&tokens, "access_token")).status, 200);
}

#[test]
fn verifier_and_challenge_belong_together() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let redeem = |code: &str, redirect: &str, verifier: Option<&str>| {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
        ];
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        client.token(&fields)
    };
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let wrong = "x".repeat(43);
    for (asked, verifier) in [
        (&[][..], None),
        (&[], Some(wrong.as_str())),
        (&[], Some("short")),
        (&without, Some(VERIFIER)),
    ] {
        let code = client.code(&browser, asked);
        let answer = redeem(&code, CALLBACK, verifier);
        assert_eq!(
            answer.status, 400,
            "{asked:?} {verifier:?}: {}",
            answer.body
        );
        assert!(
            matches!(
                text(&answer.json(), "error"),
                "invalid_grant" | "invalid_request"
            ),
            "{}",
            answer.body
        );
    }
    redeem(&client.code(&browser, &without), CALLBACK, None).json_with(200);
    let code = client.code(&browser, &[]);
    redeem(&code, "https://rp.example.org/other", Some(VERIFIER))
        .is_oauth_error(400, "invalid_grant");
}

#[test]
fn pkce_is_required_of_public_clients_and_where_it_is_set() {
    let refused = |server: &Server, client: &RelyingParty| {
        let browser = server.browser();
        Person::named("alice").sign_in(&browser);
        let without = [("code_challenge", ""), ("code_challenge_method", "")];
        let target = browser.leave(browser.get(&client.request(&without)));
        assert_eq!(query(&target)["error"], "invalid_request", "{target}");
        assert_eq!(query(&target)["iss"], server.issuer());
    };
    let server = Server::start(&[]);
    refused(&server, &RelyingParty::register_public(&server));
    refused(
        &server,
        &RelyingParty::register(&server, &json!({"require_pkce": true})),
    );
    let browser = server.browser();
    let client = RelyingParty::register(&server, &json!({}));
    Person::named("alice").sign_in(&browser);
    let target = browser.leave(browser.get(&client.request(&[("code_challenge_method", "plain")])));
    assert_eq!(query(&target)["error"], "invalid_request", "S256 only");
    let strict = Server::start(&[("HODLXXI_REQUIRE_PKCE", "on")]);
    refused(&strict, &RelyingParty::register(&strict, &json!({})));
}

#[test]
fn a_public_client_redeems_by_its_id_alone() {
    let server = Server::start(&[]);
    let (browser, client) = (server.browser(), RelyingParty::register_public(&server));
    assert!(client.secret.is_none());
    Person::named("alice").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid profile");
    assert_eq!(client.userinfo(text(&tokens, "access_token")).status, 200);
}
