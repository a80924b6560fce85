//! The life of a challenge: what it holds, whom it serves, how often.

use std::sync::Barrier;
use std::thread;

use hodlxxi_tests::person::{Form, Person, challenge, now, text, verify};
use hodlxxi_tests::server::Server;
use serde_json::json;

#[test]
fn a_challenge_is_one_line_that_any_wallet_can_show() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("reader"));
    let first = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let second = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    assert_ne!(first["challenge"], second["challenge"]);
    assert_ne!(first["challenge_id"], second["challenge_id"]);
    assert_eq!(first["purpose"], "login");
    assert_eq!(first["expires_in"], 300);
    let left = first["expires_at"].as_u64().expect("seconds") - now();
    assert!((295..=301).contains(&left), "{left}");
    let line = text(&first, "challenge");
    assert!(line.len() <= 240, "{line}");
    assert!(
        line.bytes().all(|byte| (0x20..0x7f).contains(&byte)),
        "{line}"
    );
    assert_eq!(
        line.split(' ').filter(|word| word.is_empty()).count(),
        0,
        "doubled or outer spaces: {line:?}"
    );
    assert!(
        line.contains(server.issuer().split_once("://").expect("a URL").1),
        "{line}"
    );
    assert!(line.contains("login"), "{line}");
}

#[test]
fn a_challenge_works_once_even_for_sixteen_at_a_time() {
    let server = Server::start(&[]);
    let person = Person::named("racer");
    let challenge = challenge(&server.browser(), &json!({"pubkey": person.pubkey()}));
    let signature = person.sign(text(&challenge, "challenge"));
    let proof = json!({"pubkey": person.pubkey(), "signature": signature});
    let start = Barrier::new(16);
    let statuses: Vec<_> = thread::scope(|scope| {
        let racers: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    let browser = server.browser();
                    start.wait();
                    verify(&browser, &challenge, &proof)
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("an answer"))
            .collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = statuses
        .into_iter()
        .partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "exactly one wins");
    for answer in lost {
        answer.is_problem(400, "auth.challenge_used");
    }
}

#[test]
fn a_failed_signature_does_not_burn_it_but_five_do() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("clumsy"));
    for (failures, burnt) in [(4, false), (5, true)] {
        let challenge = challenge(&browser, &json!({"pubkey": person.pubkey()}));
        let wrong = json!({"pubkey": person.pubkey(), "signature": person.sign("something else")});
        for _ in 0..failures {
            verify(&browser, &challenge, &wrong).is_problem(401, "auth.invalid_signature");
        }
        let signature = person.sign(text(&challenge, "challenge"));
        let answer = verify(
            &browser,
            &challenge,
            &json!({"pubkey": person.pubkey(), "signature": signature}),
        );
        if burnt {
            answer.is_problem(400, "auth.challenge_used");
        } else {
            answer.json_with(200);
        }
    }
}

#[test]
fn a_challenge_serves_only_the_key_and_purpose_it_was_made_for() {
    let server = Server::start(&[]);
    let (browser, person, other) = (
        server.browser(),
        Person::named("owner"),
        Person::named("borrower"),
    );
    let challenge = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let line = text(&challenge, "challenge");
    let borrowed = verify(
        &browser,
        &challenge,
        &json!({"pubkey": other.pubkey(), "signature": other.sign(line)}),
    );
    borrowed.is_problem(400, "auth.challenge_unknown");
    let altered = json!({"challenge_id": format!("{}A", text(&challenge, "challenge_id"))});
    verify(
        &browser,
        &altered,
        &json!({"pubkey": person.pubkey(), "signature": person.sign(line)}),
    )
    .is_problem(400, "auth.challenge_unknown");
    verify(
        &server.browser(),
        &challenge,
        &json!({"pubkey": person.pubkey(), "signature": person.sign(line)}),
    )
    .json_with(200);
}

#[test]
fn keys_and_addresses_are_checked_before_a_challenge_is_given() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("keys"));
    let off_curve = format!("02{}", "ff".repeat(32));
    let (truncated, doubled) = (
        person.pubkey()[..64].to_owned() + "zz",
        person.pubkey().repeat(2),
    );
    let nsec = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
    for pubkey in [
        off_curve.as_str(),
        "05",
        "",
        &truncated,
        &doubled,
        nsec,
        &"0".repeat(64),
    ] {
        browser
            .post_json("/api/challenge", &json!({"pubkey": pubkey}))
            .is_problem(400, "auth.invalid_pubkey");
    }
    let mut mistyped = person.address(Form::Segwit);
    let last = if mistyped.pop() == Some('q') {
        'p'
    } else {
        'q'
    };
    mistyped.push(last);
    let elsewhere = [
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
        "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
        "",
        "1",
        &mistyped,
    ];
    for address in elsewhere {
        browser
            .post_json("/api/challenge", &json!({"address": address}))
            .is_problem(400, "auth.invalid_address");
    }
    for body in [
        json!({}),
        json!({"pubkey": 7}),
        json!([]),
        json!({"pubkey": person.pubkey(), "purpose": "rule"}),
    ] {
        assert_eq!(
            browser.post_json("/api/challenge", &body).status,
            400,
            "{body}"
        );
    }
}

#[test]
fn purposes_beyond_login_need_a_session_and_serve_it_alone() {
    let server = Server::start(&[]);
    let (browser, person, second) = (
        server.browser(),
        Person::named("first key"),
        Person::named("second key"),
    );
    for purpose in ["link", "merge", "step_up", "delete"] {
        let answer = browser.post_json(
            "/api/challenge",
            &json!({"pubkey": person.pubkey(), "purpose": purpose}),
        );
        assert_eq!(answer.status, 401, "{purpose}: {}", answer.body);
    }
    let account = person.sign_in(&browser)["user_id"].clone();
    let challenge = challenge(
        &browser,
        &json!({"pubkey": second.pubkey(), "purpose": "link"}),
    );
    assert_eq!(challenge["purpose"], "link");
    let proof =
        json!({"pubkey": second.pubkey(), "signature": second.sign(text(&challenge, "challenge"))});
    let stranger = server.browser();
    assert_ne!(
        verify(&stranger, &challenge, &proof).status,
        200,
        "another browser must not link"
    );
    verify(&browser, &challenge, &proof).json_with(200);
    assert_eq!(
        second.sign_in(&server.browser())["user_id"],
        account,
        "the linked key opens the same account"
    );
}
