//! The developers' and the administrators' pages and forms, looked at by axe-core in every size and colour.

use hodlxxi_tests::form::forms;
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::programs::output;
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty};
use hodlxxi_tests::server::Server;
use serde_json::json;

use super::make;
use crate::browser::{Way, session_cookie};

/// Looks at everything in one way.
fn look(way: Way) {
    let person = Person::named("looked at");
    let admin = person.pubkey();
    let server = Server::start(&[("HODLXXI_ADMIN_KEYS", &admin)]);
    let open = [
        ("home-no-guests", "/"),
        ("developers-open", "/developers"),
        ("playground", "/developers/playground"),
        ("playground-stranger", "/developers/playground/callback"),
    ];
    way.look(&server, "", &open);
    let browser = server.browser();
    person.sign_in(&browser);
    RelyingParty::register(&server, &json!({"client_name": "The Shop"}))
        .sign_in(&browser, "openid");
    let fields = [("name", "The Shop"), ("redirect_uris", CALLBACK)];
    let own = make(&browser, "web", &fields);
    let own = format!("/developers/clients/{}", own.id);
    let page = browser.get(&own);
    let mut rotate = forms(&page.body).into_iter();
    let rotate = rotate.find(|form| form.action.ends_with("/secret"));
    browser.submit(&page, &rotate.expect("a form"), &[]);
    let public = make(&browser, "single-page", &fields);
    let public = format!("/developers/clients/{}", public.id);
    let account = browser.get("/api/session").json_with(200)["user_id"].clone();
    let account = format!("/admin/users/{}", account.as_str().expect("an id"));
    let signed_in = [
        ("developers", "/developers"),
        ("client-new", "/developers/new?kind=native"),
        ("client-own", &own),
        ("client-own-public", &public),
        ("admin", "/admin"),
        ("admin-clients", "/admin/clients"),
        ("admin-users", "/admin/users"),
        ("admin-no-such-user", "/admin/users?q=nobody"),
        ("admin-user", &account),
        ("admin-audit", "/admin/audit"),
        ("home-administrator", "/"),
    ];
    let cookie = session_cookie(&server, &browser);
    way.look(&server, &cookie, &signed_in);
    let stranger = Person::named("stranger").sign_in(&server.browser());
    let mut command = way.command("browser/administrator.mjs", &server, &cookie);
    output(command.args([way.suffix, CALLBACK, text(&stranger, "user_id")]));
}

#[test]
fn no_page_of_theirs_has_an_accessibility_violation() {
    look(Way::ENGLISH);
}

#[test]
fn nor_has_any_in_german() {
    look(Way::GERMAN);
}

#[test]
fn nor_has_any_without_javascript() {
    look(Way::PLAIN);
}
