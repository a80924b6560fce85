//! nginx in front of nodes, running the configuration that operators install (`deploy/nginx`): only addresses, ports and
//! certificate are the test's own.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::browser::Browser;
use crate::node::{Settings, free_port};
use crate::programs::{Background, debian, output, repository, tests_folder};

/// A running nginx. Dropped, it is stopped.
#[derive(Debug)]
pub struct Front {
    /// Stopped before its folder goes.
    running: Background,
    folder: TempDir,
    /// Its port for TLS on 127.0.0.1.
    pub port: u16,
    /// Its port without, where it only redirects.
    pub plain_port: u16,
}

/// Whether the limits of the edge are as operators install them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limits {
    /// As they are.
    Installed,
    /// So high that a suite on one address does not meet them.
    Raised,
}

impl Front {
    /// Starts nginx in front of the nodes at two ports of 127.0.0.1, with the limits raised.
    pub fn start(nodes: &[u16]) -> Self {
        Self::start_with(nodes, Limits::Raised)
    }

    /// The same with the limits as said.
    pub fn start_with(nodes: &[u16], limits: Limits) -> Self {
        let [first, second] = nodes else {
            panic!("the configuration has two nodes");
        };
        let folder = tempfile::tempdir().expect("a folder");
        let (port, plain_port) = (free_port(), free_port());
        let (rate, burst) = match limits {
            Limits::Installed => ("rate=30r/s", "burst=100 "),
            Limits::Raised => ("rate=10000r/s", "burst=10000 "),
        };
        let tls = Certificate::of_this_run();
        let words = [
            ("listen 80;", format!("listen 127.0.0.1:{plain_port};")),
            ("listen 443 ", format!("listen 127.0.0.1:{port} ")),
            ("127.0.0.1:5001", format!("127.0.0.1:{first}")),
            ("127.0.0.1:5002", format!("127.0.0.1:{second}")),
            ("/etc/hodlxxi/tls/fullchain.pem", tls.file("server.pem")),
            ("/etc/hodlxxi/tls/privkey.pem", tls.file("server.key")),
            (
                "server_name id.example.org;",
                "server_name localhost;".to_owned(),
            ),
            ("rate=30r/s", rate.to_owned()),
            ("burst=100 ", burst.to_owned()),
        ];
        let deployed = repository().join("deploy/nginx");
        let mut found = String::new();
        copy(
            &deployed.join("hodlxxi.conf"),
            &folder.path().join("hodlxxi.conf"),
            &words,
            &mut found,
        );
        fs::create_dir(folder.path().join("snippets")).expect("a folder");
        for entry in fs::read_dir(deployed.join("snippets")).expect("the snippets") {
            let path = entry.expect("an entry").path();
            let to = folder
                .path()
                .join("snippets")
                .join(path.file_name().expect("a name"));
            copy(&path, &to, &words, &mut found);
        }
        for (word, _) in &words {
            assert!(found.contains(word), "deploy/nginx no longer has {word:?}");
        }
        let mut command = Command::new(tests_folder().join("servers/nginx"));
        let running = Background::start(command.arg(folder.path())).wait_for(port);
        Self {
            running,
            folder,
            port,
            plain_port,
        }
    }

    /// Where the world finds it.
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// A new browser, with no cookies, that comes in this way.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin())
    }

    /// The settings of the nodes behind it.
    pub fn settings(&self) -> Settings {
        vec![
            ("HODLXXI_ISSUER".to_owned(), self.origin()),
            ("HODLXXI_TRUSTED_PROXIES".to_owned(), "127.0.0.1".to_owned()),
        ]
    }

    /// What it logged of its own troubles.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.running.id()
    }
}

/// Copies a file of the configuration with `words` replaced and without what listens on IPv6.
fn copy(from: &Path, to: &Path, words: &[(&str, String)], found: &mut String) {
    let text =
        fs::read_to_string(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    found.push_str(&text);
    let lines = text.lines().filter(|line| !line.contains("listen [::]"));
    let text = lines.fold(String::new(), |text, line| text + line + "\n");
    let text = words
        .iter()
        .fold(text, |text, (word, value)| text.replace(word, value));
    fs::write(to, text).expect("the configuration");
}

/// A certificate for `localhost`, and the authority that signed it, made anew for each test program.
#[derive(Debug)]
pub struct Certificate(TempDir);

static MADE: OnceLock<Certificate> = OnceLock::new();

impl Certificate {
    /// The one of this test program; made when first asked for.
    pub fn of_this_run() -> &'static Self {
        MADE.get_or_init(Self::make)
    }

    /// The authority's certificate (PEM), where one was made.
    pub fn authority() -> Option<Vec<u8>> {
        let made = MADE.get()?;
        Some(fs::read(made.file("authority.pem")).expect("the authority"))
    }

    /// One of its files.
    pub fn file(&self, name: &str) -> String {
        let path = self.0.path().join(name);
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    fn make() -> Self {
        let made = Self(tempfile::tempdir().expect("a folder"));
        let key = |name: &str| {
            output(
                debian("openssl")
                    .args([
                        "ecparam",
                        "-genkey",
                        "-name",
                        "prime256v1",
                        "-noout",
                        "-out",
                    ])
                    .arg(made.file(name)),
            )
        };
        key("authority.key");
        key("server.key");
        let (authority, server) = (made.file("authority.pem"), made.file("server.pem"));
        output(
            debian("openssl")
                .args([
                    "req",
                    "-x509",
                    "-days",
                    "7",
                    "-subj",
                    "/CN=The tests' authority",
                    "-key",
                ])
                .args([&made.file("authority.key"), "-out", &authority]),
        );
        let names = [
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ];
        output(
            debian("openssl")
                .args([
                    "req",
                    "-x509",
                    "-days",
                    "7",
                    "-subj",
                    "/CN=localhost",
                    "-key",
                ])
                .arg(made.file("server.key"))
                .args([
                    "-CA",
                    &authority,
                    "-CAkey",
                    &made.file("authority.key"),
                    "-out",
                    &server,
                ])
                .args(names),
        );
        made
    }
}

/// Makes a program of others believe the certificate of this run, where one was made.
pub fn trust(command: &mut Command) -> &mut Command {
    if let Some(made) = MADE.get() {
        let authority = made.file("authority.pem");
        // Node; OpenSSL, Rust and Python's httpx; Python's requests; curl.
        for name in [
            "NODE_EXTRA_CA_CERTS",
            "SSL_CERT_FILE",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
        ] {
            command.env(name, &authority);
        }
    }
    command
}
