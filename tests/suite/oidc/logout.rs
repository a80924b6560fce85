//! Logging out: at once with a valid hint, asked otherwise, and told to the clients that wish to know.

use hodlxxi_tests::browser::{Answer, Browser, query};
use hodlxxi_tests::listener::Listener;
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token;
use serde_json::{Value, json};

const AFTER: &str = "https://rp.example.org/after";

fn signed_in(server: &Server, more: &Value) -> (Browser, RelyingParty, String) {
    let (browser, client) = (server.browser(), RelyingParty::register(server, more));
    Person::named("alice").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid");
    let id_token = text(&tokens, "id_token").to_owned();
    (browser, client, id_token)
}

fn ask(browser: &Browser, parameters: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    browser.get(&format!("/oauth/logout?{query}"))
}

fn is_signed_in(browser: &Browser) -> bool {
    browser.get("/api/session").status == 200
}

#[test]
fn a_valid_hint_logs_out_at_once_and_redirects_where_registered() {
    let server = Server::start(&[]);
    let (browser, _, hint) = signed_in(&server, &json!({"post_logout_redirect_uris": [AFTER]}));
    let answer = ask(
        &browser,
        &[
            ("id_token_hint", &hint),
            ("post_logout_redirect_uri", AFTER),
            ("state", "s 1"),
        ],
    );
    let target = answer
        .location()
        .unwrap_or_else(|| panic!("no redirect: {} {}", answer.status, answer.body));
    assert!(target.as_str().starts_with(AFTER), "{target}");
    assert_eq!(query(&target)["state"], "s 1");
    assert!(!is_signed_in(&browser));
}

#[test]
fn nothing_redirects_that_was_not_registered_or_vouched_for() {
    let server = Server::start(&[]);
    let (browser, client, hint) =
        signed_in(&server, &json!({"post_logout_redirect_uris": [AFTER]}));
    let mut claims = token::claims(&hint);
    claims["sub"] = json!("somebody else");
    let modified = token::compact(&token::header(&hint), &claims, b"no signature");
    let wrong: [&[(&str, &str)]; 4] = [
        &[("post_logout_redirect_uri", AFTER)],
        &[
            ("id_token_hint", &modified),
            ("post_logout_redirect_uri", AFTER),
        ],
        &[
            ("id_token_hint", "nonsense"),
            ("post_logout_redirect_uri", AFTER),
        ],
        &[
            ("client_id", &client.id),
            ("post_logout_redirect_uri", "https://evil.example.org/"),
        ],
    ];
    for parameters in wrong {
        let answer = ask(&browser, parameters);
        assert!(answer.location().is_none(), "{parameters:?}");
        assert!(is_signed_in(&browser), "asked first: {parameters:?}");
    }
    let elsewhere = ask(
        &browser,
        &[
            ("id_token_hint", &hint),
            ("post_logout_redirect_uri", "https://evil.example.org/"),
        ],
    );
    assert!(elsewhere.location().is_none(), "{:?}", elsewhere.location());
}

#[test]
fn without_a_hint_one_form_asks() {
    let server = Server::start(&[]);
    let (browser, _, _) = signed_in(&server, &json!({}));
    let page = ask(&browser, &[]);
    assert_eq!(page.status, 200);
    assert!(is_signed_in(&browser));
    let form = page.form("/oauth/logout");
    let forged = browser.submit(&page, &form.clone().without("csrf"), &[]);
    if form.value("csrf").is_some() {
        assert_eq!(forged.status, 403);
        assert!(is_signed_in(&browser));
    }
    let done = browser.submit(&page, &form, &[]);
    assert!(done.status < 400, "{}", done.body);
    assert!(!is_signed_in(&browser));
}

#[test]
fn clients_that_registered_for_it_are_told_in_the_back_channel() {
    let server = Server::start(&[]);
    let told = Listener::answering("{}");
    let more = json!({"backchannel_logout_uri": told.url("/logout"), "backchannel_logout_session_required": true});
    let (browser, client, hint) = signed_in(&server, &more);
    ask(&browser, &[("id_token_hint", &hint)]);
    let request = told.next();
    assert_eq!(request.line, "POST /logout");
    let logout_token = request
        .body
        .strip_prefix("logout_token=")
        .expect("the one field");
    assert_eq!(token::header(logout_token)["typ"], "logout+jwt");
    let (claims, id) = (token::claims(logout_token), token::claims(&hint));
    assert_eq!(claims["iss"], server.issuer());
    assert_eq!(claims["aud"], client.id);
    assert_eq!(claims["sid"], id["sid"]);
    assert_eq!(claims["sub"], id["sub"]);
    assert!(
        claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object(),
        "{claims}"
    );
    assert!(
        claims["jti"].is_string() && claims.get("nonce").is_none(),
        "{claims}"
    );
}

#[test]
fn an_ended_session_is_told_however_it_ended() {
    let server = Server::start(&[]);
    let told = Listener::answering("{}");
    let (browser, _, _) = signed_in(
        &server,
        &json!({"backchannel_logout_uri": told.url("/logout")}),
    );
    assert!(browser.post_json("/api/logout", &json!({})).status < 300);
    assert_eq!(told.next().line, "POST /logout");
}
