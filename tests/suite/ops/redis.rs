//! Redis: used where it is set, gone, slow, back, emptied, and set wrongly (contract sections 1 and 3).

use std::thread;
use std::time::{Duration, Instant};

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::front::Certificate;
use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::node::{free_port, run_alone};
use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::redis::Redis;
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token::ClientKey;
use reqwest::Method;
use serde_json::{Value, json};

/// How long anybody waits for an answer that needs a Redis which is away.
const SOON: Duration = Duration::from_secs(2);
/// How long it takes at most until everything is well again.
const RECOVERY: Duration = Duration::from_secs(10);
/// How long it takes until people sign in again after Redis forgot: less than clocks may be apart.
const SIGN_IN_AGAIN: Duration = Duration::from_secs(3);

/// A server on an embedded database and `redis`.
fn server_on(redis: &Redis) -> Server {
    installed_on(Installation::Sqlite, redis)
}

/// A server that keeps the rest as this kind of installation does.
fn installed_on(installation: Installation, redis: &Redis) -> Server {
    Server::start_on(installation, &[("REDIS_URL", &redis.url())])
}

/// What `ask` answers, which must be soon.
#[track_caller]
fn soon(ask: impl FnOnce() -> Answer) -> Answer {
    let before = Instant::now();
    let answer = ask();
    assert!(before.elapsed() < SOON, "{:?}", before.elapsed());
    answer
}

/// Asks again until the answer is as it should be.
#[track_caller]
fn until<T>(ask: impl Fn() -> T, is_well: impl Fn(&T) -> bool) -> T {
    let before = Instant::now();
    loop {
        let answer = ask();
        if is_well(&answer) {
            return answer;
        }
        assert!(before.elapsed() < RECOVERY, "it does not recover");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Tries to sign in, with a new challenge each time, until it succeeds.
fn until_carol_signs_in(server: &Server) {
    until(
        || {
            let (asked, proof) = signed(&server.browser(), &Person::named("carol"));
            verify(&server.browser(), &asked, &proof)
        },
        |answer| answer.status == 200,
    );
}

fn readiness(server: &Server) -> Value {
    server.browser().get("/health/ready").json_with(200)
}

/// A challenge, and the proof that answers it.
fn signed(browser: &Browser, person: &Person) -> (Value, Value) {
    let challenge = challenge(browser, &json!({"pubkey": person.pubkey()}));
    let signature = person.sign(text(&challenge, "challenge"));
    (
        challenge,
        json!({"pubkey": person.pubkey(), "signature": signature}),
    )
}

fn is_signed_in(browser: &Browser) -> bool {
    soon(|| browser.get("/api/session")).status == 200
}

/// 503, with the time to come back at.
#[track_caller]
fn is_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    let seconds = answer.header("retry-after").expect("Retry-After");
    assert!(seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0));
}

#[test]
fn what_needs_redis_says_so_while_it_is_gone_and_everything_else_goes_on() {
    gone_and_back(Installation::Sqlite);
}

#[test]
fn what_needs_redis_says_so_while_it_is_gone_and_postgresql_is_there() {
    gone_and_back(Installation::Postgres);
}

fn gone_and_back(installation: Installation) {
    let mut redis = Redis::start();
    let server = installed_on(installation, &redis);
    let client = RelyingParty::register(&server, &json!({}));
    let (alice, bob) = (server.browser(), server.browser());
    Person::named("alice").sign_in(&alice);
    Person::named("bob").sign_in(&bob);
    let tokens = client.sign_in(&alice, "openid offline_access");
    let access = text(&tokens, "access_token");
    let code = client.code(&alice, &[]);
    let ready = readiness(&server);
    assert_eq!(ready["redis"]["status"], "ok", "{ready}");
    assert_eq!(ready["degraded"], json!([]));

    redis.stop();
    let (asked, proof) = signed(&server.browser(), &Person::named("carol"));
    let refused = soon(|| verify(&server.browser(), &asked, &proof));
    is_unavailable(&refused);
    refused.is_problem(503, "service.unavailable");
    let refused = soon(|| client.redeem(&code));
    is_unavailable(&refused);
    refused.is_oauth_error(503, "temporarily_unavailable");
    is_unavailable(&soon(|| alice.get(&client.request(&[]))));

    // Sessions, and what ends them, are in the database; so are tokens.
    assert!(is_signed_in(&alice) && is_signed_in(&bob));
    let ended = soon(|| bob.post_json("/api/logout", &json!({})));
    assert_eq!(ended.status, 204);
    assert!(!is_signed_in(&bob));
    assert_eq!(soon(|| client.userinfo(access)).status, 200);
    assert_eq!(client.introspect(access)["active"], true);
    let refreshed = soon(|| client.refresh(text(&tokens, "refresh_token")));
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    for path in [
        "/health",
        "/.well-known/openid-configuration",
        "/oauth/jwks.json",
        "/oauthx/status",
        "/login",
    ] {
        let answer = soon(|| alice.get(path));
        assert!(
            matches!(answer.status, 200 | 303),
            "{path}: {}",
            answer.status
        );
    }
    let ready = soon(|| server.browser().get("/health/ready")).json_with(200);
    assert_eq!(ready["status"], "ready", "{ready}");
    assert_eq!(ready["redis"]["status"], "unavailable");
    assert_eq!(ready["degraded"], json!(["redis"]));

    redis.start_again();
    until(
        || readiness(&server),
        |ready| ready["degraded"] == json!([]),
    );
    let fresh = until(
        || {
            let (asked, proof) = signed(&server.browser(), &Person::named("dave"));
            verify(&server.browser(), &asked, &proof)
        },
        |answer| answer.status == 200,
    );
    assert_eq!(fresh.json()["verified"], true);
    client.sign_in(&alice, "openid");
    // What was ended in the meantime stays so; codes that were lost are worthless.
    assert!(is_signed_in(&alice) && !is_signed_in(&bob));
    client.redeem(&code).is_oauth_error(400, "invalid_grant");
}

