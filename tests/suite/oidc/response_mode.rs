//! Where the answer goes: the query, the fragment, or a form.

use hodlxxi_tests::browser::{fragment, query};
use hodlxxi_tests::form::forms;
use hodlxxi_tests::person::Person;
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty};
use hodlxxi_tests::server::Server;
use serde_json::json;

#[test]
fn query_and_fragment_hold_the_answer_and_nothing_is_in_the_other() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let target = client.authorize(&browser, &[("response_mode", "fragment")]);
    assert!(target.query().is_none(), "{target}");
    let answer = fragment(&target);
    assert_eq!(answer["state"], "the-state");
    assert_eq!(answer["iss"], server.issuer());
    client.redeem(&answer["code"]).json_with(200);
    let target = client.authorize(&browser, &[("response_mode", "query")]);
    assert!(target.fragment().is_none());
    assert!(query(&target).contains_key("code"));
    let refused = browser.leave(browser.get(&client.request(&[("response_mode", "web_message")])));
    assert_eq!(query(&refused)["error"], "invalid_request");
}

#[test]
fn form_post_is_a_form_that_works_without_scripts() {
    let server = Server::start(&[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    client.authorize(&browser, &[]);
    let page = browser.visit(&client.request(&[("response_mode", "form_post")]));
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let form = forms(&page.body)
        .into_iter()
        .find(|form| form.action == CALLBACK)
        .expect("a form to the callback");
    assert!(form.post);
    assert_eq!(form.value("state"), Some("the-state"));
    assert_eq!(form.value("iss"), Some(server.issuer().as_str()));
    client
        .redeem(form.value("code").expect("a code"))
        .json_with(200);
    assert!(
        page.header("content-security-policy")
            .expect("a policy")
            .contains("https://rp.example.org")
    );
    let error = browser
        .visit(&client.request(&[("response_mode", "form_post"), ("response_type", "token")]));
    let form = forms(&error.body)
        .into_iter()
        .find(|form| form.action == CALLBACK)
        .expect("a form to the callback");
    assert_eq!(form.value("error"), Some("unsupported_response_type"));
}

#[test]
fn a_redirect_uris_own_query_is_kept() {
    let server = Server::start(&[]);
    let uri = "https://rp.example.org/callback?tenant=7";
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({"redirect_uris": [uri]})),
    );
    Person::named("alice").sign_in(&browser);
    let answer = query(&client.authorize(&browser, &[("redirect_uri", uri)]));
    assert_eq!(answer["tenant"], "7");
    assert!(answer.contains_key("code"));
}
