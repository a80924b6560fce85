//! One account with many keys: what takes a fresh sign-in, keys that are lost, accounts that become one,
//! and leaving for good (contract sections 4 and 9).

mod fresh;
mod keys;
mod leave;
mod merge;
mod news;

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::form::{Form, forms};
use hodlxxi_tests::person::{Person, challenge, text, verify};
use serde_json::{Value, json};

/// Proves the key of `person` for `purpose` in the session of `browser`.
fn prove(browser: &Browser, person: &Person, purpose: &str) -> Answer {
    let asked = json!({"pubkey": person.pubkey(), "purpose": purpose});
    let challenge = challenge(browser, &asked);
    let signature = person.sign(text(&challenge, "challenge"));
    let proof = json!({"pubkey": person.pubkey(), "signature": signature});
    verify(browser, &challenge, &proof)
}

/// The account that `browser` is signed in to.
fn account(browser: &Browser) -> Value {
    browser.get("/api/session").json_with(200)["user_id"].clone()
}

/// The form of `page` that goes to `action` and is about the key of `person`.
fn form_of(page: &Answer, action: &str, person: &Person) -> Form {
    let is_its = |form: &Form| {
        form.action == action
            && form
                .value("key")
                .is_some_and(|key| key.contains(&person.xonly()))
    };
    let found = forms(&page.body).into_iter().find(is_its);
    found.unwrap_or_else(|| panic!("no form for {action}: {}", page.body))
}

/// Submits that form; the page that it leads to.
fn act_on(browser: &Browser, action: &str, person: &Person, more: &[(&str, &str)]) -> Answer {
    let page = browser.get("/account");
    let form = form_of(&page, action, person);
    let answer = browser.submit(&page, &form, more);
    assert_eq!(answer.status, 303, "{}", answer.body);
    browser.follow(answer)
}
