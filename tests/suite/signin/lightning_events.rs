//! A page that waits for its wallet (contract section 5): it learns of the approval at once, at whichever node the wallet
//! answered.

use std::thread;
use std::time::{Duration, Instant};

use hodlxxi_tests::installation::Storage;
use hodlxxi_tests::lightning::{Begun, LightningWallet, call};
use hodlxxi_tests::node::{Node, free_port};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

/// How soon a page learns of an approval at another node.
const SOON: Duration = Duration::from_millis(300);

#[test]
fn a_page_is_told_how_it_stands_and_when_that_changes() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("events"));
    let begun = Begun::new(&browser, &json!({}));
    let mut events = begun.events(&browser);
    let first = events.next().expect("how it stands");
    assert_eq!(first["status"], "pending");
    wallet.approve(&begun);
    let second = events.next().expect("the change");
    assert_eq!(second["status"], "authenticated");
    assert_eq!(second["authenticated"], true);
    assert_eq!(second["pubkey"], wallet.pubkey());
    assert_eq!(events.next(), None, "that is the end of it");
    // It tells and does nothing.
    assert_eq!(browser.get("/api/session").status, 401);
    let later: Vec<Value> = begun.events(&browser).collect();
    assert_eq!(later.len(), 1);
    assert_eq!(later[0]["status"], "authenticated");
    assert_eq!(begun.status(&browser), "authenticated");
    browser.get("/api/session").json_with(200);
}

#[test]
fn asked_once_it_is_told_at_once_and_ends() {
    let server = Server::start(&[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("once"));
    let begun = Begun::new(&browser, &json!({}));
    let path = format!(
        "/api/lnurl-auth/events/{}?once=true",
        begun.text("session_id")
    );
    let told = || -> Value {
        let began = Instant::now();
        let answer = browser.get(&path);
        // The body has ended: what held it back until then would pass it on.
        assert!(began.elapsed() < Duration::from_secs(5));
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(length.as_str()));
        assert_eq!(answer.header("content-type"), Some("text/event-stream"));
        let data = answer.body.strip_prefix("data: ").expect("an event");
        let data = data.strip_suffix("\n\n").expect("the end of the event");
        serde_json::from_str(data).expect("JSON")
    };
    let pending = told();
    assert_eq!(
        (&pending["status"], &pending["authenticated"]),
        (&json!("pending"), &json!(false))
    );
    wallet.approve(&begun);
    let approved = told();
    assert_eq!(approved["status"], "authenticated");
    assert_eq!(approved["pubkey"], wallet.pubkey());
    assert_eq!(browser.get("/api/session").status, 401, "it does nothing");
    assert_eq!(
        server.browser().get(&path).status,
        404,
        "nor does it tell others"
    );
}

#[test]
fn a_stream_ends_with_the_server() {
    let mut server = Server::start(&[]);
    let browser = server.browser();
    let begun = Begun::new(&browser, &json!({}));
    let mut events = begun.events(&browser);
    assert!(events.next().is_some());
    let begin = Instant::now();
    server.terminate();
    assert_eq!(events.next(), None);
    assert!(server.wait().success());
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn an_approval_at_another_node_is_told_soon() {
    at_another_node(true);
}

#[test]
fn an_approval_at_another_node_is_told_soon_without_redis() {
    at_another_node(false);
}

fn at_another_node(with_redis: bool) {
    let (storage, home) = (Storage::new(), tempfile::tempdir().expect("a folder"));
    let ports = [free_port(), free_port()];
    let mut settings = storage.settings();
    settings.retain(|(name, _)| with_redis || name != "REDIS_URL");
    let issuer = format!("http://localhost:{}", ports[0]);
    for (name, value) in [
        ("HODLXXI_ISSUER", issuer.as_str()),
        ("HODLXXI_MASTER_KEY", &"6".repeat(64)),
    ] {
        settings.push((name.to_owned(), value.to_owned()));
    }
    let folder = |port: u16| home.path().join(port.to_string());
    let [here, there] = ports.map(|port| Node::start(&folder(port), port, &settings));
    let browser = here.browser();
    for (round, pause) in [0, 40, 90, 400, 1_000].into_iter().enumerate() {
        let wallet = LightningWallet::named(&format!("round {round}"));
        let begun = Begun::new(&browser, &json!({}));
        let mut events = begun.events(&browser);
        assert_eq!(events.next().expect("how it stands")["status"], "pending");
        // Wherever in its turn the node is.
        thread::sleep(Duration::from_millis(pause));
        let url = begun.callback(&wallet.query(begun.text("k1")));
        let url = url.replace(&here.url(""), &there.url(""));
        assert_eq!(call(&url), json!({"status": "OK"}));
        let approved = Instant::now();
        let told = events.next().expect("the change");
        let took = approved.elapsed();
        assert_eq!(told["pubkey"], wallet.pubkey());
        assert!(took < SOON, "round {round}: {took:?}");
        assert_eq!(begun.status(&browser), "authenticated");
    }
}
