//! Leaving for good, coming back, and taking everything along.

use hodlxxi_tests::person::{Person, now, text};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::json;

use super::{account, prove};

const GRACE: u64 = 14 * 24 * 3_600;

#[test]
fn an_account_is_left_at_once_and_come_back_to_within_two_weeks() {
    let server = Server::start(&[]);
    let (browser, elsewhere) = (server.browser(), server.browser());
    let person = Person::named("leaving");
    person.sign_in(&browser);
    person.sign_in(&elsewhere);
    let mine = account(&browser);
    let client = RelyingParty::register(&server, &json!({}));
    let tokens = client.sign_in(&elsewhere, "openid offline_access");
    prove(&browser, &Person::named("somebody"), "delete")
        .is_problem(409, "auth.key_of_other_account");
    let left = prove(&browser, &person, "delete").json_with(200);
    let deletes_at = left["deletes_at"].as_u64().expect("seconds");
    assert!(deletes_at.abs_diff(now() + GRACE) < 30, "{left}");
    for browser in [&browser, &elsewhere] {
        assert_eq!(browser.get("/api/session").status, 401);
    }
    assert!(
        browser
            .cookie(&server.cookie_name("hodlxxi_session"))
            .is_none_or(|cookie| cookie.is_empty())
    );
    assert_eq!(client.refresh(text(&tokens, "refresh_token")).status, 400);
    assert_eq!(
        client.introspect(text(&tokens, "access_token"))["active"],
        false
    );

    let back = person.sign_in(&browser);
    assert_eq!(back["deletion_cancelled"], true);
    assert_eq!(back["user_id"], mine);
    assert!(person.sign_in(&browser)["deletion_cancelled"].is_null());
}

#[test]
fn an_account_is_left_by_forms_alone() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("leaving"));
    person.sign_in(&browser);
    let page = browser.get("/account");
    let form = page.form("/account/delete/challenge");
    let step = browser.submit(&page, &form, &[("identifier", &person.pubkey())]);
    let line = hodlxxi_tests::form::tags(&step.body)
        .into_iter()
        .find(|tag| tag.attribute("id") == Some("challenge"))
        .expect("the challenge");
    let signature = person.sign(line.text.trim());
    let form = step.form("/account/delete/verify");
    let done = browser.submit(&step, &form, &[("signature", &signature)]);
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(done.body.contains("will be deleted"), "{}", done.body);
    assert_eq!(browser.get("/api/session").status, 401);
}

#[test]
fn everything_is_taken_along() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("collector"));
    assert_eq!(browser.get("/account/export").status, 401);
    person.sign_in(&browser);
    let client = RelyingParty::register(&server, &json!({"client_name": "The Shop"}));
    client.sign_in(&browser, "openid");
    let page = browser.get("/account").body;
    let said = page
        .split_once("Signed in for")
        .expect("which application it was");
    assert!(
        said.1
            .split_once("</div>")
            .is_some_and(|(said, _)| said.contains("The Shop (rp.example.org)"))
    );
    let answer = browser.get("/account/export");
    let disposition = answer.header("content-disposition").expect("an attachment");
    assert!(disposition.starts_with("attachment"), "{disposition}");
    let all = answer.json_with(200);
    assert_eq!(all["account"]["user_id"], account(&browser));
    assert_eq!(all["keys"][0]["pubkey"], person.pubkey());
    assert_eq!(all["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(all["connections"][0]["client_name"], "The Shop");
    assert_eq!(
        all["sessions"][0]["applications"],
        json!([{"client_id": client.id, "client_name": "The Shop"}])
    );
    let acts: Vec<_> = all["activity"].as_array().expect("a list").iter().collect();
    for action in [
        "auth.signed_in",
        "oauth.token_granted",
        "auth.account_exported",
    ] {
        assert!(acts.iter().any(|act| act["action"] == action), "{all}");
    }
}
