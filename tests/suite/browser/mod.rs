//! A real browser: sign-ins with and without JavaScript, by the keyboard alone, and every page looked at by axe-core.
//!
//! Screenshots stay in `tests/output` for people to look at.

mod budgets;
mod keyboard;
mod lightning;
mod looks;
mod private_keys;

use std::process::Command;

use hodlxxi_tests::application::Application;
use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::person::{Form, Person, challenge, text, verify};
use hodlxxi_tests::programs::{node, output, screenshots};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

/// A way to look at pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    language: &'static str,
    /// Whether the pages' scripts run: "on" or "off".
    scripts: &'static str,
    /// What the names of screenshots end with.
    pub(crate) suffix: &'static str,
}

impl Way {
    pub(crate) const ENGLISH: Self = Self {
        language: "en",
        scripts: "on",
        suffix: "",
    };
    pub(crate) const GERMAN: Self = Self {
        language: "de",
        scripts: "on",
        suffix: "-de",
    };
    /// Without JavaScript, in English.
    pub(crate) const PLAIN: Self = Self {
        language: "en",
        scripts: "off",
        suffix: "-plain",
    };

    /// A script that looks at pages of `server` with a session's cookie or an empty one.
    pub(crate) fn command(self, script: &str, server: &Server, cookie: &str) -> Command {
        let mut command = node(script);
        command.args([&server.issuer(), cookie, self.language, self.scripts]);
        command.arg(screenshots());
        command
    }

    /// Looks at pages, each a name and a path, in every size and colour.
    pub(crate) fn look(self, server: &Server, cookie: &str, pages: &[(&str, &str)]) {
        let mut command = self.command("browser/pages.mjs", server, cookie);
        let named = |(name, path): &(&str, &str)| format!("{name}{}={path}", self.suffix);
        output(command.args(pages.iter().map(named)));
    }
}

/// The session of `browser`, as a cookie for another one.
pub(crate) fn session_cookie(server: &Server, browser: &Browser) -> String {
    let name = server.cookie_name("hodlxxi_session");
    format!("{name}={}", browser.cookie(&name).expect("a session"))
}

/// Links the key of `person` to the account that `browser` is signed in to.
fn link(browser: &Browser, person: &Person) {
    let address = person.address(Form::Segwit);
    let asked = json!({"address": address, "purpose": "link"});
    let asked = challenge(browser, &asked);
    let signature = person.sign_as(Form::Segwit, text(&asked, "challenge"));
    let proof = json!({"address": address, "signature": signature});
    verify(browser, &asked, &proof).json_with(200);
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
