//! Consent: asked in words, given or refused, remembered, taken back.

use hodlxxi_tests::browser::query;
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::{RelyingParty, consent_form, decide};
use hodlxxi_tests::server::Server;
use serde_json::json;

#[test]
fn the_page_says_who_asks_and_for_what() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({"client_name": "The Shop"})),
    );
    Person::named("alice").sign_in(&browser);
    let page = browser.visit(&client.request(&[("scope", "openid profile offline_access")]));
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("The Shop") && page.body.contains("rp.example.org"),
        "{}",
        page.body
    );
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("form-action") && policy.contains("https://rp.example.org"),
        "{policy}"
    );
    let form = consent_form(&page);
    for pressed in [&[][..], &[("decision", "perhaps")]] {
        let target = browser
            .submit(&page, &form, pressed)
            .location()
            .expect("an answer");
        assert_eq!(
            query(&target)["error"],
            "access_denied",
            "nothing but allow allows"
        );
    }
}

#[test]
fn it_is_remembered_until_more_is_asked() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    client.authorize(&browser, &[("scope", "openid profile")]);
    let silent = browser.leave(browser.get(&client.request(&[("scope", "openid profile")])));
    assert!(
        query(&silent).contains_key("code"),
        "not asked again: {silent}"
    );
    let wider = browser.visit(&client.request(&[("scope", "openid profile pof:read")]));
    consent_form(&wider);
    let again = browser.visit(&client.request(&[("scope", "openid"), ("prompt", "consent")]));
    consent_form(&again);
}

#[test]
fn denied_is_said_to_the_relying_party() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let target = decide(&browser, browser.get(&client.request(&[])), "deny");
    let answer = query(&target);
    assert_eq!(answer["error"], "access_denied");
    assert_eq!(answer["state"], "the-state");
    consent_form(&browser.visit(&client.request(&[])));
}

#[test]
fn the_form_is_bound_to_the_browser() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let page = browser.visit(&client.request(&[]));
    let form = consent_form(&page);
    let other = server.browser();
    Person::named("mallory").sign_in(&other);
    let stolen = other.submit(&page, &form, &[("decision", "allow")]);
    assert_eq!(stolen.status, 403, "{}", stolen.body);
    for name in form
        .fields
        .iter()
        .map(|(name, _)| name.clone())
        .collect::<Vec<_>>()
    {
        let answer = browser.submit(
            &page,
            &form.clone().without(&name),
            &[("decision", "allow")],
        );
        assert!(
            matches!(answer.status, 400 | 403),
            "without {name}: {}",
            answer.status
        );
    }
}

#[test]
fn a_connection_can_be_seen_and_taken_back() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({"client_name": "The Shop"})),
    );
    Person::named("alice").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid offline_access");
    let account = browser.get("/account");
    assert!(account.body.contains("The Shop"), "{}", account.body);
    let form = account.form("/account/connections/revoke");
    let after = browser.submit(&account, &form, &[]);
    assert!(after.status < 400, "{}", after.body);
    // What was done with it is still told, but it is connected no more.
    let account = browser.get("/account").body;
    assert!(
        !account.contains("/account/connections/revoke"),
        "{account}"
    );
    assert!(account.contains("Disconnected an application"), "{account}");
    assert_eq!(client.userinfo(text(&tokens, "access_token")).status, 401);
    client
        .refresh(text(&tokens, "refresh_token"))
        .is_oauth_error(400, "invalid_grant");
    consent_form(&browser.visit(&client.request(&[])));
}

#[test]
fn guests_come_only_where_the_client_takes_them() {
    let server = Server::start(&[("HODLXXI_GUEST_LOGIN", "on")]);
    let browser = server.browser();
    browser.post_json("/api/guest", &json!({})).json_with(200);
    let strict = RelyingParty::register(&server, &json!({}));
    let page = browser.visit(&strict.request(&[]));
    assert_eq!(
        page.url.path(),
        "/login",
        "a guest has to sign in: {}",
        page.body
    );
    let silent = browser.leave(browser.get(&strict.request(&[("prompt", "none")])));
    assert_eq!(query(&silent)["error"], "login_required");
    let open = RelyingParty::register(&server, &json!({"allow_guests": true}));
    let tokens = open.sign_in(&browser, "openid offline_access");
    assert!(tokens.get("refresh_token").is_none(), "{tokens}");
    let claims = hodlxxi_tests::token::claims(text(&tokens, "id_token"));
    assert_eq!(claims["acr"], "urn:hodlxxi:acr:guest");
    assert!(claims.get("amr").is_none(), "{claims}");
}
