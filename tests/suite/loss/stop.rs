//! A node stopped gently under load: no request fails, neither through the proxy nor at the node itself. Killed, it takes
//! nobody's request with it whom the proxy can send to the other one.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::front::Front;
use hodlxxi_tests::installation::Storage;
use hodlxxi_tests::node::{Node, Settings, free_port};
use hodlxxi_tests::person::{Person, challenge};
use hodlxxi_tests::relying_party::{CALLBACK, register};
use hodlxxi_tests::waiting::{Raise, wait_until};
use serde_json::json;
use tempfile::TempDir;

use super::settings;

/// Two nodes behind nginx, one of which is about to go.
struct Cluster {
    front: Front,
    ports: [u16; 2],
    settings: Settings,
    home: TempDir,
    _storage: Storage,
}

impl Cluster {
    fn new() -> Self {
        let (storage, ports) = (Storage::new(), [free_port(), free_port()]);
        let front = Front::start(&ports);
        let mut settings = settings(&[("HODLXXI_MASTER_KEY", &"4".repeat(64))]);
        settings.extend(storage.settings());
        settings.extend(front.settings());
        let home = tempfile::tempdir().expect("a folder");
        Self {
            front,
            ports,
            settings,
            home,
            _storage: storage,
        }
    }

    fn start(&self, number: usize) -> Node {
        let folder = self.home.path().join(format!("node-{number}"));
        Node::start(&folder, self.ports[number], &self.settings)
    }
}

/// Reads, writes and posts through `browser` until told to stop; each answer must be the one of a service that is well.
fn load(browser: &Browser, stop: &AtomicBool, answered: &AtomicUsize) {
    let person = Person::named("busy");
    person.sign_in(browser);
    while !stop.load(Ordering::Relaxed) {
        challenge(browser, &json!({"pubkey": person.pubkey()}));
        browser.get("/api/session").json_with(200);
        register(browser, &json!({"redirect_uris": [CALLBACK]})).json_with(201);
        browser
            .get("/.well-known/openid-configuration")
            .json_with(200);
        answered.fetch_add(4, Ordering::Relaxed);
    }
}

/// How a node goes.
type End = fn(&mut Node);

/// Takes each node away by `end` under load, `rounds` times, and starts it again; no request may fail.
fn nobody_notices(rounds: usize, end: End) {
    let cluster = Cluster::new();
    let mut nodes = [cluster.start(0), cluster.start(1)];
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        let stopping = Raise(&stop);
        let browsers = (0..6).map(|_| cluster.front.browser());
        let loads: Vec<_> = browsers
            .map(|browser| {
                let (stop, answered) = (&stop, &answered);
                scope.spawn(move || load(&browser, stop, answered))
            })
            .collect();
        let all_is_well = || {
            let failed = loads.iter().any(thread::ScopedJoinHandle::is_finished);
            assert!(!failed, "a request failed:\n{}", cluster.front.log());
        };
        let too_slow = || format!("too slow:\n{}", cluster.front.log());
        for _ in 0..rounds {
            for (number, node) in nodes.iter_mut().enumerate() {
                let before = answered.load(Ordering::Relaxed);
                let enough = || {
                    all_is_well();
                    answered.load(Ordering::Relaxed) >= before + 200
                };
                wait_until(enough, too_slow);
                end(node);
                let served = |node: &Node| node.log().matches("/api/challenge").count();
                let before = served(node);
                *node = cluster.start(number);
                // nginx gives it its turns again within two seconds.
                let has_a_turn = || {
                    all_is_well();
                    served(node) > before
                };
                wait_until(has_a_turn, too_slow);
            }
        }
        drop(stopping);
        for load in loads {
            let well = load.join().is_ok();
            assert!(well, "a request failed:\n{}", cluster.front.log());
        }
    });
    assert!(answered.load(Ordering::Relaxed) >= rounds * 400);
}

#[test]
fn nodes_are_restarted_one_after_the_other_and_nobody_notices() {
    nobody_notices(2, |node| {
        node.terminate();
        assert_eq!(node.wait().code(), Some(0), "{}", node.log());
    });
}

#[test]
fn a_node_is_killed_and_nobody_notices() {
    nobody_notices(1, Node::kill);
}

/// One request on a connection that is kept; whether the answer says that it was the last.
fn ask(stream: &TcpStream) -> bool {
    let mut writer = stream;
    writer
        .write_all(b"GET /api/session HTTP/1.1\r\nHost: x\r\n\r\n")
        .expect("the request is sent");
    let mut reader = BufReader::new(stream);
    let (mut length, mut last) = (0, false);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        assert!(
            reader.read_line(&mut line).expect("an answer") > 0,
            "hung up without an answer"
        );
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        last |= lower.starts_with("connection: close");
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    last
}

#[test]
fn a_node_answers_whom_it_has_accepted_and_says_goodbye() {
    let home = tempfile::tempdir().expect("a folder");
    let mut node = Node::start(home.path(), free_port(), &settings(&[]));
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let port = node.port;
    thread::scope(|scope| {
        let _stop = Raise(&stop);
        let asking = (0..16).map(|_| {
            scope.spawn(|| {
                let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
                stream
                    .set_read_timeout(Some(Duration::from_secs(10)))
                    .expect("a time limit");
                while !ask(&stream) {
                    assert!(!stop.load(Ordering::Relaxed), "no goodbye was said");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        let asking: Vec<_> = asking.collect();
        wait_until(
            || answered.load(Ordering::Relaxed) >= 500,
            || format!("too slow:\n{}", node.log()),
        );
        node.terminate();
        wait_until(
            || asking.iter().all(thread::ScopedJoinHandle::is_finished),
            || format!("it answers on:\n{}", node.log()),
        );
    });
    assert_eq!(node.wait().code(), Some(0), "{}", node.log());
    assert!(
        TcpStream::connect(("127.0.0.1", port)).is_err(),
        "it listens no more"
    );
}
