//! Signing in with a Lightning wallet (contract section 5).

use std::sync::Barrier;
use std::thread;

use bitcoin::hashes::{Hash as _, sha256};
use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::lightning::{Begun, LightningWallet, call};
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::programs::{debian, output};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

fn refused(answer: &Value, reason: &str) {
    assert_eq!(answer["status"], "ERROR", "{answer}");
    assert!(text(answer, "reason").contains(reason), "{answer}");
}

/// Changes the embedded database behind the server's back.
fn sql(server: &Server, statement: &str) {
    let database = server.data_dir().join("hodlxxi.db");
    output(debian("sqlite3").arg(database).arg(statement));
}

#[test]
fn a_wallet_signs_a_browser_in() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("one"));
    let begun = Begun::new(&browser, &json!({"action": "login"}));
    assert!(
        browser
            .cookie(&server.cookie_name("hodlxxi_browser"))
            .is_some()
    );
    let (k1, url) = (begun.text("k1"), begun.text("callback_url"));
    assert_eq!(begun.0["expires_in"], 300);
    assert_eq!(hex::decode(k1).expect("hex").len(), 32);
    let expected = format!(
        "{}/api/lnurl-auth/callback?tag=login&k1={k1}&action=login",
        server.issuer()
    );
    assert_eq!(url, expected);
    let (hrp, bytes) = bech32::decode(&begun.text("lnurl").to_lowercase()).expect("bech32");
    assert_eq!((hrp.as_str(), bytes), ("lnurl", url.as_bytes().to_vec()));
    assert_eq!(begun.text("lnurl"), begun.text("lnurl").to_uppercase());
    assert_eq!(
        begun.text("uri"),
        format!("lightning:{}", begun.text("lnurl"))
    );
    let (_, rest) = url.split_once(':').expect("a URL");
    assert_eq!(begun.text("keyauth_uri"), format!("keyauth:{rest}"));

    assert_eq!(begun.status(&browser), "pending");
    wallet.approve(&begun);
    let checked = begun.check(&browser);
    let cookie = checked.header("set-cookie").expect("a session").to_owned();
    assert!(
        cookie.starts_with(&server.cookie_name("hodlxxi_session")),
        "{cookie}"
    );
    let answer = checked.json_with(200);
    assert_eq!(answer["status"], "authenticated");
    assert_eq!(answer["authenticated"], true);
    assert_eq!(answer["pubkey"], wallet.pubkey());
    assert!(
        answer["expires_in"]
            .as_i64()
            .is_some_and(|left| (1..=300).contains(&left))
    );
    let session = browser.get("/api/session").json_with(200);
    assert_eq!(session["acr"], "urn:hodlxxi:acr:lightning");
    assert_eq!(session["amr"], json!(["pop"]));
    assert_eq!(session["pubkey"], wallet.pubkey());
    assert_eq!(session["access_level"], "limited");

    // The same browser may ask again, and gets no other session.
    let again = begun.check(&browser);
    assert!(again.header("set-cookie").is_none());
    assert_eq!(again.json_with(200)["status"], "authenticated");
    // Without that session it is over.
    browser.post_json("/api/logout", &json!({}));
    assert_eq!(begun.status(&browser), "expired");

    // The same wallet is the same person.
    let other = server.browser();
    wallet.sign_in(&other);
    let found = other.get("/api/session").json_with(200);
    assert_eq!(found["user_id"], session["user_id"]);
}

#[test]
fn what_is_asked_for_needs_no_body() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let request = browser.request(reqwest::Method::POST, "/api/lnurl-auth/create");
    let answer = browser.send(request).json_with(200);
    assert!(text(&answer, "callback_url").ends_with("&action=login"));
    let wrong = browser.post_json("/api/lnurl-auth/create", &json!({"action": "pay"}));
    wrong.is_problem(400, "request.malformed");
    let request = browser.request(reqwest::Method::POST, "/api/lnurl-auth/create");
    let request = request.body("action=login");
    browser
        .send(request)
        .is_problem(415, "request.unsupported_media_type");
}