#[test]
fn a_redis_that_does_not_answer_holds_nobody_up() {
    let redis = Redis::start();
    let server = server_on(&redis);
    let alice = server.browser();
    Person::named("alice").sign_in(&alice);
    let (asked, proof) = signed(&server.browser(), &Person::named("bob"));
    redis.halt();
    // With a session, so that Redis is asked more than once.
    is_unavailable(&soon(|| verify(&alice, &asked, &proof)));
    assert!(is_signed_in(&alice));
    let ready = soon(|| server.browser().get("/health/ready")).json_with(200);
    assert_eq!(ready["degraded"], json!(["redis"]));
    redis.go_on();
    until(
        || readiness(&server),
        |ready| ready["degraded"] == json!([]),
    );
    Person::named("carol").sign_in(&server.browser());
    assert!(is_signed_in(&alice));
}

#[test]
fn it_starts_while_redis_is_gone() {
    let mut redis = Redis::start();
    redis.stop();
    let server = server_on(&redis);
    assert_eq!(readiness(&server)["degraded"], json!(["redis"]));
    assert!(server.log().contains("Redis"), "{}", server.log());
    redis.start_again();
    until(
        || readiness(&server),
        |ready| ready["degraded"] == json!([]),
    );
    // A challenge from before the memory began would be refused.
    let signed_in = until(
        || {
            let (asked, proof) = signed(&server.browser(), &Person::named("alice"));
            verify(&server.browser(), &asked, &proof)
        },
        |answer| answer.status == 200,
    );
    signed_in.json_with(200);
}

