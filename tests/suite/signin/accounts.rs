//! Who somebody is: access levels, guests, accounts that an administrator disabled, other networks.

use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::server::Server;
use serde_json::json;

#[test]
fn an_administrators_key_is_special_but_never_by_nostr() {
    let (admin, person) = (Person::named("admin"), Person::named("somebody"));
    let keys = format!(
        "{},{}",
        admin.npub(),
        Person::named("second admin").pubkey()
    );
    let server = Server::start(&[("HODLXXI_ADMIN_KEYS", &keys)]);
    assert_eq!(admin.sign_in(&server.browser())["access_level"], "special");
    assert_eq!(person.sign_in(&server.browser())["access_level"], "limited");
    let browser = server.browser();
    let challenge = challenge(&browser, &json!({"pubkey": admin.pubkey()}));
    let event = admin.nostr_sign_in(&server.issuer(), text(&challenge, "challenge"));
    let signed = verify(
        &browser,
        &challenge,
        &json!({"pubkey": admin.pubkey(), "event": event}),
    )
    .json_with(200);
    assert_eq!(
        signed["access_level"], "limited",
        "signers may approve Nostr events unseen"
    );
}

#[test]
fn guests_come_in_only_where_they_are_let_in() {
    let closed = Server::start(&[]);
    assert!(closed.browser().post_json("/api/guest", &json!({})).status >= 400);
    let open = Server::start(&[("HODLXXI_GUEST_LOGIN", "on")]);
    let browser = open.browser();
    let guest = browser.post_json("/api/guest", &json!({})).json_with(200);
    assert_eq!(guest["access_level"], "guest");
    let session = browser.get("/api/session").json_with(200);
    assert_eq!(session["acr"], "urn:hodlxxi:acr:guest");
    assert!(session["pubkey"].is_null(), "{session}");
}

#[test]
fn a_disabled_account_is_told_only_after_a_valid_signature() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("disabled"));
    let user = person.sign_in(&browser)["user_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let output = server.run(&["user", "disable", &user]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        browser.get("/api/session").status,
        401,
        "its sessions are over"
    );
    let challenge = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let wrong = json!({"pubkey": person.pubkey(), "signature": person.sign("else")});
    verify(&browser, &challenge, &wrong).is_problem(401, "auth.invalid_signature");
    let right =
        json!({"pubkey": person.pubkey(), "signature": person.sign(text(&challenge, "challenge"))});
    verify(&browser, &challenge, &right).is_problem(403, "auth.account_disabled");
}

#[test]
fn only_addresses_of_the_configured_network_are_taken() {
    let server = Server::start(&[("BITCOIN_NETWORK", "signet")]);
    let browser = server.browser();
    let ask = |address: &str| browser.post_json("/api/challenge", &json!({"address": address}));
    ask("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx").json_with(200);
    ask("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4").is_problem(400, "auth.invalid_address");
    ask("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080").is_problem(400, "auth.invalid_address");
}
