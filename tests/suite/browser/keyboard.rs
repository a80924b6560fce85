//! The keyboard alone is enough, in Chromium: for what an account is for, for a developer and for an administrator.

use hodlxxi_tests::person::{Form, Person};
use hodlxxi_tests::programs::{node, output};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::json;

use super::link;

#[test]
fn the_keyboard_alone_is_enough() {
    let (server, person) = (Server::start(&[]), Person::named("keyboard"));
    let spare = Person::named("spare");
    let browser = server.browser();
    person.sign_in(&browser);
    link(&browser, &spare);
    RelyingParty::register(&server, &json!({"client_name": "The Shop"}))
        .sign_in(&browser, "openid profile");
    let mut command = node("browser/keyboard.mjs");
    command.args([&server.issuer(), &person.secret_hex(), &person.pubkey()]);
    output(command.arg(spare.address(Form::Segwit)));
}

#[test]
fn and_for_a_developer_too() {
    let (server, person) = (Server::start(&[]), Person::named("keyboard"));
    let mut command = node("browser/keyboard-developer.mjs");
    output(command.args([&server.issuer(), &person.secret_hex(), &person.pubkey()]));
}

#[test]
fn and_for_an_administrator() {
    let person = Person::named("keyboard");
    let server = Server::start(&[("HODLXXI_ADMIN_KEYS", &person.pubkey())]);
    let somebody = Person::named("somebody");
    somebody.sign_in(&server.browser());
    RelyingParty::register(&server, &json!({"client_name": "The Shop"}));
    let mut command = node("browser/keyboard-administrator.mjs");
    command.args([&server.issuer(), &person.secret_hex(), &person.pubkey()]);
    output(command.args(["The Shop", &somebody.pubkey()]));
}

#[test]
fn a_walk_through_a_page_finds_what_is_wrong() {
    let found = output(&mut node("browser/faulty.mjs"));
    let expected = [
        r#"Tab passes A "left out" by"#,
        r#"Tab passes DIV "not for keys" by"#,
        "2 titles (h1)",
        r#"BUTTON "tiny" is 30 by 30 px"#,
        "<button></button> has no name",
        r#"BUTTON "Do it" is there for two things"#,
        r#""unmarked" has the focus and does not show it"#,
        r#""pale" has the focus and does not show it"#,
        r#""covered" has the focus under <div style="position: absolute; inset: 0"></div>"#,
        r#""away" has the focus under the edge of the window"#,
        r#"Tab leads back up from "below" to "above""#,
        r#"Tab leads from "long" to "first tab", not to "too soon""#,
        r#"the arrow key leads to "first tab""#,
    ];
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}
