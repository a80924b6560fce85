//! Thousands of pages that wait for their wallets cost little memory, and next to no work.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::lightning::{Begun, LightningWallet};
use hodlxxi_tests::server::Server;
use serde_json::json;

/// Pages that wait.
const PAGES: usize = 5_000;
/// Sign-ins that they wait for, each in ten windows: what counts is the connections.
const SIGN_INS: usize = PAGES / 10;
/// The most memory that all of them may take, in kB.
const MEMORY: u64 = 100 * 1024;
/// For how long the server is watched while nothing happens.
const QUIET: Duration = Duration::from_secs(4);

/// Memory in use by a process, in kB.
fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("a process");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).expect("kB")
}

/// Processor time that a process has taken, in hundredths of a second.
fn work(id: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("a process");
    let (_, fields) = stat.rsplit_once(") ").expect("its name");
    let fields: Vec<&str> = fields.split(' ').collect();
    let number = |at: usize| fields[at].parse::<u64>().expect("a number");
    number(11) + number(12)
}

/// A page's connection, whose first event was read.
fn open(port: u16, begun: &Begun, cookie: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    let path = begun.path("events");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: hodlxxi_browser={cookie}\r\n\r\n"
    )
    .expect("a request");
    let mut reader = BufReader::with_capacity(512, stream);
    next(&mut reader, "pending");
    reader
}

/// Reads on to the next event, which must say `status`.
fn next(reader: &mut BufReader<TcpStream>, status: &str) {
    loop {
        let mut line = String::new();
        assert_ne!(reader.read_line(&mut line).expect("a line"), 0);
        if line.starts_with("data: ") {
            assert!(line.contains(&format!("\"status\":\"{status}\"")), "{line}");
            return;
        }
    }
}

#[test]
fn five_thousand_pages_wait_at_little_cost() {
    // As many as two programs of this test need.
    let settings = [("HODLXXI_RATE_LIMITS", "off"), ("RUST_LOG", "warn")];
    let mut server = Server::start_on(Installation::Postgres, &settings);
    let (browser, port) = (server.browser(), server.port);
    let id = server.nodes()[0].id();
    let sign_ins: Vec<Begun> = (0..SIGN_INS)
        .map(|_| Begun::new(&browser, &json!({})))
        .collect();
    let cookie = browser.cookie("hodlxxi_browser").expect("a mark");
    let before = memory(id);
    let mut pages: Vec<_> = (0..PAGES)
        .map(|n| open(port, &sign_ins[n % SIGN_INS], &cookie))
        .collect();
    let taken = memory(id).saturating_sub(before);

    let worked = work(id);
    thread::sleep(QUIET);
    let worked = work(id) - worked;

    let wallet = LightningWallet::named("one of thousands");
    let begin = Instant::now();
    wallet.approve(&sign_ins[7]);
    for page in pages.iter_mut().skip(7).step_by(SIGN_INS) {
        next(page, "authenticated");
    }
    let told = begin.elapsed();
    println!("{PAGES} pages: {taken} kB, {worked}0 ms of work in {QUIET:?}, told after {told:?}");
    assert!(taken <= MEMORY, "{taken} kB");
    // A tenth of one core, in hundredths of a second.
    assert!(
        u128::from(worked) <= QUIET.as_millis() / 100,
        "{worked}0 ms"
    );
    assert!(told < Duration::from_secs(1), "{told:?}");
}
