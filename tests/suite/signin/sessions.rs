//! Sessions: the cookie, who is signed in, and the end of it.

use hodlxxi_tests::person::{Person, now};
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::json;

#[test]
fn the_session_cookie_is_out_of_scripts_reach() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("cookie"));
    let challenge = hodlxxi_tests::person::challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let signature = person.sign(hodlxxi_tests::person::text(&challenge, "challenge"));
    let proof = json!({"pubkey": person.pubkey(), "signature": signature});
    let answer = hodlxxi_tests::person::verify(&browser, &challenge, &proof);
    let cookies: Vec<_> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().expect("ASCII"))
        .collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie} lacks {attribute}");
        }
        let https = server.issuer().starts_with("https:");
        assert_eq!(cookie.contains("Secure"), https, "{cookie}");
    }
}

#[test]
fn behind_https_the_cookie_is_secure_and_bound_to_the_host() {
    let server = Server::start(&[("HODLXXI_ISSUER", "https://auth.example.org")]);
    let browser = server.browser();
    let person = Person::named("https");
    let body = json!({"pubkey": person.pubkey()});
    let challenge = browser
        .send(browser.request(Method::POST, "/api/challenge").json(&body))
        .json_with(200);
    let line = hodlxxi_tests::person::text(&challenge, "challenge");
    assert!(line.contains("auth.example.org"), "{line}");
    let proof = json!({"challenge_id": challenge["challenge_id"], "pubkey": person.pubkey(), "signature": person.sign(line)});
    let answer = browser.send(browser.request(Method::POST, "/api/verify").json(&proof));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("Secure"),
        "{cookie}"
    );
}

#[test]
fn a_session_says_who_and_how_and_ends_at_once() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("session"));
    assert_eq!(browser.get("/api/session").status, 401);
    let signed = person.sign_in(&browser);
    let session = browser.get("/api/session").json_with(200);
    assert_eq!(session["user_id"], signed["user_id"]);
    assert_eq!(session["pubkey"], person.pubkey());
    assert_eq!(session["access_level"], "limited");
    assert_eq!(session["acr"], "urn:hodlxxi:acr:bitcoin");
    assert_eq!(session["amr"], json!(["pop"]));
    assert!(now() - session["auth_time"].as_u64().expect("seconds") < 30);
    let left = session["expires_at"].as_u64().expect("seconds") - now();
    assert!((86_000..=86_401).contains(&left), "24 hours: {left}");

    let cookie = |browser: &hodlxxi_tests::browser::Browser| {
        browser
            .cookie(&server.cookie_name("hodlxxi_session"))
            .expect("the cookie")
    };
    let first = cookie(&browser);
    person.sign_in(&browser);
    assert_ne!(cookie(&browser), first, "a new session id at every sign-in");

    let stolen = server.browser();
    stolen.set_cookie(&server.cookie_name("hodlxxi_session"), &cookie(&browser));
    assert_eq!(stolen.get("/api/session").status, 200);
    assert!(browser.post_json("/api/logout", &json!({})).status < 300);
    assert_eq!(browser.get("/api/session").status, 401);
    assert_eq!(
        stolen.get("/api/session").status,
        401,
        "the session itself is gone, not only the cookie"
    );
}

#[test]
fn sessions_survive_a_restart() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("restart"));
    let signed = person.sign_in(&browser);
    let cookie = browser
        .cookie(&server.cookie_name("hodlxxi_session"))
        .expect("the cookie");
    let server = server.restart();
    let browser = server.browser();
    browser.set_cookie(&server.cookie_name("hodlxxi_session"), &cookie);
    assert_eq!(
        browser.get("/api/session").json_with(200)["user_id"],
        signed["user_id"]
    );
}
