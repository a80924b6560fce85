//! `deploy/nginx`, run by Debian's nginx: in front of real nodes, and in front of a listener that tells what reaches it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::front::{Certificate, Front, Limits};
use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::lightning::{Begun, LightningWallet};
use hodlxxi_tests::node::free_port;
use hodlxxi_tests::programs::{debian, output};
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::json;

/// What every answer carries, exactly once.
const HEADERS: [&str; 7] = [
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "content-security-policy",
    "cache-control",
    "x-request-id",
];

#[track_caller]
fn is_guarded(answer: &Answer) {
    for name in HEADERS {
        let count = answer.headers.get_all(name).iter().count();
        assert_eq!(count, 1, "{name} at {} ({})", answer.url, answer.status);
    }
}

/// Takes the place of a node: answers each request with its own head, and a WebSocket handshake by an echo.
fn mirror() -> u16 {
    let socket = TcpListener::bind(("127.0.0.1", free_port())).expect("a port");
    let port = socket.local_addr().expect("its address").port();
    thread::spawn(move || {
        for stream in socket.incoming().flatten() {
            thread::spawn(move || reflect(&stream));
        }
    });
    port
}

fn reflect(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    if head
        .to_ascii_lowercase()
        .contains("\r\nupgrade: websocket\r\n")
    {
        stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")?;
        let mut word = [0; 5];
        reader.read_exact(&mut word)?;
        return stream.write_all(&word);
    }
    let length = head.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{head}"
    )
}

fn in_front_of_mirrors() -> Front {
    Front::start(&[mirror(), mirror()])
}

#[test]
fn plain_http_is_redirected() {
    let front = in_front_of_mirrors();
    let plain = Browser::new(&format!("http://localhost:{}", front.plain_port));
    let answer = plain.get("/login?continue=/account");
    assert_eq!(answer.status, 301);
    assert_eq!(
        answer.header("location"),
        Some("https://localhost/login?continue=/account")
    );
    is_guarded(&answer);
}

#[test]
fn browsers_speak_http_2_and_old_tls_is_refused() {
    let front = in_front_of_mirrors();
    let ask = |more: &[&str]| {
        let mut curl = debian("curl");
        curl.args([
            "--silent",
            "--output",
            "/dev/null",
            "--write-out",
            "%{http_version} %{http_code}",
        ]);
        curl.args([
            "--cacert",
            &Certificate::of_this_run().file("authority.pem"),
        ]);
        curl.args(more).arg(front.origin());
        curl
    };
    assert_eq!(output(&mut ask(&["--http2"])), "2 200");
    assert_eq!(output(&mut ask(&["--tlsv1.3", "--http1.1"])), "1.1 200");
    let old = ask(&[
        "--tls-max",
        "1.1",
        "--tlsv1.0",
        "--ciphers",
        "ALL:@SECLEVEL=0",
    ])
    .output()
    .expect("curl runs");
    assert!(!old.status.success());
}

#[test]
fn every_answer_is_guarded_whoever_makes_it() {
    let mut server = Server::start_on(Installation::Cluster, &[]);
    let browser = server.browser();
    for path in [
        "/",
        "/login",
        "/no-such-page",
        "/oauth/jwks.json",
        "/api/session",
        "/health",
        "/health/ready",
        "/metrics",
        "/ws",
        "/api/lnurl-auth/events/unknown",
    ] {
        is_guarded(&browser.get(path));
    }
    assert_eq!(browser.get("/metrics").status, 404);
    let large = browser
        .request(Method::POST, "/oauth/token")
        .body(vec![b'x'; 2 << 20]);
    let large = browser.send(large);
    assert_eq!(large.status, 413);
    is_guarded(&large);
    for node in server.nodes() {
        node.kill();
    }
    let away = browser.get("/login");
    assert_eq!(away.status, 502);
    assert_eq!(away.header("retry-after"), Some("2"));
    is_guarded(&away);
}

#[test]
fn the_edge_limits_one_address_and_never_who_watches() {
    let nodes = [mirror(), mirror()];
    let front = Front::start_with(&nodes, Limits::Installed);
    let statuses = |path: &str| -> Vec<Answer> {
        let browser = front.browser();
        (0..250).map(|_| browser.get(path)).collect()
    };
    let login = statuses("/login");
    let refused: Vec<_> = login.iter().filter(|answer| answer.status == 429).collect();
    assert!(!refused.is_empty(), "250 at once are too many");
    assert!(
        login.iter().take(100).all(|answer| answer.status == 200),
        "a hundred at once are not"
    );
    for answer in refused {
        assert_eq!(answer.header("retry-after"), Some("1"));
        is_guarded(answer);
    }
    assert!(
        statuses("/health")
            .iter()
            .all(|answer| answer.status == 200)
    );
    assert!(
        statuses("/health/ready")
            .iter()
            .all(|answer| answer.status == 200)
    );
}

