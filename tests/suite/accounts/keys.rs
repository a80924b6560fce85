//! Labels, the primary key, and a key that was lost.

use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::lightning::{Begun, LightningWallet};
use hodlxxi_tests::listener::Listener;
use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::json;

use super::{account, act_on, prove};

#[test]
fn a_key_gets_a_label_and_becomes_the_primary_one() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let (first, second) = (Person::named("first"), Person::named("second"));
    first.sign_in(&browser);
    prove(&browser, &second, "link").json_with(200);
    let client = RelyingParty::register(&server, &json!({}));
    let tokens = client.sign_in(&browser, "openid profile");
    let told = || {
        let access = text(&tokens, "access_token");
        client.userinfo(access).json_with(200)
    };
    assert_eq!(told()["pubkey"], first.pubkey());
    let page = act_on(
        &browser,
        "/account/keys/label",
        &second,
        &[("label", "Cold <storage>")],
    );
    assert!(
        page.body.contains("Cold &#60;storage&#62;"),
        "{}",
        page.body
    );
    act_on(&browser, "/account/keys/primary", &second, &[]);
    assert_eq!(told()["npub"], second.npub());
    assert!(
        second
            .npub()
            .starts_with(text(&told(), "preferred_username"))
    );
}

#[test]
fn a_lost_key_signs_nobody_in_and_takes_with_it_what_it_let_in() {
    let server = Server::start(&[]);
    let (browser, thief) = (server.browser(), server.browser());
    let (kept, lost) = (Person::named("kept"), Person::named("lost"));
    kept.sign_in(&browser);
    prove(&browser, &lost, "link").json_with(200);
    lost.sign_in(&thief);
    let told = Listener::answering("{}");
    let more = json!({"backchannel_logout_uri": told.url("/logout")});
    let client = RelyingParty::register(&server, &more);
    let tokens = client.sign_in(&thief, "openid offline_access");
    let page = act_on(&browser, "/account/keys/freeze", &lost, &[]);
    assert!(page.body.contains("frozen"), "{}", page.body);
    assert_eq!(thief.get("/api/session").status, 401);
    assert_eq!(client.refresh(text(&tokens, "refresh_token")).status, 400);
    assert_eq!(
        client.introspect(text(&tokens, "access_token"))["active"],
        false
    );
    assert_eq!(told.next().line, "POST /logout");

    let asked = challenge(&thief, &json!({"pubkey": lost.pubkey()}));
    let wrong = json!({"pubkey": lost.pubkey(), "signature": kept.sign("else")});
    verify(&thief, &asked, &wrong).is_problem(401, "auth.invalid_signature");
    let signature = lost.sign(text(&asked, "challenge"));
    let right = json!({"pubkey": lost.pubkey(), "signature": signature});
    verify(&thief, &asked, &right).is_problem(403, "auth.key_frozen");
    prove(&browser, &lost, "link").is_problem(403, "auth.key_frozen");
    kept.sign_in(&server.browser());
}

#[test]
fn an_administrator_thaws_what_a_thief_froze() {
    let server = Server::start(&[]);
    let (browser, thief) = (server.browser(), server.browser());
    let (mine, stolen) = (Person::named("mine"), Person::named("stolen"));
    mine.sign_in(&browser);
    let user = account(&browser);
    prove(&browser, &stolen, "link").json_with(200);
    let refused = |key: &str, why: &str| {
        let output = server.run(&["user", "thaw-key", key]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(1) && said.contains(why),
            "{said}"
        );
    };
    refused(&mine.npub(), "is not frozen");
    refused(&Person::named("nobody").npub(), "no account has the key");
    stolen.sign_in(&thief);
    act_on(&thief, "/account/keys/freeze", &mine, &[]);
    assert_eq!(browser.get("/api/session").status, 401);

    let thawed = server.run(&["user", "thaw-key", &mine.npub()]);
    assert!(thawed.status.success(), "{thawed:?}");
    assert_eq!(browser.get("/api/session").status, 401, "it stays ended");
    assert_eq!(mine.sign_in(&browser)["user_id"], user);
    let page = act_on(&browser, "/account/keys/freeze", &stolen, &[]);
    assert!(page.body.contains("by an administrator"), "{}", page.body);
    assert_eq!(thief.get("/api/session").status, 401);
}

#[test]
fn the_last_key_that_signs_in_stays_and_a_frozen_one_may_go() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let (kept, lost) = (Person::named("kept"), Person::named("lost"));
    kept.sign_in(&browser);
    prove(&browser, &lost, "link").json_with(200);
    act_on(&browser, "/account/keys/freeze", &lost, &[]);
    let page = act_on(&browser, "/account/keys/unlink", &kept, &[]);
    assert!(page.body.contains("cannot be unlinked"), "{}", page.body);
    act_on(&browser, "/account/keys/unlink", &lost, &[]);
    let mine = account(&browser);
    assert_ne!(lost.sign_in(&server.browser())["user_id"], mine);
    assert_eq!(kept.sign_in(&server.browser())["user_id"], mine);
}

#[test]
fn a_second_key_is_offered_until_one_is_enough() {
    let server = Server::start(&[]);
    let browser = server.browser();
    Person::named("only").sign_in(&browser);
    let page = browser.get("/account");
    let form = page.form("/account/keys/enough");
    assert_eq!(browser.submit(&page, &form, &[]).status, 303);
    let page = browser.get("/account");
    assert!(!page.body.contains("/account/keys/enough"), "{}", page.body);
}

#[test]
fn a_key_of_another_account_is_refused_with_a_word_on_merging() {
    let server = Server::start(&[]);
    let (browser, other) = (server.browser(), server.browser());
    let (mine, theirs) = (Person::named("mine"), Person::named("theirs"));
    theirs.sign_in(&other);
    mine.sign_in(&browser);
    prove(&browser, &theirs, "link").is_problem(409, "auth.key_of_other_account");
    assert_eq!(other.get("/api/session").status, 200);
}

#[test]
fn a_lightning_wallet_is_linked_by_the_page_once_and_to_one_account() {
    let server = Server::start(&[]);
    let wallet = LightningWallet::named("linked by the page");
    let link = |browser: &Browser| {
        let account = browser.get("/account");
        let page = browser.submit(&account, &account.form("/account/keys/lightning"), &[]);
        let begun = Begun::new(browser, &json!({"action": "link"}));
        wallet.approve(&begun);
        let form = page.form("/account/keys/lightning/finish");
        browser.submit(&page, &form, &[("session_id", begun.text("session_id"))])
    };
    let browser = server.browser();
    Person::named("alice").sign_in(&browser);
    for notice in ["key-linked", "key-already-linked"] {
        let answer = link(&browser);
        let location = answer.location().expect("back to the account");
        assert_eq!(location.query(), Some(format!("notice={notice}").as_str()));
    }
    let other = server.browser();
    Person::named("bob").sign_in(&other);
    let refused = link(&other);
    assert_eq!(refused.status, 409);
    assert!(
        refused.body.contains("That cannot be done as things stand"),
        "{}",
        refused.body
    );
}
