//! Every way to prove a key, and every way to fail.

use hodlxxi_tests::person::{Form, Person, challenge, now, text, verify};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

#[test]
fn every_way_to_name_a_key_leads_to_one_account() {
    let server = Server::start(&[]);
    let person = Person::named("one");
    let mut ids = Vec::new();
    for pubkey in [person.pubkey(), person.xonly(), person.npub()] {
        let browser = server.browser();
        let challenge = challenge(&browser, &json!({"pubkey": pubkey}));
        let signature = person.sign(text(&challenge, "challenge"));
        let answer = verify(
            &browser,
            &challenge,
            &json!({"pubkey": pubkey, "signature": signature}),
        )
        .json_with(200);
        assert_eq!(answer["verified"], true);
        assert_eq!(answer["access_level"], "limited");
        assert_eq!(answer["pubkey"], person.pubkey());
        assert!(answer["expires_at"].as_u64().expect("seconds") > now());
        ids.push(answer["user_id"].clone());
    }
    for form in [Form::Uncompressed, Form::Legacy, Form::Nested, Form::Segwit] {
        let browser = server.browser();
        let address = person.address(form);
        let challenge = challenge(&browser, &json!({"address": address}));
        let signature = person.sign_as(form, text(&challenge, "challenge"));
        let answer = verify(
            &browser,
            &challenge,
            &json!({"address": address, "signature": signature}),
        )
        .json_with(200);
        ids.push(answer["user_id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[test]
fn a_pasted_signature_may_be_wrapped() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("wrapped"));
    let challenge = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let signature = person.sign(text(&challenge, "challenge"));
    let wrapped = format!("  {}\r\n {}\n\t", &signature[..40], &signature[40..]);
    verify(
        &browser,
        &challenge,
        &json!({"pubkey": person.pubkey(), "signature": wrapped}),
    )
    .json_with(200);
}

#[test]
fn nostr_events_are_checked_in_every_member() {
    let server = Server::start(&[]);
    let (browser, person, issuer) = (server.browser(), Person::named("nostr"), server.issuer());
    let challenge = challenge(&browser, &json!({"pubkey": person.npub()}));
    let line = text(&challenge, "challenge");
    let tags = json!([["relay", issuer], ["challenge", line]]);
    let mut forged = person.nostr_sign_in(&issuer, line);
    forged["sig"] = Person::named("other").nostr_sign_in(&issuer, line)["sig"].clone();
    let wrong = [
        person.nostr_event(1, now(), &tags, line),
        person.nostr_event(22242, now() - 700, &tags, line),
        person.nostr_sign_in(&format!("{issuer}/"), line),
        forged,
    ];
    for event in wrong {
        let answer = verify(
            &browser,
            &challenge,
            &json!({"pubkey": person.npub(), "event": event}),
        );
        answer.is_problem(401, "auth.invalid_signature");
    }
    let event = person.nostr_sign_in(&issuer, line);
    verify(
        &browser,
        &challenge,
        &json!({"pubkey": person.npub(), "event": event}),
    )
    .json_with(200);
}

#[test]
fn wrong_signatures_are_told_from_malformed_ones() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("mistaken"));
    let try_one = |signature: Value| {
        let challenge = challenge(&browser, &json!({"pubkey": person.pubkey()}));
        verify(
            &browser,
            &challenge,
            &json!({"pubkey": person.pubkey(), "signature": signature}),
        )
    };
    try_one(json!(person.sign("another message"))).is_problem(401, "auth.invalid_signature");
    try_one(json!(Person::named("thief").sign("x"))).is_problem(401, "auth.invalid_signature");
    try_one(json!("!!!")).is_problem(400, "auth.malformed_signature");
    try_one(json!("")).is_problem(400, "auth.malformed_signature");
    try_one(json!("AAAA")).is_problem(400, "auth.malformed_signature");
}

#[test]
fn a_script_that_needs_no_signature_signs_nobody_in() {
    let server = Server::start(&[]);
    let browser = server.browser();
    // P2WSH of the script OP_TRUE, witness version 2, and pay-to-anchor: consensus asks none of them for a signature.
    let anyone = "bc1qft5p2uhsdcdc3l2ua4ap5qqfg4pjaqlp250x7us7a8qqhrxrxfsq2gp3gp";
    let witness = "AQFR";
    let answer = browser.post_json("/api/challenge", &json!({"address": anyone}));
    if answer.status == 200 {
        let proof = json!({"address": anyone, "signature": witness});
        let refused = verify(&browser, &answer.json(), &proof);
        assert!(matches!(refused.status, 400 | 401), "{}", refused.body);
    } else {
        answer.is_problem(400, "auth.unsupported_script");
    }
    for address in ["bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "bc1pfeessrawgf"] {
        let answer = browser.post_json("/api/challenge", &json!({"address": address}));
        answer.is_problem(400, "auth.unsupported_script");
    }
}
