//! A node killed by SIGKILL in the middle of writes: nothing that was answered is lost, and the audit log has all of it.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use hodlxxi_tests::audit;
use hodlxxi_tests::node::{Node, Settings, free_port};
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::postgres::Postgres;
use hodlxxi_tests::relying_party::CALLBACK;
use hodlxxi_tests::waiting::{Raise, wait_until};
use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};

use super::settings;

/// How many writes are acknowledged in all.
const WRITES: usize = 1_000;
/// After how many of them the node is killed each time.
const EACH: usize = 100;

/// What a client was told, and under which id its request is known.
struct Told {
    request: String,
    done: Done,
}

enum Done {
    /// That it is registered: its id, and the token that manages it.
    Registered { id: String, token: String },
    /// That somebody is signed in: who, and by which cookie.
    SignedIn { user: String, cookie: String },
}

/// Writes until told to stop, or until the node is gone; notes what was answered.
fn write(port: u16, number: usize, told: &Mutex<Vec<Told>>, stop: &AtomicBool) {
    let client = Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client");
    let person = Person::named(&format!("writer {number}"));
    while !stop.load(Ordering::Relaxed) {
        // Whatever is not answered is not counted.
        let done = if number.is_multiple_of(2) {
            registered(&client, port)
        } else {
            signed_in(&client, port, &person)
        };
        match done {
            Some(done) => told.lock().expect("what was told").push(done),
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn post(client: &Client, port: u16, path: &str, body: &Value) -> Option<Response> {
    let url = format!("http://127.0.0.1:{port}{path}");
    let answer = client.post(url).json(body).send().ok()?;
    answer.status().is_success().then_some(answer)
}

fn header(answer: &Response, name: &str) -> Option<String> {
    Some(answer.headers().get(name)?.to_str().ok()?.to_owned())
}

fn registered(client: &Client, port: u16) -> Option<Told> {
    let metadata = json!({"redirect_uris": [CALLBACK]});
    let answer = post(client, port, "/oauth/register", &metadata)?;
    let request = header(&answer, "x-request-id")?;
    let answer: Value = answer.json().ok()?;
    let done = Done::Registered {
        id: text(&answer, "client_id").to_owned(),
        token: text(&answer, "registration_access_token").to_owned(),
    };
    Some(Told { request, done })
}

fn signed_in(client: &Client, port: u16, person: &Person) -> Option<Told> {
    let whose = json!({"pubkey": person.pubkey()});
    let challenge = post(client, port, "/api/challenge", &whose)?;
    let challenge: Value = challenge.json().ok()?;
    let signature = person.sign(text(&challenge, "challenge"));
    let proof = json!({"challenge_id": challenge["challenge_id"], "pubkey": person.pubkey(), "signature": signature});
    let answer = post(client, port, "/api/verify", &proof)?;
    let request = header(&answer, "x-request-id")?;
    let cookie = header(&answer, "set-cookie")?;
    let answer: Value = answer.json().ok()?;
    let done = Done::SignedIn {
        user: text(&answer, "user_id").to_owned(),
        cookie: cookie.split(';').next()?.to_owned(),
    };
    Some(Told { request, done })
}

/// Whether what was told is so.
fn holds(client: &Client, node: &Node, told: &Told) -> bool {
    let get = |path: &str, name: &str, value: String| -> Value {
        let request = client.get(node.url(path)).header(name, value);
        request.send().expect("an answer").json().expect("JSON")
    };
    match &told.done {
        Done::Registered { id, token } => {
            get(
                &format!("/oauth/register/{id}"),
                "authorization",
                format!("Bearer {token}"),
            )["client_id"]
                == *id
        }
        Done::SignedIn { user, cookie } => {
            get("/api/session", "cookie", cookie.clone())["user_id"] == *user
        }
    }
}

/// What is told in the audit log is known by: what was done, by which request, and whose it is.
type Name = [String; 3];

/// The name of the entry that there must be.
fn name(told: &Told) -> Name {
    let (action, whose) = match &told.done {
        Done::Registered { id, .. } => ("oauth.client_registered", id),
        Done::SignedIn { user, .. } => ("auth.signed_in", user),
    };
    [action, &told.request, whose].map(str::to_owned)
}

/// The names of all entries about what was done, once the log is sealed and found good.
fn recorded(node: &Node) -> HashSet<Name> {
    audit::sealed(|command| node.run(command));
    let lines = audit::export(|command| node.run(command), &[]);
    let done = lines.iter().filter(|line| line["result"] == "done");
    let names = done.filter_map(|line| {
        let whose = match line["action"].as_str()? {
            "oauth.client_registered" => "client_id",
            _ => "user_id",
        };
        let text = |member: &str| Some(line[member].as_str()?.to_owned());
        Some([text("action")?, text("request_id")?, text(whose)?])
    });
    names.collect()
}

fn killed_again_and_again(settings: &Settings) {
    let home = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let (told, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let count = || told.lock().expect("what was told").len();
    let mut kills = 0;
    thread::scope(|scope| {
        let _stop = Raise(&stop);
        for number in 0..6 {
            let (told, stop) = (&told, &stop);
            scope.spawn(move || write(port, number, told, stop));
        }
        while count() < WRITES {
            let before = count();
            let mut node = Node::start(home.path(), port, settings);
            wait_until(
                || count() >= before + EACH,
                || format!("{} writes answered:\n{}", count() - before, node.log()),
            );
            node.kill();
            kills += 1;
        }
    });
    let node = Node::start(home.path(), port, settings);
    let told = told.into_inner().expect("what was told");
    let client = Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client");
    let lost = told
        .iter()
        .filter(|told| !holds(&client, &node, told))
        .count();
    assert_eq!(
        lost,
        0,
        "of {} acknowledged writes, over {kills} kills",
        told.len()
    );
    assert!(kills >= 8, "{kills} kills");
    let recorded = recorded(&node);
    let untold = told
        .iter()
        .filter(|told| !recorded.contains(&name(told)))
        .count();
    assert_eq!(
        untold,
        0,
        "of {} acknowledged writes are not in the audit log",
        told.len()
    );
}

#[test]
fn nothing_that_was_answered_is_lost_on_sqlite() {
    killed_again_and_again(&settings(&[]));
}

#[test]
fn nothing_that_was_answered_is_lost_on_postgresql() {
    let postgres = Postgres::start();
    killed_again_and_again(&settings(&[("DATABASE_URL", &postgres.url())]));
}
