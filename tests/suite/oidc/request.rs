//! The authorization request: what it may ask for, and how it is refused.

use hodlxxi_tests::browser::{Answer, Browser, query};
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::{RelyingParty, allow};
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token;
use reqwest::Method;
use serde_json::json;

fn alice(server: &Server) -> Browser {
    let browser = server.browser();
    Person::named("alice").sign_in(&browser);
    browser
}

#[track_caller]
fn error_of(browser: &Browser, answer: Answer) -> String {
    let target = browser.leave(answer);
    let parameters = query(&target);
    assert!(
        parameters.contains_key("state") && parameters.contains_key("iss"),
        "{target}"
    );
    assert!(!parameters.contains_key("code"), "{target}");
    parameters["error"].clone()
}

#[test]
fn a_bad_client_or_redirect_uri_never_redirects() {
    let server = Server::start(&[]);
    let (browser, client) = (alice(&server), RelyingParty::register(&server, &json!({})));
    let wrong = [
        [("client_id", "unknown")],
        [("client_id", "")],
        [("redirect_uri", "https://rp.example.org/callback/")],
        [("redirect_uri", "https://rp.example.org/callback?x=1")],
        [("redirect_uri", "https://RP.example.org/callback")],
        [("redirect_uri", "https://evil.example.org/callback")],
        [("redirect_uri", "javascript:alert(1)")],
        [("redirect_uri", "x")],
    ];
    for more in wrong {
        let answer = browser.get(&client.request(&more));
        assert_eq!(answer.status, 400, "{more:?}: {}", answer.body);
        assert!(answer.location().is_none());
        assert!(
            answer
                .header("content-type")
                .expect("a type")
                .starts_with("text/html")
        );
        let id = answer.header("x-request-id").expect("an id");
        assert!(answer.body.contains(id), "the page shows the request id");
    }
}

#[test]
fn what_cannot_be_done_comes_back_as_its_registered_error() {
    let server = Server::start(&[]);
    let browser = alice(&server);
    let client = RelyingParty::register(&server, &json!({"scope": "openid profile"}));
    let ask = |more: &[(&str, &str)]| error_of(&browser, browser.get(&client.request(more)));
    assert_eq!(ask(&[("response_type", "")]), "invalid_request");
    assert_eq!(
        ask(&[("response_type", "token")]),
        "unsupported_response_type"
    );
    assert_eq!(
        ask(&[("response_type", "code id_token")]),
        "unsupported_response_type"
    );
    assert_eq!(ask(&[("scope", "openid pof:read")]), "invalid_scope");
    assert_eq!(
        ask(&[("request", "eyJhbGciOiJub25lIn0.e30.")]),
        "request_not_supported"
    );
    assert_eq!(
        ask(&[("request_uri", "https://rp.example.org/request")]),
        "request_uri_not_supported"
    );
    assert_eq!(ask(&[("registration", "{}")]), "registration_not_supported");
    assert_eq!(ask(&[("prompt", "none login")]), "invalid_request");
    assert_eq!(ask(&[("max_age", "-1")]), "invalid_request");
    assert_eq!(ask(&[("max_age", "soon")]), "invalid_request");
    assert_eq!(ask(&[("claims", "{")]), "invalid_request");
    assert_eq!(ask(&[("code_challenge", "short")]), "invalid_request");
    let doubled = format!("{}&nonce=again", client.request(&[]));
    assert_eq!(error_of(&browser, browser.get(&doubled)), "invalid_request");
    let essential =
        json!({"id_token": {"acr": {"essential": true, "values": ["urn:example:gold"]}}})
            .to_string();
    assert_eq!(
        ask(&[("claims", &essential)]),
        "unmet_authentication_requirements"
    );
}

#[test]
fn what_is_unknown_is_ignored() {
    let server = Server::start(&[]);
    let (browser, client) = (alice(&server), RelyingParty::register(&server, &json!({})));
    let harmless = [
        ("scope", "openid email phone address made_up"),
        ("display", "popup"),
        ("ui_locales", "de en"),
        ("claims_locales", "de"),
        ("acr_values", "urn:example:gold"),
        ("extra", "foobar"),
        ("login_hint", "somebody"),
    ];
    for parameter in harmless {
        let code = client.code(&browser, &[parameter]);
        client.redeem(&code).json_with(200);
    }
    client.code(&browser, &[("nonce", "")]);
}

