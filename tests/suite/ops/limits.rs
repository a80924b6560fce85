//! Rate limits (contract section 2): what a refusal says, whom it meets, and who sets how much.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::installation::{Installation, Storage};
use hodlxxi_tests::node::{Node, free_port};
use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::redis::Redis;
use hodlxxi_tests::relying_party::{RelyingParty, register};
use hodlxxi_tests::server::Server;
use reqwest::Method;
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A number of failures that no guesser gets to.
const MANY: usize = 60;

/// A node by itself that trusts what this machine says of where a request comes from. No nginx stands in
/// front, which would say otherwise.
pub(super) fn behind_a_proxy() -> Server {
    Server::start_on(
        Installation::Sqlite,
        &[("HODLXXI_TRUSTED_PROXIES", "127.0.0.1, ::1")],
    )
}

pub(super) fn from(request: RequestBuilder, address: &str) -> RequestBuilder {
    request.header("x-forwarded-for", address)
}

/// Asserts that an answer is 429 and says when to come back, by which limit.
#[track_caller]
pub(super) fn is_limited(answer: &Answer, policy: &str) -> u64 {
    assert_eq!(answer.status, 429, "{}: {}", answer.url, answer.body);
    let wait = answer.header("retry-after").expect("Retry-After");
    let wait: u64 = wait.parse().expect("seconds");
    assert!(wait > 0);
    assert_eq!(
        answer.header("ratelimit"),
        Some(format!("\"{policy}\";r=0;t={wait}").as_str())
    );
    let quota = answer.header("ratelimit-policy").expect("RateLimit-Policy");
    assert!(quota.starts_with(&format!("\"{policy}\";q=")), "{quota}");
    wait
}

/// A client that acts for itself, and an access token of it.
fn machine(server: &Server) -> (RelyingParty, String) {
    let metadata = json!({"grant_types": ["client_credentials"], "redirect_uris": [],
        "response_types": [], "scope": "read_limited"});
    let client = RelyingParty::register(server, &metadata);
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "read_limited"),
    ];
    let tokens = client.token(&fields).json_with(200);
    let token = text(&tokens, "access_token").to_owned();
    (client, token)
}

/// An introspection by `client` with `secret`, from `address`.
pub(super) fn introspect(client: &RelyingParty, secret: Option<&str>, address: &str) -> Answer {
    let request = client.line.request(Method::POST, "/oauth/introspect");
    let request = request.basic_auth(&client.id, secret);
    client
        .line
        .send(from(request, address).form(&[("token", "x")]))
}

/// Tries to sign in as `person` from `address`, with its own signature or a wrong one.
fn sign_in(browser: &Browser, person: &Person, address: &str, rightly: bool) -> Answer {
    let post = |path: &str, body: &Value| {
        browser.send(from(
            browser.request(Method::POST, path).json(body),
            address,
        ))
    };
    let asked = post("/api/challenge", &json!({"pubkey": person.pubkey()})).json_with(200);
    let signed = if rightly {
        text(&asked, "challenge")
    } else {
        "another text"
    };
    let body = json!({"pubkey": person.pubkey(), "signature": person.sign(signed),
        "challenge_id": asked["challenge_id"]});
    post("/api/verify", &body)
}

