//! Two accounts become one, and no application notices.

use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::listener::Listener;
use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token;
use serde_json::{Value, json};

use super::{account, act_on, prove};

/// The subject of an ID token, which all else must say too.
fn subject(client: &RelyingParty, tokens: &Value) -> Value {
    let (access, id) = (text(tokens, "access_token"), text(tokens, "id_token"));
    let sub = token::claims(id)["sub"].clone();
    assert_eq!(token::claims(access)["sub"], sub);
    assert_eq!(client.userinfo(access).json_with(200)["sub"], sub);
    assert_eq!(client.introspect(access)["sub"], sub);
    sub
}

#[test]
fn each_application_goes_on_to_know_the_person_as_before() {
    let server = Server::start(&[]);
    let (browser, other) = (server.browser(), server.browser());
    let (mine, theirs) = (Person::named("mine"), Person::named("theirs"));
    mine.sign_in(&browser);
    theirs.sign_in(&other);
    let told = Listener::answering("{}");
    let public = json!({"backchannel_logout_uri": told.url("/logout")});
    let public = RelyingParty::register(&server, &public);
    let pairwise = RelyingParty::register(&server, &json!({"subject_type": "pairwise"}));
    let known = RelyingParty::register(&server, &json!({}));
    let scope = "openid offline_access";
    let before: Vec<_> = [&public, &pairwise]
        .map(|client| client.sign_in(&other, scope))
        .into();
    let subjects = [subject(&public, &before[0]), subject(&pairwise, &before[1])];
    let here = subject(&known, &known.sign_in(&browser, scope));
    let stays = account(&browser);
    assert_eq!(subjects[0], account(&other));

    prove(&browser, &theirs, "merge").json_with(200);
    assert_eq!(other.get("/api/session").status, 401);
    assert_eq!(account(&browser), stays);
    assert_eq!(theirs.sign_in(&other)["user_id"], stays);
    for (client, tokens) in [(&public, &before[0]), (&pairwise, &before[1])] {
        assert_eq!(client.refresh(text(tokens, "refresh_token")).status, 400);
    }
    let logout = told.next().body;
    let logout = token::claims(logout.strip_prefix("logout_token=").expect("a token"));
    let id = token::claims(text(&before[0], "id_token"));
    assert_eq!((&logout["sub"], &logout["sid"]), (&id["sub"], &id["sid"]));

    // By either key, with consent remembered, and after a refresh.
    for browser in [&browser, &other] {
        for (client, before) in [(&public, &subjects[0]), (&pairwise, &subjects[1])] {
            let hint = [("scope", scope), ("prompt", "none")];
            let code = client.code(browser, &hint);
            let tokens = client.redeem(&code).json_with(200);
            assert_eq!(subject(client, &tokens), *before);
            let refresh = text(&tokens, "refresh_token");
            assert_eq!(client.introspect(refresh)["sub"], *before);
            let refreshed = client.refresh(refresh).json_with(200);
            assert_eq!(subject(client, &refreshed), *before);
            let hint = [
                ("id_token_hint", text(&tokens, "id_token")),
                ("prompt", "none"),
            ];
            client.code(browser, &hint);
        }
        assert_eq!(subject(&known, &known.sign_in(browser, scope)), here);
    }
    let new = RelyingParty::register(&server, &json!({}));
    assert_eq!(subject(&new, &new.sign_in(&browser, scope)), stays);
}

#[test]
fn what_knows_both_is_named_and_has_to_be_disconnected_first() {
    let server = Server::start(&[]);
    let (browser, other) = (server.browser(), server.browser());
    let (mine, theirs) = (Person::named("mine"), Person::named("theirs"));
    mine.sign_in(&browser);
    theirs.sign_in(&other);
    let client = RelyingParty::register(&server, &json!({"client_name": "Knows Both"}));
    client.sign_in(&browser, "openid");
    let there = client.sign_in(&other, "openid");
    let there = subject(&client, &there);
    let refused = prove(&browser, &theirs, "merge");
    refused.is_problem(409, "auth.merge_conflict");
    assert!(refused.body.contains("Knows Both"), "{}", refused.body);
    assert_eq!(other.get("/api/session").status, 200);

    let page = browser.get("/account");
    let form = page.form("/account/connections/revoke");
    browser.submit(&page, &form, &[]);
    prove(&browser, &theirs, "merge").json_with(200);
    assert_eq!(subject(&client, &client.sign_in(&browser, "openid")), there);
    // Disconnected and connected again, it is still the same person.
    let page = browser.get("/account");
    browser.submit(&page, &page.form("/account/connections/revoke"), &[]);
    assert_eq!(subject(&client, &client.sign_in(&browser, "openid")), there);
}

