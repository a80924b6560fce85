//! Two nodes behind nginx, whatever kind of installation the rest of the run is on: they take turns request by request,
//! and what happens once happens once.

use std::sync::Barrier;
use std::thread;

use hodlxxi_tests::browser::Answer;
use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

/// How often each race is run.
const RACES: usize = 10;

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

#[test]
fn a_challenge_a_code_and_a_refresh_token_have_one_winner_every_time() {
    // All of it comes from one address, and most of it fails.
    let unlimited = [("HODLXXI_RATE_LIMITS", "off")];
    let server = Server::start_on(Installation::Cluster, &unlimited);
    let client = RelyingParty::register(&server, &json!({}));
    for race in 0..RACES {
        let person = Person::named(&format!("racer {race}"));
        let challenge = challenge(&server.browser(), &json!({"pubkey": person.pubkey()}));
        let signature = person.sign(text(&challenge, "challenge"));
        let proof = json!({"pubkey": person.pubkey(), "signature": signature});
        let answers = sixteen(|| verify(&server.browser(), &challenge, &proof));
        assert_eq!(won(&answers), 1, "challenge, race {race}");

        let browser = server.browser();
        person.sign_in(&browser);
        let code = || client.code(&browser, &[("scope", "openid offline_access")]);
        let contested = code();
        let racer = || RelyingParty {
            id: client.id.clone(),
            secret: client.secret.clone(),
            registration: Value::Null,
            line: server.browser(),
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
    }
}
