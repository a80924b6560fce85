//! What takes a sign-in within the last five minutes, on a server whose clock the test moves.

use std::fs;
use std::time::Duration;

use hodlxxi_tests::clock;
use hodlxxi_tests::node::{Node, free_port};
use hodlxxi_tests::person::Person;
use serde_json::json;

use super::{account, form_of, prove};

/// A node whose clock is moved by writing to a file.
struct Later {
    node: Node,
    home: tempfile::TempDir,
}

impl Later {
    fn start() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join("time");
        fs::write(&file, "+0").expect("the clock's file");
        let settings = clock::moved_by(&file);
        let node = Node::start(&home.path().join("node"), free_port(), &settings);
        Self { node, home }
    }

    fn advance_to(&self, seconds: u32) {
        let file = self.home.path().join("time");
        fs::write(file, format!("+{seconds}")).expect("the clock's file");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn keys_are_linked_and_accounts_merged_or_deleted_in_a_fresh_session_alone() {
    let server = Later::start();
    let browser = server.node.browser();
    let (mine, second) = (Person::named("mine"), Person::named("second"));
    mine.sign_in(&browser);
    let user = account(&browser);
    prove(&browser, &second, "link").json_with(200);
    server.advance_to(400);
    assert_eq!(account(&browser), user, "the session goes on");
    for purpose in ["link", "merge", "delete"] {
        let asked = json!({"pubkey": second.pubkey(), "purpose": purpose});
        browser
            .post_json("/api/challenge", &asked)
            .is_problem(403, "auth.reauthentication_required");
    }
    let page = browser.get("/account");
    for action in [
        "/account/keys/primary",
        "/account/keys/freeze",
        "/account/keys/unlink",
    ] {
        let answer = browser.submit(&page, &form_of(&page, action, &second), &[]);
        let location = answer.location().expect("a way to sign in");
        assert_eq!(location.path(), "/login", "{action}");
        assert!(
            location
                .query()
                .is_some_and(|query| query.contains("account"))
        );
    }
    let answer = browser.submit(&page, &page.form("/account/keys/lightning"), &[]);
    assert_eq!(
        answer.location().expect("a way to sign in").path(),
        "/login"
    );
    for action in ["/account/keys/challenge", "/account/merge/challenge"] {
        let form = page.form(action);
        let answer = browser.submit(&page, &form, &[("identifier", &second.pubkey())]);
        assert_eq!(
            answer.location().expect("a way to sign in").path(),
            "/login"
        );
    }
    let answer = browser.get("/account/export");
    let location = answer.location().expect("a way to sign in");
    assert_eq!((answer.status, location.path()), (303, "/login"));
    // A step-up makes it fresh again.
    prove(&browser, &second, "step_up").json_with(200);
    browser.get("/account/export").json_with(200);
    prove(&browser, &Person::named("third"), "link").json_with(200);
    assert_eq!(account(&browser), user);
}
