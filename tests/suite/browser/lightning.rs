//! Sign-in with a Lightning wallet in Chromium: the page that goes on by itself, and the one that runs no scripts.

use hodlxxi_tests::person::Person;
use hodlxxi_tests::programs::{node, output, screenshots};
use hodlxxi_tests::server::Server;

#[test]
fn the_page_goes_on_by_itself_and_renews_its_code() {
    let server = Server::start(&[]);
    let mut command = node("browser/lightning.mjs");
    command.arg(server.issuer());
    command.args(["phone", "tablet", "spare"].map(|name| Person::named(name).secret_hex()));
    output(&mut command);
}

#[test]
fn without_javascript_a_button_asks() {
    let server = Server::start(&[]);
    let mut command = node("browser/lightning-by-hand.mjs");
    command.args([server.issuer(), Person::named("phone").secret_hex()]);
    output(command.arg(screenshots()));
}