#[test]
fn another_browser_that_knows_the_id_learns_nothing() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("mine"));
    let begun = Begun::new(&browser, &json!({}));
    let other = server.browser();
    // One with a mark of its own, and one with none.
    Begun::new(&other, &json!({}));
    for stranger in [&other, &server.browser()] {
        for kind in ["check", "events"] {
            let answer = stranger.get(&begun.path(kind));
            answer.is_problem(404, "request.not_found");
        }
        let code = stranger.get(&format!("{}.svg", begun.path("qr")));
        code.is_problem(404, "request.not_found");
    }
    wallet.approve(&begun);
    begun.check(&other).is_problem(404, "request.not_found");
    assert!(other.get("/api/session").status == 401);
    assert_eq!(begun.status(&browser), "authenticated");
    begun.check(&other).is_problem(404, "request.not_found");
    // Nor does the code lead there.
    let by_code = format!("/api/lnurl-auth/check/{}", begun.text("k1"));
    browser.get(&by_code).is_problem(404, "request.not_found");
}

#[test]
fn the_code_is_a_picture_for_the_browser_that_asked() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let begun = Begun::new(&browser, &json!({}));
    let picture = browser.get(&format!("{}.svg", begun.path("qr")));
    assert_eq!(picture.status, 200, "{}", picture.body);
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert_eq!(picture.header("cache-control"), Some("no-store"));
    for part in ["role=\"img\"", "aria-label=", "#fff", "#000"] {
        assert!(picture.body.contains(part), "{part}");
    }
}

#[test]
fn a_code_serves_one_wallet_once() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let begun = Begun::new(&browser, &json!({}));
    let wallets: Vec<_> = (0..16)
        .map(|n| LightningWallet::named(&format!("racer {n}")))
        .collect();
    let start = Barrier::new(wallets.len());
    let answers: Vec<Value> = thread::scope(|scope| {
        let racers: Vec<_> = wallets
            .iter()
            .map(|wallet| {
                let (start, begun) = (&start, &begun);
                scope.spawn(move || {
                    start.wait();
                    wallet.answer(begun)
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("an answer"))
            .collect()
    });
    let won: Vec<_> = (0..wallets.len())
        .filter(|n| answers[*n]["status"] == "OK")
        .collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    let winner = &wallets[won[0]];
    refused(&winner.answer(&begun), "used before");
    assert_eq!(
        begun.check(&browser).json_with(200)["pubkey"],
        winner.pubkey()
    );
    refused(&winner.answer(&begun), "used before");
}

#[test]
fn what_does_not_hold_is_refused_and_burns_nothing() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("careless"));
    let begun = Begun::new(&browser, &json!({}));
    let other = Begun::new(&browser, &json!({}));
    let k1 = hex::decode(begun.text("k1")).expect("hex");
    let (sig, key) = (wallet.sign(&k1), wallet.pubkey());
    let answer = |sig: &str, key: &str| call(&begun.callback(&format!("sig={sig}&key={key}")));
    let hashed = sha256::Hash::hash(&k1).to_byte_array();
    refused(&answer(&wallet.sign(&hashed), &key), "not by this key");
    refused(&answer(&wallet.sign_compact(&k1), &key), "DER");
    refused(&answer(&format!("{sig}00"), &key), "DER");
    refused(
        &answer(&sig, &LightningWallet::named("other").pubkey()),
        "not by this key",
    );
    refused(&answer(&sig, &key[2..]), "66 hex digits");
    refused(&answer(&sig, &format!("04{}", &key[2..])), "66 hex digits");
    refused(&answer("", &key), "must each be there once");
    refused(
        &answer(&sig, &format!("{key}&key={key}")),
        "must each be there once",
    );
    let forged = format!("{}&sig={sig}&key={key}", other.text("callback_url"));
    refused(&call(&forged), "not by this key");
    let url = begun
        .text("callback_url")
        .replace(begun.text("k1"), &"0".repeat(64));
    refused(
        &call(&format!("{url}&{}", wallet.query(&"0".repeat(64)))),
        "not known",
    );
    refused(
        &call(&server.url("/api/lnurl-auth/callback")),
        "must each be there once",
    );
    assert_eq!(begun.status(&browser), "pending");
    wallet.approve(&begun);
    assert_eq!(begun.status(&browser), "authenticated");
}

