//! A real browser: sign-ins with and without JavaScript, by the keyboard alone, and every page looked at by axe-core.
//!
//! Screenshots stay in `tests/output` for people to look at.

mod budgets;
mod lightning;
mod looks;
mod private_keys;

use hodlxxi_tests::application::Application;
use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::person::{Form, Person};
use hodlxxi_tests::programs::{node, output, screenshots};
use hodlxxi_tests::server::Server;
use serde_json::Value;

/// Looks at pages, each a name and a path, in every size and colour, with a session's cookie or an empty one.
pub(crate) fn look(server: &Server, cookie: &str, pages: &[(&str, &str)]) {
    look_in("en", server, cookie, pages);
}

/// The same in a language.
fn look_in(language: &str, server: &Server, cookie: &str, pages: &[(&str, &str)]) {
    let mut command = node("browser/pages.mjs");
    command.args([&server.issuer(), cookie, language]);
    command.arg(screenshots());
    output(command.args(pages.iter().map(|(name, path)| format!("{name}={path}"))));
}

/// The session of `browser`, as a cookie for another one.
pub(crate) fn session_cookie(server: &Server, browser: &Browser) -> String {
    let name = server.cookie_name("hodlxxi_session");
    format!("{name}={}", browser.cookie(&name).expect("a session"))
}

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
fn signs_in_and_adds_a_key_with_a_nostr_extension() {
    let server = Server::start(&[]);
    let (keeper, extension) = (Person::named("keeper"), Person::named("extension"));
    let mut command = node("browser/nostr.mjs");
    command.args([
        &server.issuer(),
        &extension.secret_hex(),
        &keeper.secret_hex(),
        &keeper.pubkey(),
    ]);
    output(command.arg(screenshots()));
}

#[test]
fn the_keyboard_alone_is_enough() {
    let (server, person) = (Server::start(&[]), Person::named("keyboard"));
    person.sign_in(&server.browser());
    let mut command = node("browser/keyboard.mjs");
    output(command.args([&server.issuer(), &person.secret_hex(), &person.pubkey()]));
}
