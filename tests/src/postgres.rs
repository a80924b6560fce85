//! A PostgreSQL of one test's own, to be stopped, hung and started again; what it was told is safe is on disk.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::node::free_port;
use crate::programs::{Background, signal, tests_folder};

/// A running PostgreSQL, or one that was stopped. Dropped, it is stopped and its data are removed.
#[derive(Debug)]
pub struct Postgres {
    process: Option<Background>,
    port: u16,
    options: Vec<String>,
    folder: TempDir,
}

impl Postgres {
    /// Starts a new one, with the settings that PostgreSQL has by itself.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a new one with more options on its command line.
    pub fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // It runs as a user of its own, who has to get to its folder.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        fs::create_dir(folder.path().join("data")).expect("a folder");
        let mut postgres = Self {
            process: None,
            port: free_port(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            folder,
        };
        postgres.start_again();
        postgres
    }

    /// The URL of its database `postgres`.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The URL of one of its databases.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://hodlxxi@127.0.0.1:{}/{database}", self.port)
    }

    /// The file that it logs to.
    pub fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Stops it as an operator in a hurry does: its clients are hung up on.
    pub fn stop(&mut self) {
        let process = self.process.take().expect("a running PostgreSQL");
        process.signal("INT");
        process.wait();
    }

    /// Starts it again on the same data and port, and waits until it serves.
    pub fn start_again(&mut self) {
        let mut command = Command::new(tests_folder().join("servers/postgres"));
        command
            .arg(self.folder.path().join("data"))
            .arg(self.port.to_string())
            .args(&self.options);
        let running = Background::start_logged(&mut command, &self.log_file());
        // It listens before it lets anybody in.
        self.process = Some(running.wait_until_up(|| self.serves()));
    }

    fn serves(&self) -> bool {
        let mut probe = crate::programs::postgres_program("pg_isready");
        probe.args(["--quiet", "-d", &self.url()]);
        probe.status().expect("pg_isready runs").success()
    }

    /// Makes it hang: it keeps its connections, takes new ones, and answers none.
    pub fn hang(&self) {
        self.signal_all("STOP");
        assert!(
            TcpStream::connect(("127.0.0.1", self.port)).is_ok(),
            "it hangs, and is not gone"
        );
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal_all("CONT");
    }

    /// Signals the postmaster and every process of it.
    fn signal_all(&self, name: &str) {
        let postmaster = self.process.as_ref().expect("a running PostgreSQL").id();
        for id in [postmaster].into_iter().chain(children(postmaster)) {
            signal(id, name);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(process) = &self.process {
            self.go_on();
            // SIGTERM alone would wait for its clients.
            process.signal("INT");
        }
    }
}

/// The processes whose parent is `id`.
fn children(id: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parent = |child: u32| -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
    };
    ids.filter(|child| parent(*child) == Some(id)).collect()
}
