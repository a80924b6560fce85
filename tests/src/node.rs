//! One node under test: the built binary as a process of its own, on a free port of 127.0.0.1.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::browser::Browser;
use crate::programs::{ended, kill, terminate};
use crate::waiting::wait_until;

/// Settings by name.
pub type Settings = Vec<(String, String)>;

/// A running node. Dropped, it is killed; its folder stays.
#[derive(Debug)]
pub struct Node {
    process: Child,
    /// Its port on 127.0.0.1.
    pub port: u16,
    home: PathBuf,
    settings: Settings,
}

impl Node {
    /// Starts a node whose folder is `home`, with the settings of an empty environment but `settings`, and waits until
    /// it answers.
    pub fn start(home: &Path, port: u16, settings: &Settings) -> Self {
        Self::start_as(Command::new(binary()), home, port, settings)
    }

    /// The same for another program than the built one, or one that starts it: its arguments come last.
    pub fn start_as(program: Command, home: &Path, port: u16, settings: &Settings) -> Self {
        let mut node = Self::launch(program, home, port, settings);
        node.wait_until_it_answers();
        node
    }

    fn launch(mut program: Command, home: &Path, port: u16, settings: &Settings) -> Self {
        fs::create_dir_all(home).expect("the node's folder");
        let file = |name: &str| {
            File::options()
                .create(true)
                .append(true)
                .open(home.join(name))
        };
        configure(&mut program, home, port, settings);
        program.args(["serve", "--migrate"]).stdin(Stdio::null());
        program.stdout(file("server.out").expect("a file for what it says"));
        program.stderr(file("server.log").expect("a file for what it logs"));
        let process = program
            .spawn()
            .unwrap_or_else(|error| panic!("{program:?}: {error}"));
        let (home, settings) = (home.to_owned(), settings.clone());
        Self {
            process,
            port,
            home,
            settings,
        }
    }

    fn wait_until_it_answers(&mut self) {
        let (health, log) = (self.url("/health"), self.log_file());
        let process = &mut self.process;
        let answers = || {
            if let Some(status) = process.try_wait().expect("the node's state") {
                panic!("the node ended at once ({status}):\n{}", read(&log));
            }
            reqwest::blocking::get(&health).is_ok_and(|answer| answer.status().is_success())
        };
        wait_until(answers, || {
            format!("the node does not answer:\n{}", read(&log))
        });
    }

    /// The URL of `path` on this node itself, past any proxy.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// A new browser, with no cookies, that asks this node itself.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url(""))
    }

    /// Everything it has logged so far.
    pub fn log(&self) -> String {
        read(&self.log_file())
    }

    fn log_file(&self) -> PathBuf {
        self.home.join("server.log")
    }

    /// Its data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.home.join("data")
    }

    /// Runs another command of the binary with this node's settings.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(&[], arguments)
    }

    /// The same, with other `settings` where they are given.
    pub fn run_with(&self, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
        let mut command = Command::new(binary());
        configure(&mut command, &self.home, self.port, &self.settings);
        command.envs(settings.iter().copied());
        command.args(arguments).stdin(Stdio::null());
        command.output().expect("the binary runs")
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to stop, as a service manager does.
    pub fn terminate(&self) {
        terminate(&self.process);
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) {
        kill(&self.process);
        self.process.wait().expect("its end");
    }

    /// Waits until it has stopped.
    pub fn wait(&mut self) -> ExitStatus {
        let log = self.log_file();
        ended(&mut self.process, || {
            format!("the node does not stop:\n{}", read(&log))
        })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing left to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(log: &Path) -> String {
    fs::read_to_string(log).unwrap_or_default()
}

fn configure(command: &mut Command, home: &Path, port: u16, settings: &Settings) {
    command.current_dir(home).env_clear();
    command.env("PATH", "/usr/bin:/bin");
    command.env("HODLXXI_BIND", format!("127.0.0.1:{port}"));
    command.env("HODLXXI_ISSUER", format!("http://localhost:{port}"));
    command.env("HODLXXI_DATA_DIR", home.join("data"));
    command.envs(settings.iter().map(|(name, value)| (name, value)));
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

/// A port that was free a moment ago, and that this test program gives to nobody else. It lies below those that the
/// system takes for connections by itself, so that none of them is in the way later.
pub fn free_port() -> u16 {
    const FIRST: u32 = 10_000;
    const MANY: u32 = 22_000;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    // Test programs that run side by side begin at different places.
    let begin = std::process::id().wrapping_mul(97);
    for _ in 0..MANY {
        let number = begin.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(FIRST + number % MANY).expect("below 32,000");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("every port is taken")
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

/// The server of the version before, which `tests/previous` builds.
pub fn previous_binary() -> PathBuf {
    let target = build_folder();
    let target = target.parent().expect("the target folder");
    let path = target.join("previous/hodlxxi");
    assert!(
        path.is_file(),
        "{} is missing: run tests/previous, or `make test`",
        path.display()
    );
    path
}