#[test]
fn both_forms_of_a_signature_are_one() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("high"));
    let begun = Begun::new(&browser, &json!({}));
    let k1 = hex::decode(begun.text("k1")).expect("hex");
    let compact = hex::decode(wallet.sign_compact(&k1)).expect("hex");
    let s = bitcoin::secp256k1::Scalar::from_be_bytes(compact[32..].try_into().expect("32"));
    let s = bitcoin::secp256k1::SecretKey::from_slice(&s.expect("a scalar").to_be_bytes());
    let mut high = compact[..32].to_vec();
    high.extend_from_slice(&s.expect("not zero").negate().secret_bytes());
    let high = bitcoin::secp256k1::ecdsa::Signature::from_compact(&high).expect("a signature");
    let high = hex::encode(high.serialize_der());
    let answer = call(&begun.callback(&format!("sig={high}&key={}", wallet.pubkey())));
    assert_eq!(answer, json!({"status": "OK"}));
    refused(&wallet.answer(&begun), "used before");
}

#[test]
fn what_was_asked_for_counts_and_not_what_the_url_says() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("actions"));
    wallet.sign_in(&browser);
    let linked = Begun::new(&browser, &json!({"action": "link"}));
    // The URL says login; it is a key to be linked all the same.
    let url = linked
        .text("callback_url")
        .replace("action=link", "action=login");
    let second = LightningWallet::named("second");
    let answer = call(&format!("{url}&{}", second.query(linked.text("k1"))));
    assert_eq!(answer["status"], "OK");
    let session = browser.get("/api/session").json_with(200);
    assert_eq!(linked.status(&browser), "authenticated");
    assert_eq!(linked.status(&browser), "authenticated");
    let after = browser.get("/api/session").json_with(200);
    assert_eq!(after["pubkey"], session["pubkey"], "the session goes on");
    let other = server.browser();
    second.sign_in(&other);
    let signed_in = other.get("/api/session").json_with(200);
    assert_eq!(signed_in["user_id"], session["user_id"]);
}

#[test]
fn a_link_needs_the_session_that_asked_for_it() {
    let server = Server::start(&[]);
    let browser = server.browser();
    for action in ["link", "auth"] {
        let body = json!({"action": action});
        let bare = browser.post_json("/api/lnurl-auth/create", &body);
        bare.is_problem(401, "auth.session_required");
    }
    let person = Person::named("links a wallet");
    person.sign_in_soon(&browser);
    let begun = Begun::new(&browser, &json!({"action": "link"}));
    LightningWallet::named("to be linked").approve(&begun);
    // Signed in anew, it is another session.
    person.sign_in_soon(&browser);
    begun.check(&browser).is_problem(404, "request.not_found");
    // A key of somebody else.
    LightningWallet::named("taken").sign_in(&server.browser());
    let begun = Begun::new(&browser, &json!({"action": "link"}));
    LightningWallet::named("taken").approve(&begun);
    begun
        .check(&browser)
        .is_problem(409, "auth.key_of_other_account");
    assert_eq!(begun.status(&browser), "expired");
}

#[test]
fn the_same_person_once_more_is_another_session_of_the_same_account() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("steps up"));
    wallet.sign_in(&browser);
    let before = browser.get("/api/session").json_with(200);
    let cookie = browser.cookie(&server.cookie_name("hodlxxi_session"));
    let begun = Begun::new(&browser, &json!({"action": "auth"}));
    LightningWallet::named("a stranger").approve(&begun);
    begun
        .check(&browser)
        .is_problem(409, "auth.key_of_other_account");
    let begun = Begun::new(&browser, &json!({"action": "auth"}));
    wallet.approve(&begun);
    assert_eq!(begun.status(&browser), "authenticated");
    assert_ne!(
        browser.cookie(&server.cookie_name("hodlxxi_session")),
        cookie
    );
    let after = browser.get("/api/session").json_with(200);
    assert_eq!(after["user_id"], before["user_id"]);
}

