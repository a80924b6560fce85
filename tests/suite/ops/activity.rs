//! What the account page shows of the audit log, to whom.

use hodlxxi_tests::person::Person;
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::json;

use super::audit::{entries, entry, export, wrong_proof};

#[test]
fn a_person_sees_what_was_done_and_where_from() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("watchful"));
    person.sign_in(&browser);
    wrong_proof(&server, &person);
    let name = "Orange & <b>Ledger</b>";
    let client = RelyingParty::register(&server, &json!({"client_name": name}));
    client.sign_in(&browser, "openid");
    let page = browser.get("/account");
    assert_eq!(page.status, 200);
    for words in [
        "Recent activity",
        "Signed in to an application",
        "Sign-in failed: the signature was wrong",
        "127.0.0.1",
        "Orange &#38; &#60;b&#62;Ledger",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let stranger = server.browser();
    Person::named("stranger").sign_in(&stranger);
    let theirs = stranger.get("/account").body;
    assert!(!theirs.contains("Sign-in failed"), "{theirs}");
}

#[test]
fn a_session_that_another_person_replaced_is_told_to_whose_it_was() {
    let server = Server::start(&[]);
    let (shared, first) = (server.browser(), Person::named("first here"));
    let first_id = first.sign_in(&shared)["user_id"].clone();
    Person::named("second here").sign_in(&shared);
    let ended = entry(&export(&server, &[]), "auth.session_ended");
    assert_eq!(ended["user_id"], first_id, "{ended}");
    assert_eq!(
        (&ended["detail"], &ended["actor"]),
        (&json!("replaced"), &json!("visitor"))
    );
    let own = server.browser();
    first.sign_in(&own);
    let page = own.get("/account").body;
    assert!(
        page.contains("somebody else signed in with that browser"),
        "{page}"
    );
    first.sign_in(&own);
    assert_eq!(
        entries(&export(&server, &[]), "auth.session_ended").len(),
        1
    );
}

/// Where a link of the account page leads that begins with `start`.
fn link(page: &str, start: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("href=\"{start}"))?;
    let (end, _) = rest.split_once('"')?;
    Some(format!("{start}{end}"))
}

#[test]
fn a_flood_of_failures_hides_no_sign_in() {
    let server = Server::start(&[("HODLXXI_RATE_LIMITS", "off")]);
    let (browser, person) = (server.browser(), Person::named("flooded"));
    person.sign_in(&browser);
    for _ in 0..40 {
        wrong_proof(&server, &person);
    }
    let page = browser.get("/account").body;
    assert_eq!(page.matches("<h3>Signed in").count(), 1, "{page}");
    assert_eq!(page.matches("<h3>Sign-in failed").count(), 1, "{page}");
    assert!(page.contains("40 times"), "{page}");
    assert_eq!(link(&page, "/account?before="), None);
}

#[test]
fn what_was_done_earlier_is_a_link_away() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("busy"));
    person.sign_in(&browser);
    for _ in 0..33 {
        person.sign_in(&server.browser());
    }
    let newest = browser.get("/account").body;
    assert_eq!(newest.matches("<h3>Signed in").count(), 30);
    let older = link(&newest, "/account?before=").expect("a link to what is older");
    // What happens meanwhile moves nothing.
    person.sign_in(&server.browser());
    let (path, fragment) = older.split_once('#').expect("a section");
    assert_eq!(fragment, "activity");
    let page = browser.get(path).body;
    assert_eq!(page.matches("<h3>Signed in").count(), 4, "{page}");
    assert_eq!(link(&page, "/account?before="), None);
    assert!(link(&page, "/account#activity").is_some());
    // What is no such link begins with the newest.
    let unread = browser.get("/account?before=%22%3E&failed_before=");
    assert_eq!(unread.status, 200);
    assert_eq!(unread.body.matches("<h3>Signed in").count(), 30);
    // A place in somebody else's activity tells nothing of it.
    let stranger = server.browser();
    Person::named("curious").sign_in(&stranger);
    let theirs = stranger.get(path).body;
    assert!(theirs.contains("Nothing older"), "{theirs}");
}
