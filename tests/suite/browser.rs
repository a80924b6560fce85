//! A real browser: a whole sign-in with and without JavaScript, and every page looked at by axe-core.
//!
//! Screenshots stay in `tests/output` for people to look at.

use hodlxxi_tests::application::Application;
use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::person::{Form, Person};
use hodlxxi_tests::programs::{node, output, screenshots};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

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

/// Looks at pages, each a name and a path, in every size and colour, with a session's cookie or an empty one.
pub(crate) fn look(server: &Server, cookie: &str, pages: &[(&str, &str)]) {
    let mut command = node("browser/pages.mjs");
    command.args([&server.issuer(), cookie]).arg(screenshots());
    output(command.args(pages.iter().map(|(name, path)| format!("{name}={path}"))));
}

/// The session of `browser`, as a cookie for another one.
pub(crate) fn session_cookie(server: &Server, browser: &Browser) -> String {
    let name = server.cookie_name("hodlxxi_session");
    format!("{name}={}", browser.cookie(&name).expect("a session"))
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
    let open = [
        ("home", "/"),
        ("login", "/login"),
        ("login-for-application", &resume),
        ("docs", "/oauthx/docs"),
        ("privacy", "/legal/privacy"),
        ("terms", "/legal/terms"),
        ("not-found", "/no-such-page"),
        ("bad-request", "/oauth/authorize?client_id=unknown"),
    ];
    look(&server, "", &open);

    person.sign_in(&browser);
    let other = RelyingParty::register(&server, &json!({"client_name": "Another application"}));
    other.sign_in(&browser, "openid profile");
    let cookie = session_cookie(&server, &browser);
    let signed_in = [
        ("home-signed-in", "/"),
        ("consent", request.as_str()),
        ("account", "/account"),
        ("logout", "/oauth/logout"),
    ];
    look(&server, &cookie, &signed_in);
}
