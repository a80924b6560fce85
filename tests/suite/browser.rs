//! A real browser: a whole sign-in with and without JavaScript, and every page looked at by axe-core.
//!
//! Screenshots stay in `tests/output` for people to look at.

use hodlxxi_tests::application::Application;
use hodlxxi_tests::person::{Form, Person};
use hodlxxi_tests::programs::{node, output, screenshots};
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

use crate::developers::make;

fn sign_in(scripts: &str) {
    let (server, person) = (Server::start(&[]), Person::named("browser"));
    let application = Application::node(&server);
    let mut command = node("browser/sign-in.mjs");
    command.args([
        &application.login,
        &server.issuer(),
        &person.secret_hex(),
        &person.address(Form::Segwit),
        scripts,
    ]);
    let shown: Value = serde_json::from_str(&output(command.arg(screenshots())))
        .expect("what the relying party shows");
    assert_eq!(shown["npub"], person.npub());
    assert_eq!(shown["sub"], person.sign_in(&server.browser())["user_id"]);
}

#[test]
fn signs_in_at_a_relying_party_with_javascript() {
    sign_in("on");
}

#[test]
fn signs_in_at_a_relying_party_without_javascript() {
    sign_in("off");
}

#[test]
fn no_page_has_an_accessibility_violation_in_any_size_or_colour() {
    let person = Person::named("looked at");
    let admin = person.pubkey();
    let server = Server::start(&[
        ("HODLXXI_GUEST_LOGIN", "on"),
        ("HODLXXI_ADMIN_KEYS", &admin),
    ]);
    let client = RelyingParty::register(&server, &json!({"client_name": "The Shop"}));
    let request = client.request(&[("scope", "openid profile offline_access")]);
    let browser = server.browser();
    let login = browser.visit(&request);
    let resume = format!(
        "{}?{}",
        login.url.path(),
        login.url.query().unwrap_or_default()
    );
    let look = |cookie: &str, pages: &[(&str, &str)]| {
        let mut command = node("browser/pages.mjs");
        command.args([&server.issuer(), cookie]).arg(screenshots());
        output(command.args(pages.iter().map(|(name, path)| format!("{name}={path}"))));
    };
    let open = [
        ("home", "/"),
        ("login", "/login"),
        ("login-for-application", &resume),
        ("docs", "/oauthx/docs"),
        ("developers-open", "/developers"),
        ("playground", "/developers/playground"),
        ("playground-stranger", "/developers/playground/callback"),
        ("privacy", "/legal/privacy"),
        ("terms", "/legal/terms"),
        ("not-found", "/no-such-page"),
        ("bad-request", "/oauth/authorize?client_id=unknown"),
    ];
    look("", &open);

    person.sign_in(&browser);
    let other = RelyingParty::register(&server, &json!({"client_name": "Another application"}));
    other.sign_in(&browser, "openid profile");
    let cookie = format!(
        "{}={}",
        server.cookie_name("hodlxxi_session"),
        browser
            .cookie(&server.cookie_name("hodlxxi_session"))
            .expect("a session")
    );
    let uris = [("name", "The Shop"), ("redirect_uris", CALLBACK)];
    let made = make(&browser, "web", &uris);
    let own = format!("/developers/clients/{}", made.id);
    let page = browser.get(&own);
    let rotate = hodlxxi_tests::form::forms(&page.body)
        .into_iter()
        .find(|form| form.action.ends_with("/secret"));
    browser.submit(&page, &rotate.expect("a form"), &[]);
    let account = browser.get("/api/session").json_with(200)["user_id"].clone();
    let account = format!("/admin/users/{}", account.as_str().expect("an id"));
    let signed_in = [
        ("developers", "/developers"),
        ("client-new", "/developers/new?kind=native"),
        ("client-own", &own),
        ("admin", "/admin"),
        ("admin-clients", "/admin/clients"),
        ("admin-users", "/admin/users"),
        ("admin-user", &account),
        ("admin-audit", "/admin/audit"),
        ("home-signed-in", "/"),
        ("consent", request.as_str()),
        ("account", "/account"),
        ("logout", "/oauth/logout"),
    ];
    look(&cookie, &signed_in);
}