#[test]
fn a_merge_is_signed_for_that_purpose_in_that_session_and_not_by_nostr() {
    let server = Server::start(&[]);
    let (browser, other) = (server.browser(), server.browser());
    let (mine, theirs) = (Person::named("mine"), Person::named("theirs"));
    mine.sign_in(&browser);
    prove(&browser, &theirs, "merge").is_problem(409, "auth.nothing_to_merge");
    prove(&browser, &mine, "merge").is_problem(409, "auth.nothing_to_merge");
    theirs.sign_in(&other);
    let asked = json!({"pubkey": theirs.pubkey(), "purpose": "merge"});
    let merge = challenge(&browser, &asked);
    let line = text(&merge, "challenge");
    let event = theirs.nostr_sign_in(&server.issuer(), line);
    let event = json!({"pubkey": theirs.pubkey(), "event": event});
    verify(&browser, &merge, &event).is_problem(400, "auth.method_not_allowed");
    let proof = json!({"pubkey": theirs.pubkey(), "signature": theirs.sign(line)});
    verify(&other, &merge, &proof).is_problem(400, "auth.challenge_unknown");
    let login = challenge(&browser, &json!({"pubkey": theirs.pubkey()}));
    let signature = theirs.sign(text(&login, "challenge"));
    let borrowed = json!({"pubkey": theirs.pubkey(), "signature": signature});
    verify(&browser, &merge, &borrowed).is_problem(401, "auth.invalid_signature");
    verify(&browser, &merge, &proof).json_with(200);
}

/// Signs in with a Nostr event.
fn sign_in_by_nostr(server: &Server, browser: &Browser, person: &Person) {
    let asked = challenge(browser, &json!({"pubkey": person.npub()}));
    let event = person.nostr_sign_in(&server.issuer(), text(&asked, "challenge"));
    let proof = json!({"pubkey": person.npub(), "event": event});
    verify(browser, &asked, &proof).json_with(200);
}

#[test]
fn a_session_that_nostr_opened_merges_nothing_until_another_key_steps_it_up() {
    let server = Server::start(&[]);
    let (browser, other) = (server.browser(), server.browser());
    let (mine, theirs) = (Person::named("mine"), Person::named("theirs"));
    theirs.sign_in(&other);
    sign_in_by_nostr(&server, &browser, &mine);
    let asked = json!({"pubkey": theirs.pubkey(), "purpose": "merge"});
    let refused = browser.post_json("/api/challenge", &asked);
    refused.is_problem(400, "auth.method_not_allowed");
    let page = browser.get("/account");
    let form = page.form("/account/merge/challenge");
    let told = browser.submit(&page, &form, &[("identifier", &theirs.pubkey())]);
    let told = browser.follow(told);
    assert!(told.body.contains("link one first"), "{}", told.body);

    // It links the key that does.
    let bitcoin = Person::named("bitcoin");
    prove(&browser, &bitcoin, "link").json_with(200);
    prove(&browser, &bitcoin, "step_up").json_with(200);
    prove(&browser, &theirs, "merge").json_with(200);
    assert_eq!(theirs.sign_in(&other)["user_id"], account(&browser));
}

#[test]
fn a_nostr_session_freezes_a_key_and_chooses_the_primary_one() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let (mine, stolen) = (Person::named("mine"), Person::named("stolen"));
    sign_in_by_nostr(&server, &browser, &mine);
    prove(&browser, &stolen, "link").json_with(200);
    act_on(&browser, "/account/keys/primary", &stolen, &[]);
    let page = act_on(&browser, "/account/keys/freeze", &stolen, &[]);
    assert!(page.body.contains("The key is frozen"), "{}", page.body);
}

#[test]
fn accounts_are_merged_by_forms_alone() {
    let server = Server::start(&[]);
    let (browser, other) = (server.browser(), server.browser());
    let (mine, theirs) = (Person::named("mine"), Person::named("theirs"));
    theirs.sign_in(&other);
    mine.sign_in(&browser);
    let page = browser.get("/account");
    let form = page.form("/account/merge/challenge");
    let step = browser.submit(&page, &form, &[("identifier", &theirs.pubkey())]);
    let line = hodlxxi_tests::form::tags(&step.body)
        .into_iter()
        .find(|tag| tag.attribute("id") == Some("challenge"))
        .expect("the challenge");
    let signature = theirs.sign(line.text.trim());
    let form = step.form("/account/merge/verify");
    let done = browser.submit(&step, &form, &[("signature", &signature)]);
    let page = browser.follow(done);
    assert!(
        page.body.contains("The two accounts are one"),
        "{}",
        page.body
    );
    assert_eq!(theirs.sign_in(&other)["user_id"], account(&browser));
}