#[test]
fn a_client_has_the_calls_of_its_tier_and_an_administrator_sets_it() {
    // The metrics of one node tell of all refusals.
    let server = Server::start_on(Installation::Sqlite, &[]);
    let (client, token) = machine(&server);
    let call = || client.with_token(Method::GET, "/api/demo/free", &token);
    let first = call();
    assert_eq!(first.status, 200);
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"calls-free\";q=100;w=3600")
    );
    assert_eq!(first.header("ratelimit"), Some("\"calls-free\";r=99;t=36"));
    let good = (0..110).filter(|_| call().status == 200).count();
    // One call is earned back in 36 s, which the test may take.
    assert!((99..103).contains(&good), "{good}");
    let refused = call();
    assert!(is_limited(&refused, "calls-free") <= 36);
    refused.is_problem(429, "request.rate_limited");
    // Endpoints of the protocol have limits of their own.
    assert_eq!(
        client.post("/oauth/introspect", &[("token", "x")]).status,
        200
    );

    let given = server.run(&["client", "tier", &client.id, "paid"]);
    assert!(given.status.success(), "{given:?}");
    let paid = call();
    assert_eq!(paid.status, 200);
    assert_eq!(
        paid.header("ratelimit-policy"),
        Some("\"calls-paid\";q=1000;w=3600")
    );
    let shown = server.run(&["client", "show", &client.id, "--json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    assert_eq!(shown["tier"], "paid");
    let listed = server.run(&["client", "list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("  paid  "));
    let unknown = server.run(&["client", "tier", "nobody", "paid"]);
    assert!(!unknown.status.success());
    let metrics = server.browser().get("/metrics").body;
    assert!(
        metrics.contains("hodlxxi_rate_limited_total{limit=\"calls-free\"}"),
        "{metrics}"
    );
}

#[test]
fn a_guesser_of_secrets_learns_nothing_more_and_who_has_the_secret_gets_in() {
    let server = behind_a_proxy();
    let (guessed, neighbour) = (
        RelyingParty::register(&server, &json!({})),
        RelyingParty::register(&server, &json!({})),
    );
    let guess = || introspect(&guessed, Some("wrong"), "203.0.113.9");
    let told = (0..MANY).filter(|_| guess().status == 401).count();
    assert!((10..MANY).contains(&told), "{told}");
    let refused = guess();
    is_limited(&refused, "failures-at-target");
    refused.is_oauth_error(429, "temporarily_unavailable");
    // The right secret gets in, from there too.
    let right = guessed.secret.as_deref();
    assert_eq!(introspect(&guessed, right, "203.0.113.9").status, 200);
    is_limited(&guess(), "failures-at-target");
    assert_eq!(introspect(&guessed, right, "198.51.100.1").status, 200);
    let right = neighbour.secret.as_deref();
    assert_eq!(introspect(&neighbour, right, "203.0.113.9").status, 200);
}

#[test]
fn a_guesser_of_signatures_learns_nothing_more_and_who_has_the_key_gets_in() {
    let server = behind_a_proxy();
    let (victim, neighbour) = (Person::named("victim"), Person::named("neighbour"));
    let browser = server.browser();
    let cafe = "2001:db8:1:2::17";
    let guess = || sign_in(&browser, &victim, cafe, false);
    let told = (0..MANY).filter(|_| guess().status == 401).count();
    assert!((10..MANY).contains(&told), "{told}");
    let refused = guess();
    is_limited(&refused, "failures-at-target");
    refused.is_problem(429, "request.rate_limited");
    // An address of IPv6 is as good as another of the same network.
    let same = "2001:db8:1:2:abcd::1";
    let refused = sign_in(&browser, &victim, same, false);
    is_limited(&refused, "failures-at-target");
    // Whose key it is gets in, from there too.
    let owner = server.browser();
    assert_eq!(sign_in(&owner, &victim, same, true).status, 200);
    let other = server.browser();
    assert_eq!(sign_in(&other, &neighbour, cafe, true).status, 200);
    let elsewhere = sign_in(&other, &victim, "2001:db8:1:3::17", true);
    assert_eq!(elsewhere.status, 200);
}

#[test]
fn what_a_stranger_says_of_its_address_changes_nothing() {
    let server = Server::start(&[]);
    let client = RelyingParty::register(&server, &json!({}));
    let told = (0..MANY)
        .filter(|n| {
            let made_up = format!("203.0.113.{n}");
            introspect(&client, Some("wrong"), &made_up).status == 401
        })
        .count();
    assert!((10..MANY).contains(&told), "{told}");
    is_limited(
        &introspect(&client, Some("wrong"), "198.51.100.1"),
        "failures-at-target",
    );
}

#[test]
fn challenges_are_limited_by_address_on_the_pages_too() {
    let server = behind_a_proxy();
    let browser = server.browser();
    let body = json!({"pubkey": Person::named("asking").pubkey()});
    let ask = |address: &str| {
        let request = browser.request(Method::POST, "/api/challenge").json(&body);
        browser.send(from(request, address))
    };
    let limited = (0..3_000)
        .map(|_| ask("203.0.113.9"))
        .find(|answer| answer.status != 200)
        .expect("a limit");
    is_limited(&limited, "challenges");
    limited.is_problem(429, "request.rate_limited");
    assert_eq!(ask("203.0.113.10").status, 200);

    let page = browser.send(from(browser.request(Method::GET, "/login"), "203.0.113.9"));
    let form = page.form("/login/challenge");
    let fields: Vec<(String, String)> = form
        .fields
        .iter()
        .map(|(name, value)| match name.as_str() {
            "identifier" => (name.clone(), Person::named("asking").pubkey()),
            _ => (name.clone(), value.clone()),
        })
        .collect();
    // One is earned back in a tenth of a second.
    let limited = (0..100)
        .map(|_| {
            let request = browser.request(Method::POST, "/login/challenge");
            browser.send(from(request.form(&fields), "203.0.113.9"))
        })
        .find(|answer| answer.status != 200)
        .expect("a limit");
    is_limited(&limited, "challenges");
    assert_eq!(
        limited.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(limited.body.contains("too often"), "{}", limited.body);
}

/// Asserts that a refusal has the body of RFC 6749, section 5.2, and nothing else in it.
#[track_caller]
fn is_bare_oauth_refusal(answer: &Answer) {
    answer.is_oauth_error(429, "temporarily_unavailable");
    let body = answer.json();
    let members: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["error", "error_description"]);
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn registrations_are_limited_by_address() {
    let server = behind_a_proxy();
    let line = server.browser();
    let register = |method: Method, path: &str, address: &str| {
        let request = line.request(method, path).json(&json!({}));
        line.send(from(request, address))
    };
    let ask = |address: &str| register(Method::POST, "/oauth/register", address);
    // What is refused counts as well. One more is earned back in six seconds.
    let mut answers = (0..610).map(|_| ask("203.0.113.9"));
    let refused = answers
        .find(|answer| answer.status == 429)
        .expect("a limit");
    assert!(is_limited(&refused, "registrations") <= 6);
    is_bare_oauth_refusal(&refused);
    let known = Some("\"registrations\";q=600;w=3600");
    assert_eq!(refused.header("ratelimit-policy"), known);
    let managed = register(Method::GET, "/oauth/register/somebody", "203.0.113.9");
    is_limited(&managed, "registrations");
    is_bare_oauth_refusal(&managed);
    assert_eq!(ask("198.51.100.1").status, 400);
}

#[test]
fn requests_for_tokens_are_limited_by_address_and_client() {
    let server = behind_a_proxy();
    let (greedy, other) = (
        RelyingParty::register_public(&server),
        RelyingParty::register_public(&server),
    );
    let ask = |line: &Browser, client: &RelyingParty, address: &str| {
        let request = line.request(Method::POST, "/oauth/token");
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "made-up"),
            ("client_id", &client.id),
        ];
        line.send(from(request.form(&form), address))
    };
    // Fifty a second are earned back: asked for on several lines, so that it is fewer than are taken.
    let asked = || {
        let line = server.browser();
        let mut answers = (0..10_000).map(|_| ask(&line, &greedy, "203.0.113.9"));
        answers
            .find(|answer| answer.status == 429)
            .expect("a limit")
    };
    let refused: Vec<Answer> = thread::scope(|scope| {
        let lines: Vec<_> = (0..4).map(|_| scope.spawn(asked)).collect();
        lines
            .into_iter()
            .map(|line| line.join().expect("a refusal"))
            .collect()
    });
    for refused in &refused {
        assert!(is_limited(refused, "tokens") <= 1);
        is_bare_oauth_refusal(refused);
    }
    let line = server.browser();
    ask(&line, &other, "203.0.113.9").is_oauth_error(400, "invalid_grant");
    ask(&line, &greedy, "198.51.100.1").is_oauth_error(400, "invalid_grant");
}

#[test]
fn races_that_happen_to_honest_clients_are_no_failures() {
    let server = Server::start(&[]);
    let person = Person::named("racing");
    let browser = server.browser();
    let asked = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let signature = person.sign(text(&asked, "challenge"));
    let proof = json!({"pubkey": person.pubkey(), "signature": signature});
    let answers: Vec<u16> = (0..MANY)
        .map(|_| verify(&server.browser(), &asked, &proof).status)
        .collect();
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1);
    assert!(answers.iter().all(|status| [200, 400].contains(status)));
    let client = RelyingParty::register(&server, &json!({}));
    for _ in 0..MANY {
        client
            .redeem("no-such-code")
            .is_oauth_error(400, "invalid_grant");
    }
}

#[test]
fn without_limits_there_are_none() {
    let server = Server::start(&[("HODLXXI_RATE_LIMITS", "off")]);
    let (client, token) = machine(&server);
    for _ in 0..MANY {
        let answer = introspect(&client, Some("wrong"), "203.0.113.9");
        assert_eq!(answer.status, 401);
    }
    for _ in 0..130 {
        let answer = client.with_token(Method::GET, "/api/demo/free", &token);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit"), None);
    }
}

/// Two nodes on one PostgreSQL, with or without a Redis.
fn two_nodes(home: &TempDir, storage: &Storage, with_redis: bool) -> [Node; 2] {
    let port = free_port();
    let mut settings = storage.settings();
    settings.retain(|(name, _)| with_redis || name != "REDIS_URL");
    for (name, value) in [
        ("HODLXXI_MASTER_KEY", "ab".repeat(32)),
        ("HODLXXI_ISSUER", format!("http://localhost:{port}")),
    ] {
        settings.push((name.to_owned(), value));
    }
    [(port, "one"), (free_port(), "two")]
        .map(|(port, name)| Node::start(&home.path().join(name), port, &settings))
}

#[test]
fn two_nodes_allow_together_what_one_would() {
    for with_redis in [false, true] {
        let (home, storage) = (tempfile::tempdir().expect("a folder"), Storage::new());
        let nodes = two_nodes(&home, &storage, with_redis);
        let metadata = json!({"grant_types": ["client_credentials"], "redirect_uris": [],
            "response_types": [], "scope": "read_limited"});
        let line = nodes[0].browser();
        let client = register(&line, &metadata).json_with(201);
        let request = line.request(Method::POST, "/oauth/token").basic_auth(
            text(&client, "client_id"),
            Some(text(&client, "client_secret")),
        );
        let form = [("grant_type", "client_credentials")];
        let tokens = line.send(request.form(&form)).json_with(200);
        let token = text(&tokens, "access_token");
        let start = Barrier::new(16);
        let call = |racer: usize| {
            let browser = nodes[racer % 2].browser();
            start.wait();
            let calls = (0..10).map(|_| {
                let request = browser.request(Method::GET, "/api/demo/free");
                browser.send(request.bearer_auth(token)).status
            });
            calls.filter(|status| *status == 200).count()
        };
        let good: usize = thread::scope(|scope| {
            let racers: Vec<_> = (0..16).map(|n| scope.spawn(move || call(n))).collect();
            racers
                .into_iter()
                .map(|racer| racer.join().expect("its calls"))
                .sum()
        });
        // One call is earned back in 36 s, which a busy machine may take.
        assert!(
            (100..103).contains(&good),
            "{good}, with Redis: {with_redis}"
        );
    }
}

#[test]
fn while_redis_is_away_a_guesser_is_stopped_all_the_same_and_others_go_on() {
    let mut redis = Redis::start();
    let server = Server::start_on(Installation::Sqlite, &[("REDIS_URL", redis.url().as_str())]);
    let (guessed, neighbour) = (
        RelyingParty::register(&server, &json!({})),
        RelyingParty::register(&server, &json!({})),
    );
    let ask = |client: &RelyingParty, secret: Option<&str>| {
        let before = Instant::now();
        let answer = introspect(client, secret, "203.0.113.9");
        assert!(before.elapsed() < Duration::from_secs(2), "{before:?}");
        answer
    };
    redis.stop();
    let told = (0..MANY)
        .filter(|_| ask(&guessed, Some("wrong")).status == 401)
        .count();
    assert!((10..MANY).contains(&told), "{told}");
    is_limited(&ask(&guessed, Some("wrong")), "failures-at-target");
    let right = neighbour.secret.as_deref();
    assert_eq!(ask(&neighbour, right).status, 200);
    // Back again, it knows nothing of those failures, and all nodes count there from then on.
    redis.start_again();
    let back = Instant::now();
    while ask(&guessed, Some("wrong")).status != 401 {
        assert!(
            back.elapsed() < Duration::from_secs(10),
            "it does not recover"
        );
        thread::sleep(Duration::from_millis(100));
    }
    let told = (0..MANY)
        .filter(|_| ask(&guessed, Some("wrong")).status == 401)
        .count();
    assert!((10..MANY).contains(&told), "{told}");
    is_limited(&ask(&guessed, Some("wrong")), "failures-at-target");
}
