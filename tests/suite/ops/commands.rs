//! What an operator types.

use std::process::Output;

use hodlxxi_tests::node::run_alone;
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn said_json(output: &Output) -> Value {
    let said = said(output);
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

#[test]
fn clients_are_made_listed_disabled_and_given_new_secrets() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({"client_name": "The Shop"}));
    assert!(said(&server.run(&["client", "list"])).contains(&client.id));
    let shown = said(&server.run(&["client", "show", &client.id]));
    assert!(
        shown.contains("The Shop") && !shown.contains(client.secret.as_deref().expect("a secret")),
        "{shown}"
    );
    let fields = [("token", "x")];
    assert_eq!(client.post("/oauth/introspect", &fields).status, 200);
    let fresh = said(&server.run(&["client", "rotate-secret", &client.id]));
    assert_eq!(
        client.post("/oauth/introspect", &fields).status,
        401,
        "the old secret is worth nothing"
    );
    let renewed = RelyingParty {
        secret: Some(fresh.trim().to_owned()),
        line: server.browser(),
        ..client
    };
    assert_eq!(renewed.post("/oauth/introspect", &fields).status, 200);
    said(&server.run(&["client", "disable", &renewed.id]));
    assert_eq!(renewed.post("/oauth/introspect", &fields).status, 401);
    assert_ne!(
        server.run(&["client", "show", "unknown"]).status.code(),
        Some(0)
    );
}

#[test]
fn keys_are_published_before_they_sign() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let kid = |server: &Server| {
        let browser = server.browser();
        Person::named("alice").sign_in(&browser);
        let tokens = client.sign_in(&browser, "openid");
        text(
            &hodlxxi_tests::token::header(text(&tokens, "id_token")),
            "kid",
        )
        .to_owned()
    };
    let kids = |server: &Server| -> Vec<String> {
        let set = server.browser().get("/oauth/jwks.json").json_with(200);
        set["keys"]
            .as_array()
            .expect("keys")
            .iter()
            .map(|key| text(key, "kid").to_owned())
            .collect()
    };
    let (before, signing) = (kids(&server), kid(&server));
    said(&server.run(&["keys", "rotate"]));
    assert!(!said(&server.run(&["keys", "list"])).is_empty());
    let server = server.restart();
    let after = kids(&server);
    assert!(
        before.iter().all(|kid| after.contains(kid)),
        "the last stays until its tokens are gone"
    );
    assert!(after.len() > before.len(), "the next is published");
    let browser = server.browser();
    Person::named("alice").sign_in(&browser);
    let line = server.browser();
    let client = RelyingParty { line, ..client };
    let tokens = client.sign_in(&browser, "openid");
    assert_eq!(
        hodlxxi_tests::token::header(text(&tokens, "id_token"))["kid"],
        signing,
        "and does not sign yet"
    );
}

#[test]
fn accounts_are_listed_shown_and_promoted() {
    let server = Server::start(&[]);
    let person = Person::named("member");
    let user = person.sign_in(&server.browser())["user_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert!(said(&server.run(&["user", "list"])).contains(&user));
    assert!(said(&server.run(&["user", "show", &user])).contains(&person.xonly()[..16]));
    said(&server.run(&["user", "promote", "--level", "full", &user]));
    assert_eq!(person.sign_in(&server.browser())["access_level"], "full");
}

#[test]
fn migrate_and_doctor_and_openapi_work_before_the_first_start() {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("data");
    let settings = [("HODLXXI_DATA_DIR", data.to_str().expect("UTF-8"))];
    said(&run_alone(&settings, &["migrate"]));
    said(&run_alone(&settings, &["migrate"]));
    let doctor = run_alone(&settings, &["doctor"]);
    assert!(doctor.status.success(), "{doctor:?}");
    let document = said_json(&run_alone(&[], &["openapi"]));
    assert!(text(&document, "openapi").starts_with("3.1"));
    assert_eq!(run_alone(&[], &["no-such-command"]).status.code(), Some(2));
}

#[test]
fn health_asks_the_running_server() {
    let mut server = Server::start(&[]);
    assert_eq!(said(&server.run(&["health"])).trim(), "ready");
    server.terminate();
    server.wait();
    let away = server.run(&["health"]);
    assert_eq!(away.status.code(), Some(1), "{away:?}");
    let line = String::from_utf8_lossy(&away.stderr);
    assert!(line.contains("does not answer"), "{line}");
}