#[test]
fn time_runs_out_for_codes_and_for_sessions_that_link() {
    let server = Server::start_on(Installation::Sqlite, &[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("late"));
    let begun = Begun::new(&browser, &json!({}));
    sql(
        &server,
        "UPDATE lnurl_sessions SET expires_at = expires_at - 300",
    );
    refused(&wallet.answer(&begun), "expired");
    let answer = begun.check(&browser).json_with(200);
    let expired = json!({"status": "expired", "authenticated": false, "expires_in": 0});
    assert_eq!(answer, expired);
    assert_eq!(begun.events(&browser).collect::<Vec<_>>(), [expired]);

    wallet.sign_in(&browser);
    let begun = Begun::new(&browser, &json!({"action": "link"}));
    LightningWallet::named("too late").approve(&begun);
    sql(&server, "UPDATE sessions SET auth_time = auth_time - 301");
    begun
        .check(&browser)
        .is_problem(403, "auth.reauthentication_required");
    let body = json!({"action": "link"});
    let stale = browser.post_json("/api/lnurl-auth/create", &body);
    stale.is_problem(403, "auth.reauthentication_required");
    Begun::new(&browser, &json!({"action": "auth"}));
}

#[test]
fn a_disabled_account_stays_out() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("disabled"));
    wallet.sign_in(&browser);
    let user = browser.get("/api/session").json_with(200);
    let disabled = server.run(&["user", "disable", text(&user, "user_id")]);
    assert!(disabled.status.success(), "{disabled:?}");
    let begun = Begun::new(&browser, &json!({}));
    wallet.approve(&begun);
    begun
        .check(&browser)
        .is_problem(403, "auth.account_disabled");
}

#[test]
fn a_flood_of_calls_is_answered_200_and_stops_nobody_else() {
    let server = Server::start_on(
        Installation::Sqlite,
        &[("HODLXXI_TRUSTED_PROXIES", "127.0.0.1")],
    );
    let (browser, wallet) = (server.browser(), LightningWallet::named("flood"));
    let begun = Begun::new(&browser, &json!({}));
    let wrong = begun.callback(&wallet.query(&"1".repeat(64)));
    let caller = Browser::new(&server.url(""));
    let call_from = |address: &str, url: &str| {
        let request = caller.request(reqwest::Method::GET, url);
        caller.send(request.header("x-forwarded-for", address))
    };
    let mut reasons = Vec::new();
    for _ in 0..400 {
        let answer = call_from("203.0.113.7", &wrong);
        let reason = text(&answer.json_with(200), "reason").to_owned();
        if reason.contains("too many") {
            assert!(answer.header("retry-after").is_some());
        }
        reasons.push(reason);
    }
    assert!(reasons[0].contains("not by this key"), "{reasons:?}");
    assert!(reasons[399].contains("too many"), "{reasons:?}");
    let good = begun.callback(&wallet.query(begun.text("k1")));
    let answer = call_from("198.51.100.1", &good).json_with(200);
    assert_eq!(answer["status"], "OK");
    assert_eq!(begun.status(&browser), "authenticated");
}

#[test]
fn what_is_under_way_is_counted_and_what_failed_is_written_down() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("recorded"));
    wallet.sign_in(&browser);
    let begun = Begun::new(&browser, &json!({}));
    let status = server.browser().get("/oauthx/status").json_with(200);
    assert_eq!(status["lnurl_sessions"], 1, "{status}");
    refused(
        &call(&begun.callback(&wallet.query(&"2".repeat(64)))),
        "not by this key",
    );
    let exported = server.run(&["audit", "export"]);
    let exported = String::from_utf8_lossy(&exported.stdout).into_owned();
    let line = |parts: &[&str]| {
        let mut lines = exported.lines();
        lines.any(|line| parts.iter().all(|part| line.contains(part)))
    };
    assert!(
        line(&["auth.signed_in", "lightning", &wallet.pubkey()]),
        "{exported}"
    );
    assert!(
        line(&["auth.sign_in_failed", "invalid_proof", "lightning"]),
        "{exported}"
    );
}
