//! Refresh tokens: they rotate, forgive one lost answer, and a stolen one ends its family.

use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

fn offline(server: &Server) -> (RelyingParty, Value) {
    let (browser, client) = (server.browser(), RelyingParty::register(server, &json!({})));
    Person::named("alice").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid profile offline_access");
    (client, tokens)
}

#[test]
fn they_rotate_and_a_lost_answer_can_be_had_again() {
    let server = Server::start(&[]);
    let (client, first) = offline(&server);
    let old = text(&first, "refresh_token");
    let second = client.refresh(old).json_with(200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_ne!(second["access_token"], first["access_token"]);
    let again = client.refresh(old).json_with(200);
    assert_eq!(
        again["refresh_token"], second["refresh_token"],
        "the same answer within the grace"
    );
    assert_eq!(again["access_token"], second["access_token"]);
    assert_eq!(client.userinfo(text(&second, "access_token")).status, 200);
}

#[test]
fn an_old_one_whose_successor_was_used_ends_the_family() {
    let server = Server::start(&[]);
    let (client, first) = offline(&server);
    let second = client.refresh(text(&first, "refresh_token")).json_with(200);
    let third = client
        .refresh(text(&second, "refresh_token"))
        .json_with(200);
    client
        .refresh(text(&first, "refresh_token"))
        .is_oauth_error(400, "invalid_grant");
    client
        .refresh(text(&third, "refresh_token"))
        .is_oauth_error(400, "invalid_grant");
    assert_eq!(client.userinfo(text(&third, "access_token")).status, 401);
}

#[test]
fn shown_by_another_client_nothing_changes() {
    let server = Server::start(&[]);
    let (client, tokens) = offline(&server);
    let thief = RelyingParty::register(&server, &json!({}));
    thief
        .refresh(text(&tokens, "refresh_token"))
        .is_oauth_error(400, "invalid_grant");
    client
        .refresh(text(&tokens, "refresh_token"))
        .json_with(200);
}

#[test]
fn a_refresh_may_narrow_its_scope_but_not_widen_it() {
    let server = Server::start(&[]);
    let (client, tokens) = offline(&server);
    let ask = |token: &str, scope: &str| {
        client.token(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ])
    };
    ask(text(&tokens, "refresh_token"), "openid pof:write").is_oauth_error(400, "invalid_scope");
    let narrow = ask(text(&tokens, "refresh_token"), "openid").json_with(200);
    let userinfo = client
        .userinfo(text(&narrow, "access_token"))
        .json_with(200);
    assert!(
        userinfo.get("access_level").is_none(),
        "profile was left out: {userinfo}"
    );
    let full = client
        .refresh(text(&narrow, "refresh_token"))
        .json_with(200);
    let userinfo = client.userinfo(text(&full, "access_token")).json_with(200);
    assert_eq!(
        userinfo["access_level"], "limited",
        "the grant itself keeps its scope (RFC 6749 section 6)"
    );
}

#[test]
fn sixteen_at_once_get_one_successor() {
    let server = Server::start(&[]);
    let (client, tokens) = offline(&server);
    let old = text(&tokens, "refresh_token");
    let answers: Vec<_> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| client.refresh(old)))
            .collect();
        tries
            .into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    let mut successors: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| text(&answer.json(), "refresh_token").to_owned())
        .collect();
    assert!(!successors.is_empty());
    successors.dedup();
    assert_eq!(successors.len(), 1, "one token, one successor");
    client.refresh(&successors[0]).json_with(200);
}
