//! One of two nodes has a clock that is ninety seconds off: people sign in all the same, whichever node they meet, and
//! nothing lives longer than it should.

use hodlxxi_tests::clock::library;
use hodlxxi_tests::front::Front;
use hodlxxi_tests::installation::Storage;
use hodlxxi_tests::node::{Node, free_port};
use hodlxxi_tests::person::{Person, now, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::token;
use serde_json::json;

use super::settings;

fn signs_in_with_a_clock_off_by(seconds: &str) {
    let (storage, home) = (Storage::new(), tempfile::tempdir().expect("a folder"));
    let ports = [free_port(), free_port()];
    let front = Front::start(&ports);
    let mut right = settings(&[("HODLXXI_MASTER_KEY", &"3".repeat(64))]);
    right.extend(storage.settings());
    right.extend(front.settings());
    let mut wrong = right.clone();
    wrong.push(("LD_PRELOAD".to_owned(), library()));
    wrong.push(("FAKETIME".to_owned(), seconds.to_owned()));
    wrong.push(("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()));
    let _right = Node::start(&home.path().join("right"), ports[0], &right);
    let wrong = Node::start(&home.path().join("wrong"), ports[1], &wrong);

    let client = RelyingParty::register_by(front.browser(), &json!({}));
    // An odd number of requests each time, so that the nodes change their parts.
    for round in 0..4 {
        let browser = front.browser();
        Person::named("on time").sign_in(&browser);
        let tokens = client.sign_in(&browser, "openid");
        let issued = token::claims(text(&tokens, "id_token"))["iat"]
            .as_u64()
            .expect("seconds");
        assert!(
            now().abs_diff(issued) < 5,
            "round {round}: issued {issued}, now {}",
            now()
        );
        browser.get("/api/session").json_with(200);
        assert_eq!(
            client.introspect(text(&tokens, "access_token"))["active"],
            true
        );
        front.browser().get("/health").json_with(200);
    }
    assert!(
        wrong.log().contains("clock differs"),
        "it says so: {}",
        wrong.log()
    );
}

#[test]
fn one_of_two_nodes_is_ahead() {
    signs_in_with_a_clock_off_by("+90s");
}

#[test]
fn one_of_two_nodes_is_behind() {
    signs_in_with_a_clock_off_by("-90s");
}
