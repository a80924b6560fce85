//! The pages' languages: `Accept-Language`, and `ui_locales` of an application (OpenID Connect Core, section 3.1.2.1).

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::person::Person;
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use reqwest::Method;
use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::{Value, json};

fn get(browser: &Browser, path: &str, accepted: &str) -> Answer {
    let request = browser.request(Method::GET, path);
    browser.send(request.header(ACCEPT_LANGUAGE, accepted))
}

#[track_caller]
fn speaks(page: &Answer, language: &str) {
    let said = format!("<html lang=\"{language}\">");
    assert!(page.body.contains(&said), "{}", page.url);
    assert_eq!(page.header("content-language"), Some(language));
    let vary = page.headers.get_all("vary").iter();
    let mut vary = vary.filter_map(|value| value.to_str().ok());
    assert!(vary.any(|value| value.eq_ignore_ascii_case("accept-language")));
}

#[test]
fn the_browser_decides_which_language_a_page_speaks() {
    let server = Server::start(&[]);
    let browser = server.browser();
    for path in [
        "/",
        "/login",
        "/developers",
        "/developers/playground",
        "/legal/privacy",
        "/legal/terms",
        "/no-such-page",
    ] {
        speaks(&get(&browser, path, "de-AT, de;q=0.9, en;q=0.1"), "de");
        speaks(&get(&browser, path, "fr, en;q=0.5, de;q=0.4"), "en");
        speaks(&browser.get(path), "en");
    }
    let login = get(&browser, "/login", "de");
    assert!(login.body.contains("<h1>Anmelden</h1>"), "{}", login.body);
    let broken = get(&browser, "/login", ";;;q=,*;q=9, \"");
    assert_eq!(broken.status, 200);
}

#[test]
fn an_application_may_ask_for_a_language() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({"client_name": "The Shop"}));
    let browser = server.browser();
    let asked = client.request(&[("ui_locales", "fr-CA de en")]);
    let login = browser.visit(&asked);
    speaks(&login, "de");
    Person::named("alice").sign_in(&browser);
    let consent = browser.visit(&asked);
    speaks(&consent, "de");
    assert!(consent.body.contains("The Shop"), "{}", consent.body);
    // None of those asked for is here: the browser's own decides again.
    let request = browser.request(Method::GET, &client.request(&[("ui_locales", "fr")]));
    let consent = browser.send(request.header(ACCEPT_LANGUAGE, "de"));
    speaks(&consent, "de");
}

#[test]
fn the_metadata_lists_the_languages() {
    let server = Server::start(&[]);
    let metadata = server.browser().get("/.well-known/openid-configuration");
    let metadata: Value = serde_json::from_str(&metadata.body).expect("JSON");
    assert_eq!(metadata["ui_locales_supported"], json!(["en", "de"]));
}
