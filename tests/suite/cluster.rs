//! Two nodes behind nginx, whatever kind of installation the rest of the run is on: they take turns request by request,
//! and what happens once happens once.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::front::Front;
use hodlxxi_tests::installation::{Installation, Storage};
use hodlxxi_tests::node::{Node, free_port};
use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use hodlxxi_tests::token::{self, ClientKey};
use serde_json::{Value, json};

/// How often each race is run.
const RACES: usize = 10;
/// Within what time every node goes by what one of them, or a command, changed.
const SEEN: Duration = Duration::from_secs(2);

/// Asks sixteen times at once, each by a connection of its own, and answers what came.
fn sixteen(ask: impl Fn() -> Answer + Sync) -> Vec<Answer> {
    let start = Barrier::new(16);
    let ask = || {
        start.wait();
        ask()
    };
    thread::scope(|scope| {
        let racers: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        let answers = racers.into_iter().map(thread::ScopedJoinHandle::join);
        answers.map(|answer| answer.expect("an answer")).collect()
    })
}

fn won(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

#[test]
fn the_nodes_take_turns_request_by_request() {
    let mut server = Server::start_on(Installation::Cluster, &[("LOG_FORMAT", "json")]);
    let browser = server.browser();
    let asked = 20;
    for _ in 0..asked {
        browser
            .get("/.well-known/openid-configuration")
            .json_with(200);
    }
    let answered = server
        .nodes()
        .iter()
        .map(|node| node.log().matches("openid-configuration").count());
    let answered: Vec<_> = answered.collect();
    assert_eq!(answered.iter().sum::<usize>(), asked, "{answered:?}");
    assert!(
        answered.iter().all(|count| (8..=12).contains(count)),
        "{answered:?}"
    );
}

/// Asks a node for its key set until all of `kids` are in it, and answers the set.
fn keys_of(node: &Node, kids: &[&str], since: Instant) -> Value {
    loop {
        let set = node.browser().get("/oauth/jwks.json").json_with(200);
        let published = set["keys"].as_array().expect("keys");
        let has = |kid: &&str| published.iter().any(|key| key["kid"] == **kid);
        if kids.iter().all(has) {
            return set;
        }
        assert!(since.elapsed() < SEEN, "{set} lacks one of {kids:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_key_that_a_command_made_is_on_every_node_within_two_seconds() {
    let mut server = Server::start_on(Installation::Cluster, &[]);
    let (browser, client) = (
        server.browser(),
        RelyingParty::register(&server, &json!({})),
    );
    Person::named("alice").sign_in(&browser);
    let access = |tokens: &Value| text(tokens, "access_token").to_owned();
    let old = access(&client.sign_in(&browser, "openid"));
    let rotated = server.run(&["keys", "rotate", "--now", "--json"]);
    let since = Instant::now();
    assert!(rotated.status.success(), "{rotated:?}");
    let listed: Value = serde_json::from_slice(&rotated.stdout).expect("JSON");
    let kids = |state: &str| -> Vec<&str> {
        let listed = listed.as_array().expect("a list").iter();
        let of_state = listed.filter(|key| key["state"] == state);
        of_state.map(|key| text(key, "kid")).collect()
    };
    let (last, new) = (kids("last"), kids("signs"));
    assert_eq!((last.len(), new.len()), (3, 3), "{listed}");
    let sets = server.nodes().iter().map(|node| keys_of(node, &new, since));
    let sets: Vec<_> = sets.collect();
    // What the last one signed still holds, and the new one signs, whichever node is asked.
    assert!(last.contains(&text(&token::header(&old), "kid")));
    for _ in 0..2 {
        client.userinfo(&old).json_with(200);
        let fresh = access(&client.sign_in(&browser, "openid"));
        assert!(new.contains(&text(&token::header(&fresh), "kid")));
        for set in &sets {
            assert!(token::is_signed_by_one_of(set, &old), "{set}");
            assert!(token::is_signed_by_one_of(set, &fresh), "{set}");
        }
    }
}

fn assert_with(browser: &Browser, assertion: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion", assertion),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
    ];
    browser.post_form("/oauth/token", &fields)
}

#[test]
fn what_happens_once_has_one_winner_every_time() {
    races(true);
}

#[test]
fn what_happens_once_has_one_winner_every_time_without_redis() {
    races(false);
}

fn races(with_redis: bool) {
    let (storage, home) = (Storage::new(), tempfile::tempdir().expect("a folder"));
    let ports = [free_port(), free_port()];
    let front = Front::start(&ports);
    let mut settings = [storage.settings(), front.settings()].concat();
    settings.retain(|(name, _)| with_redis || name != "REDIS_URL");
    // All of it comes from one address, and most of it fails.
    for (name, value) in [
        ("HODLXXI_RATE_LIMITS", "off"),
        ("HODLXXI_MASTER_KEY", &"6".repeat(64)),
    ] {
        settings.push((name.to_owned(), value.to_owned()));
    }
    let folder = |port: u16| home.path().join(port.to_string());
    let nodes = ports.map(|port| Node::start(&folder(port), port, &settings));
    for node in &nodes {
        let ready = node.browser().get("/health/ready").json_with(200);
        assert_eq!(!ready["redis"].is_null(), with_redis, "{ready}");
    }
    race_at(&front);
}

fn race_at(front: &Front) {
    let client = RelyingParty::register_by(front.browser(), &json!({}));
    let key = ClientKey::new("raced");
    let machine = json!({"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [],
        "scope": "read_limited", "token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks()});
    let machine = RelyingParty::register_by(front.browser(), &machine);
    for race in 0..RACES {
        let person = Person::named(&format!("racer {race}"));
        let challenge = challenge(&front.browser(), &json!({"pubkey": person.pubkey()}));
        let signature = person.sign(text(&challenge, "challenge"));
        let proof = json!({"pubkey": person.pubkey(), "signature": signature});
        let answers = sixteen(|| verify(&front.browser(), &challenge, &proof));
        assert_eq!(won(&answers), 1, "challenge, race {race}");

        let browser = front.browser();
        person.sign_in(&browser);
        let code = || client.code(&browser, &[("scope", "openid offline_access")]);
        let contested = code();
        let racer = || RelyingParty {
            id: client.id.clone(),
            secret: client.secret.clone(),
            registration: Value::Null,
            line: front.browser(),
        };
        let answers = sixteen(|| racer().redeem(&contested));
        assert_eq!(won(&answers), 1, "code, race {race}");

        let tokens = client.redeem(&code()).json_with(200);
        let refresh = text(&tokens, "refresh_token");
        let answers = sixteen(|| racer().refresh(refresh));
        // A lost answer can be had again at once: all that succeed have the same one.
        let mut successors: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .map(|answer| text(&answer.json(), "refresh_token").to_owned())
            .collect();
        successors.sort_unstable();
        successors.dedup();
        assert_eq!(successors.len(), 1, "refresh, race {race}");

        let assertion = key.assertion(&machine.id, &front.origin(), &format!("race {race}"));
        let answers = sixteen(|| assert_with(&front.browser(), &assertion));
        assert_eq!(won(&answers), 1, "assertion, race {race}");
    }
}