#[test]
fn prompt_none_answers_without_a_page() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({}));
    let silent = client.request(&[("prompt", "none")]);
    let stranger = server.browser();
    assert_eq!(error_of(&stranger, stranger.get(&silent)), "login_required");
    let browser = alice(&server);
    assert_eq!(error_of(&browser, browser.get(&silent)), "consent_required");
    client.authorize(&browser, &[]);
    let target = browser.leave(browser.get(&silent));
    assert!(query(&target).contains_key("code"), "{target}");
    let public = RelyingParty::register(
        &server,
        &json!({"token_endpoint_auth_method": "none",
        "application_type": "native", "redirect_uris": ["com.example.app:/callback"]}),
    );
    let own_scheme = [("redirect_uri", "com.example.app:/callback")];
    public.authorize(&browser, &own_scheme);
    let again = [own_scheme[0], ("prompt", "none")];
    let error = error_of(&browser, browser.get(&public.request(&again)));
    assert_eq!(error, "consent_required", "any program can imitate it");
}

#[test]
fn prompt_login_and_max_age_are_met_by_one_fresh_sign_in() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({}));
    for more in [[("prompt", "login")], [("max_age", "0")]] {
        let browser = alice(&server);
        let before = browser.get("/api/session").json_with(200)["auth_time"]
            .as_u64()
            .expect("seconds");
        let login = browser.visit(&client.request(&more));
        assert_eq!(login.url.path(), "/login", "{more:?}: {}", login.body);
        let resume = query(&login.url)["continue"].clone();
        assert!(resume.starts_with('/'), "a path of this origin: {resume}");
        // Sign-in times are whole seconds: let one pass, so that a later time can be told from the first.
        while hodlxxi_tests::person::now() == before {
            std::thread::yield_now();
        }
        Person::named("alice").sign_in(&browser);
        let target = allow(&browser, browser.get(&resume));
        let tokens = client.redeem(&query(&target)["code"]).json_with(200);
        let claims = token::claims(text(&tokens, "id_token"));
        assert!(
            claims["auth_time"].as_u64().expect("seconds") > before,
            "{claims}"
        );
    }
    let browser = alice(&server);
    client.authorize(&browser, &[("max_age", "10000")]);
}

#[test]
fn a_request_without_a_session_resumes_after_sign_in() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({"client_name": "The Shop"})),
    );
    let login = browser.visit(&client.request(&[]));
    assert_eq!(login.url.path(), "/login");
    assert!(login.body.contains("The Shop"), "to continue to NAME");
    let resume = query(&login.url)["continue"].clone();
    Person::named("alice").sign_in(&browser);
    let target = allow(&browser, browser.get(&resume));
    assert_eq!(query(&target)["state"], "the-state");
}

#[test]
fn an_id_token_hint_must_be_of_the_person_who_is_there() {
    let server = Server::start(&[]);
    let (browser, client) = (alice(&server), RelyingParty::register(&server, &json!({})));
    let tokens = client.sign_in(&browser, "openid");
    let hint = text(&tokens, "id_token");
    let silent = client.request(&[("prompt", "none"), ("id_token_hint", hint)]);
    assert!(query(&browser.leave(browser.get(&silent))).contains_key("code"));
    let other = server.browser();
    Person::named("bob").sign_in(&other);
    assert_eq!(error_of(&other, other.get(&silent)), "login_required");
    let forged = token::compact(&json!({"alg": "none"}), &token::claims(hint), b"");
    let ask = client.request(&[("prompt", "none"), ("id_token_hint", &forged)]);
    assert!(
        ["invalid_request", "login_required"]
            .contains(&error_of(&browser, browser.get(&ask)).as_str())
    );
}

#[test]
fn a_post_becomes_a_get() {
    let server = Server::start(&[]);
    let (browser, client) = (alice(&server), RelyingParty::register(&server, &json!({})));
    let url = reqwest::Url::parse(&server.url(&client.request(&[]))).expect("a URL");
    let fields: Vec<_> = url.query_pairs().into_owned().collect();
    let elsewhere = server.browser();
    let request = elsewhere
        .request(Method::POST, "/oauth/authorize")
        .form(&fields);
    let answer = elsewhere.send(
        request
            .header("origin", "https://rp.example.org")
            .header("sec-fetch-site", "cross-site"),
    );
    assert_eq!(answer.status, 303, "{}", answer.body);
    let next = answer.location().expect("a location");
    let target = allow(&browser, browser.get(next.as_str()));
    assert_eq!(query(&target)["state"], "the-state");
}

#[test]
fn the_sign_in_page_says_which_key_an_application_asks_for() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({}));
    let browser = server.browser();
    let wished = "urn:hodlxxi:acr:nostr urn:example:gold urn:hodlxxi:acr:bitcoin";
    let login = browser.visit(&client.request(&[("acr_values", wished)]));
    let said = "asks you to sign in with: <strong><bdi>Nostr key, Bitcoin key</bdi></strong>";
    assert!(login.body.contains(said), "{}", login.body);
    assert!(login.body.contains("data-open=\"with-nostr\""));
    let login = browser.visit(&client.request(&[]));
    assert!(!login.body.contains("asks you to sign in with"));
}