#[test]
fn the_clients_address_is_set_and_what_it_says_of_itself_is_dropped() {
    let front = in_front_of_mirrors();
    let browser = front.browser();
    for path in ["/login", "/health", "/ws", "/api/lnurl-auth/events/a"] {
        let mut request = browser.request(Method::GET, path);
        for name in [
            "x-forwarded-for",
            "x-real-ip",
            "forwarded",
            "x-forwarded-host",
            "x-request-id",
            "x-forwarded-proto",
        ] {
            request = request.header(name, "made-up");
        }
        // Would switch to unencrypted HTTP/2, past everything that is checked here.
        request = request
            .header("upgrade", "h2c")
            .header("connection", "upgrade");
        let head = browser.send(request).body.to_ascii_lowercase();
        assert!(
            !head.contains("made-up") && !head.contains("h2c"),
            "{path}: {head}"
        );
        assert!(
            head.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"),
            "{path}: {head}"
        );
        assert!(
            head.contains("\r\nx-forwarded-proto: https\r\n"),
            "{path}: {head}"
        );
        assert!(head.contains("\r\nhost: localhost\r\n"), "{path}: {head}");
        assert!(head.contains("\r\nx-request-id: "), "{path}: {head}");
    }
}

#[test]
fn a_request_has_one_name_in_both_logs() {
    let server = Server::start_on(Installation::Cluster, &[]);
    let answer = server.browser().get("/login");
    let id = answer.header("x-request-id").expect("an id");
    assert_eq!(id.len(), 32, "nginx's own: {id}");
    assert!(server.log().contains(id));
}

#[test]
fn a_websocket_gets_through() {
    let front = in_front_of_mirrors();
    let mut tls = debian("openssl");
    tls.args([
        "s_client",
        "-quiet",
        "-connect",
        &format!("localhost:{}", front.port),
        "-CAfile",
    ]);
    tls.arg(Certificate::of_this_run().file("authority.pem"));
    let mut line = tls
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl runs");
    let mut input = line.stdin.take().expect("its input");
    let mut answers = BufReader::new(line.stdout.take().expect("its output"));
    input
        .write_all(b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        .expect("sent");
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(
            answers.read_line(&mut head).expect("an answer") > 0,
            "{head}"
        );
    }
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    // Bytes of its own go both ways.
    input.write_all(b"hello").expect("sent");
    let mut word = [0; 5];
    answers.read_exact(&mut word).expect("the echo");
    assert_eq!(&word, b"hello");
    line.kill().expect("its end");
    line.wait().expect("its end");
}

#[test]
fn debian_reads_it_without_a_warning() {
    let front = in_front_of_mirrors();
    thread::sleep(Duration::from_millis(50));
    let log = front.log();
    // From 1.25.1 on it would rather have `http2 on`, which the versions before do not know.
    let newer_way = r#"the "listen ... http2" directive is deprecated"#;
    let complaints: Vec<_> = log
        .lines()
        .filter(|line| line.contains("[warn]") || line.contains("[emerg]"))
        .filter(|line| !line.contains(newer_way))
        .collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    // What runs is what a service manager would reload.
    let status = Command::new("kill")
        .args(["-HUP", &front.id().to_string()])
        .status();
    assert!(status.expect("kill runs").success());
    assert_eq!(front.browser().get("/health").status, 200);
}

#[test]
fn a_page_that_waits_for_its_wallet_is_told_at_once() {
    let server = Server::start_on(Installation::Cluster, &[]);
    let (browser, wallet) = (server.browser(), LightningWallet::named("behind nginx"));
    for _ in 0..4 {
        let begun = Begun::new(&browser, &json!({}));
        let mut events = begun.events(&browser);
        // nginx would keep it until there is more, or the end.
        assert_eq!(events.next().expect("how it stands")["status"], "pending");
        wallet.approve(&begun);
        let approved = Instant::now();
        let told = events.next().expect("the change");
        assert_eq!(told["status"], "authenticated");
        assert!(approved.elapsed() < Duration::from_millis(300));
        assert_eq!(begun.status(&browser), "authenticated");
    }
}
