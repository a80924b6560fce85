//! Expand, then contract (docs/adr/0011): the server of the version before serves on the schema of this one, alone and beside
//! a node of this one, so that nodes can be replaced one after the other, and a step back is possible.

use std::process::Command;

use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::front::Front;
use hodlxxi_tests::installation::{Storage, sql};
use hodlxxi_tests::node::{Node, free_port, previous_binary};
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::programs::output;
use hodlxxi_tests::relying_party::RelyingParty;
use serde_json::json;

fn previous() -> Command {
    Command::new(previous_binary())
}

/// Somebody signs in and uses an application, with all that it may ask for.
fn goes_through(person: &Person, browser: &Browser, client: &RelyingParty) {
    person.sign_in(browser);
    let tokens = client.sign_in(browser, "openid profile offline_access");
    client
        .userinfo(text(&tokens, "access_token"))
        .json_with(200);
    let refreshed = client
        .refresh(text(&tokens, "refresh_token"))
        .json_with(200);
    assert_eq!(
        client.introspect(text(&refreshed, "access_token"))["active"],
        true
    );
    browser.get("/api/session").json_with(200);
}

#[test]
fn it_serves_on_todays_schema_beside_a_node_of_today() {
    let (storage, home) = (Storage::new(), tempfile::tempdir().expect("a folder"));
    let ports = [free_port(), free_port()];
    let front = Front::start(&ports);
    let mut settings = front.settings();
    settings.push(("DATABASE_URL".to_owned(), storage.postgres()));
    settings.push(("HODLXXI_RATE_LIMITS".to_owned(), "off".to_owned()));
    settings.push(("HODLXXI_MASTER_KEY".to_owned(), "5".repeat(64)));
    // The new one first: it brings the schema up to date.
    let today = Node::start(&home.path().join("today"), ports[0], &settings);
    let before = Node::start_as(previous(), &home.path().join("before"), ports[1], &settings);
    let client = RelyingParty::register_by(front.browser(), &json!({}));
    // Each round is an odd number of requests longer, so that every step meets both.
    for round in 0..4 {
        let person = Person::named(&format!("between versions {}", round % 2));
        goes_through(&person, &front.browser(), &client);
        for _ in 0..round {
            front.browser().get("/health").json_with(200);
        }
    }
    for node in [&today, &before] {
        assert!(node.log().contains("/oauth/token"), "the nodes took turns");
    }
}

/// Of an application that much was granted to, rows are left for a while when it is deleted.
#[test]
fn an_application_that_was_deleted_today_is_not_brought_back_by_the_version_before() {
    let (storage, home) = (Storage::new(), tempfile::tempdir().expect("a folder"));
    let settings = vec![("DATABASE_URL".to_owned(), storage.postgres())];
    let today = Node::start(home.path(), free_port(), &settings);
    let client = RelyingParty::register_by(today.browser(), &json!({}));
    let browser = today.browser();
    Person::named("deleted today").sign_in(&browser);
    let tokens = client.sign_in(&browser, "openid offline_access");
    let (access, refresh) = (
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    );
    client.userinfo(access).json_with(200);
    let deleted = "UPDATE clients SET deleted_at = 1, disabled_at = 1";
    sql(&storage.postgres(), deleted);

    let mut enable = previous();
    enable.env_clear().current_dir(home.path()).envs(settings);
    enable.env("HODLXXI_DATA_DIR", today.data_dir());
    output(enable.args(["client", "enable", &client.id]));
    let enabled = "SELECT count(*) FROM clients WHERE disabled_at IS NULL";
    assert_eq!(sql(&storage.postgres(), enabled).trim(), "1");
    client.userinfo(access).json_with(401);
    client.refresh(refresh).json_with(401);
}

#[test]
fn it_serves_on_todays_schema_in_a_file() {
    let home = tempfile::tempdir().expect("a folder");
    let (port, settings) = (free_port(), Vec::new());
    let person = Person::named("there and back");
    let mut today = Node::start(home.path(), port, &settings);
    let (browser, client) = (
        today.browser(),
        RelyingParty::register_by(today.browser(), &json!({})),
    );
    goes_through(&person, &browser, &client);
    today.terminate();
    assert!(today.wait().success());

    let mut before = Node::start_as(previous(), home.path(), port, &settings);
    browser.get("/api/session").json_with(200);
    goes_through(&person, &before.browser(), &client);
    before.terminate();
    assert!(before.wait().success());

    let today = Node::start(home.path(), port, &settings);
    browser.get("/api/session").json_with(200);
    goes_through(&person, &today.browser(), &client);
}
