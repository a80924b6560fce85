//! Pairwise subjects: two applications cannot tell that they know the same person.

use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty};
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token;
use serde_json::json;

#[test]
fn every_sector_sees_another_subject_and_no_key() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let user = Person::named("alice").sign_in(&browser)["user_id"].clone();
    let pairwise = json!({"subject_type": "pairwise"});
    let mut elsewhere = pairwise.clone();
    elsewhere["redirect_uris"] = json!(["https://other.example.net/callback"]);
    let (first, twin) = (
        RelyingParty::register(&server, &pairwise),
        RelyingParty::register(&server, &pairwise),
    );
    let other = RelyingParty::register(&server, &elsewhere);
    let subject = |client: &RelyingParty, redirect: &str| {
        let code = client.code(
            &browser,
            &[("redirect_uri", redirect), ("scope", "openid profile")],
        );
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect),
            ("code_verifier", hodlxxi_tests::relying_party::VERIFIER),
        ];
        let tokens = client.token(&fields).json_with(200);
        let id = token::claims(text(&tokens, "id_token"));
        let access = text(&tokens, "access_token");
        let userinfo = client.userinfo(access).json_with(200);
        assert_eq!(userinfo["sub"], id["sub"]);
        assert_eq!(
            token::claims(access)["sub"],
            id["sub"],
            "access tokens are pairwise too"
        );
        assert_eq!(client.introspect(access)["sub"], id["sub"]);
        assert!(
            userinfo.get("pubkey").is_none() && userinfo.get("npub").is_none(),
            "{userinfo}"
        );
        (id["sub"].clone(), id["sid"].clone())
    };
    let (one, same) = (subject(&first, CALLBACK), subject(&twin, CALLBACK));
    let different = subject(&other, "https://other.example.net/callback");
    assert_eq!(one.0, same.0, "one sector, one subject");
    assert_ne!(one.0, different.0);
    assert_ne!(one.1, different.1, "sid tells no more than sub");
    assert_ne!(one.0, user);
}

#[test]
fn the_scope_pubkey_gives_the_key_to_pairwise_clients_too() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("alice"));
    person.sign_in(&browser);
    let client = RelyingParty::register(&server, &json!({"subject_type": "pairwise"}));
    let tokens = client.sign_in(&browser, "openid pubkey");
    let userinfo = client
        .userinfo(text(&tokens, "access_token"))
        .json_with(200);
    assert_eq!(userinfo["pubkey"], person.pubkey());
}
