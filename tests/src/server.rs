//! The server under test: the built binary, as a process of its own, on a free port with a new data folder.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::browser::Browser;
use crate::programs::terminate;

/// How long the server may take to answer its first request, or to stop.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server. Dropped, it is stopped and its data are removed.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Its port on 127.0.0.1.
    pub port: u16,
    home: TempDir,
    settings: Vec<(String, String)>,
}

impl Server {
    /// Starts a server with the settings of an empty environment but `settings`, and waits until it answers.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder for the server's data");
        let settings: Vec<_> = settings
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Self::launch(home, settings)
    }

    fn launch(home: TempDir, settings: Vec<(String, String)>) -> Self {
        let port = free_port();
        let file =
            |name: &str| File::create(home.path().join(name)).expect("a file for what it says");
        let mut command = command(home.path(), port, &settings);
        command.arg("serve").stdin(Stdio::null());
        command
            .stdout(file("server.out"))
            .stderr(file("server.log"));
        let process = command.spawn().expect("the server starts");
        let mut server = Self {
            process,
            port,
            home,
            settings,
        };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&mut self) {
        let health = self.url("/health");
        let started = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("the server's state") {
                panic!("the server ended at once ({status}):\n{}", self.log());
            }
            if reqwest::blocking::get(&health).is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "the server does not answer:\n{}",
                self.log()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its issuer, as set.
    pub fn issuer(&self) -> String {
        issuer(self.port, &self.settings)
    }

    /// The URL of `path` on this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// A new browser, with no cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(&format!("http://localhost:{}", self.port))
    }

    /// Everything it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("server.log")).unwrap_or_default()
    }

    /// Its data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Runs another command of the binary with this server's settings.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = command(self.home.path(), self.port, &self.settings);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    }

    /// Asks it to stop, as a service manager does.
    pub fn terminate(&self) {
        terminate(&self.process);
    }

    /// Waits until it has stopped.
    pub fn wait(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("the server's state") {
                return status;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "the server does not stop:\n{}",
                self.log()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops it and starts it again on the same data, on another port.
    #[must_use]
    pub fn restart(mut self) -> Self {
        self.terminate();
        self.wait();
        let home = std::mem::replace(&mut self.home, tempfile::tempdir().expect("a folder"));
        let settings = self.settings.clone();
        Self::launch(home, settings)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing left to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the binary in an empty folder and an environment of `settings` alone; it must end by itself.
pub fn run_alone(settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("timeout");
    command.arg("30").arg(binary()).args(arguments);
    command.current_dir(home.path()).stdin(Stdio::null());
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .envs(settings.iter().copied());
    command.output().expect("the binary runs")
}

fn issuer(port: u16, settings: &[(String, String)]) -> String {
    let set = settings.iter().find(|(name, _)| name == "HODLXXI_ISSUER");
    set.map_or_else(
        || format!("http://localhost:{port}"),
        |(_, value)| value.clone(),
    )
}

fn command(home: &Path, port: u16, settings: &[(String, String)]) -> Command {
    let mut command = Command::new(binary());
    command.current_dir(home).env_clear();
    command.env("HODLXXI_BIND", format!("127.0.0.1:{port}"));
    command.env("HODLXXI_ISSUER", issuer(port, settings));
    command.env("HODLXXI_DATA_DIR", home.join("data"));
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// The folder that the build put its programs into: the one above this test's own.
pub fn build_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("target/<profile>/deps/suite");
    folder.to_owned()
}

/// The server's binary, which `make test` builds first.
pub fn binary() -> PathBuf {
    let path = build_folder().join("hodlxxi");
    assert!(
        path.is_file(),
        "{} is missing: run `cargo build -p hodlxxi`, or `make test`",
        path.display()
    );
    path
}
