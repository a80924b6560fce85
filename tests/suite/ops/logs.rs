//! Logs: structured, each line of a request under its id, and no secret in them.

use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::relying_party::{RelyingParty, VERIFIER, consent_form};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

#[test]
fn no_secret_token_signature_or_cookie_is_logged() {
    let server = Server::start(&[("RUST_LOG", "debug"), ("LOG_FORMAT", "json")]);
    let (browser, person) = (server.browser(), Person::named("discreet"));
    let challenge = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let signature = person.sign(text(&challenge, "challenge"));
    let proof = json!({"pubkey": person.pubkey(), "signature": signature});
    verify(&browser, &challenge, &proof).json_with(200);
    verify(&browser, &challenge, &proof).is_problem(400, "auth.challenge_used");
    let client = RelyingParty::register(&server, &json!({}));
    let form = consent_form(&browser.visit(&client.request(&[])));
    let code = client.code(&browser, &[("scope", "openid profile offline_access")]);
    let tokens = client.redeem(&code).json_with(200);
    client.redeem(&code).is_oauth_error(400, "invalid_grant");
    let access = text(&tokens, "access_token");
    client.userinfo(access);
    client.userinfo(&format!("{access}x"));
    client.introspect(access);
    client.refresh(text(&tokens, "refresh_token"));
    client
        .line
        .get(&format!("/oauth/userinfo?access_token={access}"));
    let hint = text(&tokens, "id_token");
    browser.get(&format!("/oauth/logout?id_token_hint={hint}&state=x"));
    let log = server.log();
    let signed = |token: &str| token.rsplit('.').next().expect("a signature").to_owned();
    let secrets = [
        (
            "session cookie",
            browser
                .cookie(&server.cookie_name("hodlxxi_session"))
                .unwrap_or_else(|| "no cookie left".to_owned()),
        ),
        (
            "browser cookie",
            browser
                .cookie(&server.cookie_name("hodlxxi_browser"))
                .unwrap_or_else(|| "no cookie".to_owned()),
        ),
        ("signature", signature),
        ("client secret", client.secret.clone().expect("a secret")),
        (
            "registration token",
            text(&client.registration, "registration_access_token").to_owned(),
        ),
        ("code", code),
        ("code verifier", VERIFIER.to_owned()),
        (
            "form token",
            form.value("csrf").expect("a token").to_owned(),
        ),
        ("access token", signed(access)),
        ("ID token", signed(hint)),
        ("refresh token", text(&tokens, "refresh_token").to_owned()),
    ];
    for (name, secret) in secrets {
        assert!(!log.contains(&secret), "the {name} is in the log");
    }
}

#[test]
fn every_request_is_a_line_of_json_under_its_id() {
    let server = Server::start(&[("LOG_FORMAT", "json")]);
    let answer = server.browser().get("/.well-known/openid-configuration");
    let id = answer.header("x-request-id").expect("an id");
    let log = server.log();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let line = lines
        .iter()
        .find(|line| line.to_string().contains(id))
        .unwrap_or_else(|| panic!("no {id} in {log}"));
    assert!(
        line.to_string()
            .contains("/.well-known/openid-configuration"),
        "{line}"
    );
    for member in ["timestamp", "level"] {
        assert!(line[member].is_string(), "no {member}: {line}");
    }
}