#[test]
fn a_flush_revives_nothing_and_logs_nobody_out() {
    let redis = Redis::start();
    let server = server_on(&redis);
    let (alice, bob) = (server.browser(), server.browser());
    Person::named("bob").sign_in(&bob);
    let (asked, proof) = signed(&alice, &Person::named("alice"));
    verify(&alice, &asked, &proof).json_with(200);
    let client = RelyingParty::register(&server, &json!({}));
    let code = client.code(&alice, &[]);
    let tokens = client.redeem(&code).json_with(200);
    let key = ClientKey::new("one");
    let machine = json!({"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [],
        "scope": "read_limited", "token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks()});
    let machine = RelyingParty::register(&server, &machine);
    let assertion = key.assertion(&machine.id, &server.issuer(), "first");
    let assert = || {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion", assertion.as_str()),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
        ];
        server.browser().post_form("/oauth/token", &fields)
    };
    assert().json_with(200);
    assert_eq!(bob.post_json("/api/logout", &json!({})).status, 204);
    assert!(is_signed_in(&alice) && !is_signed_in(&bob));

    redis.say(&["flushall"]);
    verify(&server.browser(), &asked, &proof).is_problem(400, "auth.challenge_used");
    assert().is_oauth_error(401, "invalid_client");
    assert_eq!(client.redeem(&code).status, 400);
    assert!(is_signed_in(&alice) && !is_signed_in(&bob));
    let access = text(&tokens, "access_token");
    assert_eq!(client.introspect(access)["active"], true);
    // Whoever asks for a challenge from now on is let in, long before the clocks have come to where the memory begins.
    let flushed = Instant::now();
    until_carol_signs_in(&server);
    assert!(flushed.elapsed() < SIGN_IN_AGAIN, "{flushed:?}");
    client.sign_in(&alice, "openid");
}

#[test]
fn an_older_copy_revives_nothing() {
    let mut redis = Redis::start();
    let server = server_on(&redis);
    let (alice, bob) = (server.browser(), server.browser());
    Person::named("bob").sign_in(&bob);
    assert!(is_signed_in(&bob));
    redis.say(&["save"]);
    let (asked, proof) = signed(&alice, &Person::named("alice"));
    verify(&alice, &asked, &proof).json_with(200);
    assert_eq!(bob.post_json("/api/logout", &json!({})).status, 204);
    // It comes back with what it knew before either.
    redis.stop();
    redis.start_again();
    assert_ne!(redis.say(&["dbsize"]), "0");
    until(
        || readiness(&server),
        |ready| ready["degraded"] == json!([]),
    );
    verify(&server.browser(), &asked, &proof).is_problem(400, "auth.challenge_used");
    assert!(is_signed_in(&alice) && !is_signed_in(&bob));
    let back = Instant::now();
    until_carol_signs_in(&server);
    assert!(back.elapsed() < SIGN_IN_AGAIN, "{back:?}");
}

#[test]
fn what_ends_a_session_by_command_ends_it_at_once() {
    let redis = Redis::start();
    let server = server_on(&redis);
    let alice = server.browser();
    let user = Person::named("alice").sign_in(&alice);
    for _ in 0..3 {
        assert!(is_signed_in(&alice));
    }
    let disabled = server.run(&["user", "disable", text(&user, "user_id")]);
    assert!(disabled.status.success(), "{disabled:?}");
    assert!(!is_signed_in(&alice));
}

#[test]
fn what_could_not_be_told_to_redis_is_said_and_noted_by_whoever_finds_it_done() {
    let redis = Redis::start();
    let mut server = server_on(&redis);
    let (alice, thief) = (server.browser(), server.browser());
    let user = Person::named("alice").sign_in(&alice);
    let name = server.cookie_name("hodlxxi_session");
    thief.set_cookie(&name, &alice.cookie(&name).expect("a session"));
    assert!(is_signed_in(&alice) && is_signed_in(&thief));
    // From a machine that does not reach Redis.
    let nowhere = format!("redis://127.0.0.1:{}", free_port());
    let arguments = ["user", "disable", text(&user, "user_id")];
    let disabled = server.nodes()[0].run_with(&[("REDIS_URL", &nowhere)], &arguments);
    assert!(disabled.status.success(), "{disabled:?}");
    let errors = String::from_utf8_lossy(&disabled.stderr);
    assert!(
        errors.contains("Redis") && errors.contains("30 seconds"),
        "{errors}"
    );
    // The server was told nothing, and finds nothing to end; from then on everybody knows.
    assert_eq!(alice.post_json("/api/logout", &json!({})).status, 204);
    assert!(!is_signed_in(&thief));
}

#[test]
fn tls_is_spoken_and_the_certificate_is_checked() {
    let redis = Redis::start_with_tls();
    let (url, authority) = (
        redis.url(),
        Certificate::of_this_run().file("authority.pem"),
    );
    let trusting = [("REDIS_URL", url.as_str()), ("SSL_CERT_FILE", &authority)];
    let server = Server::start_on(Installation::Sqlite, &trusting);
    assert_eq!(readiness(&server)["redis"]["status"], "ok");
    Person::named("alice").sign_in(&server.browser());
    assert_ne!(redis.say(&["dbsize"]), "0");
    let strange = Server::start_on(Installation::Sqlite, &[("REDIS_URL", &url)]);
    assert_eq!(readiness(&strange)["degraded"], json!(["redis"]));
}

#[test]
fn a_redis_that_refuses_ends_the_start() {
    let redis = Redis::start();
    let right = redis.url();
    let wrong = right.replace(":test@", ":hush-hush@");
    let none = right.replace(":test@", "");
    let (beyond, nameless) = (format!("{right}/5000"), right.replace("//:", "//nobody:"));
    for url in [&wrong, &none, &beyond, &nameless] {
        let bind = format!("127.0.0.1:{}", free_port());
        let settings = [("REDIS_URL", url.as_str()), ("HODLXXI_BIND", &bind)];
        let output = run_alone(&settings, &["serve"]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{url}: {errors}");
        let line = errors.trim_end().lines().last().unwrap_or_default();
        assert!(
            line.contains("REDIS_URL") && line.contains("example"),
            "{errors}"
        );
        assert!(
            !errors.contains("hush") && !errors.contains(":test"),
            "{errors}"
        );
    }
}

#[test]
fn doctor_and_metrics_tell_of_redis() {
    let mut redis = Redis::start();
    let server = server_on(&redis);
    let doctor = |verdict: &str| {
        let output = server.run(&["doctor", "--json"]);
        let findings: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let finding = findings
            .as_array()
            .and_then(|all| all.iter().find(|finding| finding["check"] == "redis"))
            .cloned()
            .unwrap_or_else(|| panic!("no word of redis: {findings}"));
        assert_eq!(finding["verdict"], verdict, "{finding}");
        assert!(!finding.to_string().contains(":test@"), "{finding}");
        finding["detail"].to_string()
    };
    doctor("ok");
    redis.say(&["config", "set", "maxmemory-policy", "allkeys-lru"]);
    assert!(doctor("warn").contains("allkeys-lru"));
    let metrics = server.browser().get("/metrics");
    assert!(
        metrics
            .body
            .contains(r#"hodlxxi_redis_connections{state="max"}"#),
        "{}",
        metrics.body
    );
    redis.stop();
    doctor("fail");
}

#[test]
fn without_redis_nobody_speaks_of_it() {
    let server = Server::start_on(Installation::Sqlite, &[]);
    let ready = readiness(&server);
    assert_eq!(ready["redis"], Value::Null, "{ready}");
    assert_eq!(ready["degraded"], json!([]));
    let browser = server.browser();
    let metrics = browser.send(browser.request(Method::GET, "/metrics"));
    assert!(!metrics.body.contains("redis_connections{"));
}
