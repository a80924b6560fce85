//! What is new is told at the next sign-in, and can be refused there.

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::lightning::LightningWallet;
use hodlxxi_tests::person::{Person, challenge, text};
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::json;

use super::prove;
use crate::developers::text_of;

const CONTINUE: &str = "/legal/terms";

/// Signs in by forms; the answer to the signature.
fn sign_in(browser: &Browser, person: &Person) -> Answer {
    let login = browser.get(&format!("/login?continue={CONTINUE}"));
    let form = login.form("/login/challenge");
    let step = browser.submit(&login, &form, &[("identifier", &person.pubkey())]);
    let signature = person.sign(text_of(&step, "challenge").trim());
    let form = step.form("/login/verify");
    browser.submit(&step, &form, &[("signature", &signature)])
}

/// Where an answer leads.
fn leads_to(answer: &Answer) -> String {
    let location = answer.location();
    let location = location.unwrap_or_else(|| panic!("{}: {}", answer.status, answer.body));
    location.path().to_owned()
}

/// Signs in from another kind of device.
fn sign_in_from(browser: &Browser, person: &Person, device: &str) {
    let asked = challenge(browser, &json!({"pubkey": person.pubkey()}));
    let body = json!({
        "challenge_id": asked["challenge_id"],
        "pubkey": person.pubkey(),
        "signature": person.sign(text(&asked, "challenge")),
    });
    let request = browser.request(Method::POST, "/api/verify");
    let request = request.header("user-agent", device).json(&body);
    browser.send(request).json_with(200);
}

#[test]
fn a_first_sign_in_leads_on_at_once() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("new"));
    for _ in 0..2 {
        assert_eq!(leads_to(&sign_in(&browser, &person)), CONTINUE);
    }
    let nothing = browser.get(&format!("/account/review?continue={CONTINUE}"));
    assert_eq!(leads_to(&nothing), CONTINUE);
    let elsewhere = browser.get("/account/review?continue=//evil.example");
    assert_eq!(leads_to(&elsewhere), "/account");
}

#[test]
fn a_new_key_is_told_and_acknowledged() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let (first, second) = (Person::named("first"), Person::named("second"));
    first.sign_in(&browser);
    prove(&browser, &second, "link").json_with(200);
    let done = sign_in(&browser, &first);
    assert_eq!(leads_to(&done), "/account/review");
    let page = browser.get(done.location().expect("a location").as_str());
    assert!(page.body.contains(&second.pubkey()), "{}", page.body);
    let known = hodlxxi_tests::form::forms(&page.body)
        .into_iter()
        .find(|form| form.value("until").is_some())
        .expect("the form that says so");
    let done = browser.submit(&page, &known, &[]);
    assert_eq!(leads_to(&done), CONTINUE);
    assert_eq!(leads_to(&sign_in(&browser, &first)), CONTINUE);
}

#[test]
fn it_is_told_to_who_signs_in_with_a_lightning_wallet_too() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("told"));
    wallet.sign_in(&browser);
    let with_the_wallet = || {
        let login = browser.get(&format!("/login?continue={CONTINUE}"));
        let code = browser.submit(&login, &login.form("/login/lightning"), &[]);
        wallet.approve_code(text_of(&code, "lnurl").trim());
        browser.submit(&code, &code.form("/login/lightning/finish"), &[])
    };
    assert_eq!(leads_to(&with_the_wallet()), CONTINUE);
    prove(&browser, &Person::named("second"), "link").json_with(200);
    assert_eq!(leads_to(&with_the_wallet()), "/account/review");
}

#[test]
fn a_new_key_does_not_speak_for_itself() {
    let server = Server::start(&[]);
    let (browser, thief) = (server.browser(), server.browser());
    let (mine, theirs) = (Person::named("mine"), Person::named("theirs"));
    mine.sign_in(&browser);
    prove(&browser, &theirs, "link").json_with(200);
    assert_eq!(leads_to(&sign_in(&thief, &theirs)), CONTINUE);
    let page = thief.get("/account");
    let form = page.form("/account/profile");
    let token = form.value("csrf").expect("the form's token");
    let said = [
        ("csrf", token),
        ("decision", "known"),
        ("until", "9999999999"),
    ];
    let done = thief.post_form("/account/review", &said);
    assert_eq!(leads_to(&done), "/account");
    assert_eq!(leads_to(&sign_in(&browser, &mine)), "/account/review");
}

#[test]
fn a_new_key_is_refused() {
    let server = Server::start(&[]);
    let (browser, thief) = (server.browser(), server.browser());
    let (mine, theirs) = (Person::named("mine"), Person::named("theirs"));
    mine.sign_in(&browser);
    prove(&browser, &theirs, "link").json_with(200);
    theirs.sign_in(&thief);
    let done = sign_in(&browser, &mine);
    let page = browser.get(done.location().expect("a location").as_str());
    let form = super::form_of(&page, "/account/review", &theirs);
    let done = browser.submit(&page, &form, &[("decision", "unknown")]);
    assert_eq!(leads_to(&done), "/account");
    assert_eq!(thief.get("/api/session").status, 401);
    prove(&thief, &theirs, "login").is_problem(403, "auth.key_frozen");
    // It is not asked about again.
    let page = browser.get("/account/review?continue=/legal/terms&kept=true");
    assert!(!page.body.contains(&theirs.xonly()), "{}", page.body);
    assert_eq!(leads_to(&sign_in(&browser, &mine)), CONTINUE);
}

#[test]
fn a_device_that_is_not_known_is_signed_out() {
    let server = Server::start(&[]);
    let (browser, thief) = (server.browser(), server.browser());
    let person = Person::named("robbed");
    person.sign_in(&browser);
    sign_in_from(&thief, &person, "Burglar/1.0");
    assert_eq!(thief.get("/api/session").status, 200);
    let done = sign_in(&browser, &person);
    assert_eq!(leads_to(&done), "/account/review");
    let page = browser.get(done.location().expect("a location").as_str());
    assert!(page.body.contains("Burglar"), "{}", page.body);
    let form = hodlxxi_tests::form::forms(&page.body)
        .into_iter()
        .find(|form| form.value("device").is_some())
        .expect("the form that refuses it");
    let done = browser.submit(&page, &form, &[("decision", "unknown")]);
    assert_eq!(leads_to(&done), "/account");
    assert_eq!(thief.get("/api/session").status, 401);
    assert_eq!(browser.get("/api/session").status, 200);
}

#[test]
fn a_cancelled_deletion_is_said() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("undecided"));
    person.sign_in(&browser);
    prove(&browser, &person, "delete").json_with(200);
    let done = sign_in(&browser, &person);
    assert_eq!(leads_to(&done), "/account/review");
    let page = browser.get(done.location().expect("a location").as_str());
    assert!(page.body.contains("was to be deleted"), "{}", page.body);
    let done = browser.submit(&page, &page.form("/account/review"), &[]);
    assert_eq!(leads_to(&done), CONTINUE);
}
