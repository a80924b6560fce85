//! A Redis of a test's own, which it stops, starts again and empties.

use std::process::Command;

use tempfile::TempDir;

use crate::front::Certificate;
use crate::node::free_port;
use crate::programs::{Background, debian, output, tests_folder};

/// A running Redis. Dropped, it is stopped.
#[derive(Debug)]
pub struct Redis {
    process: Option<Background>,
    port: u16,
    tls: bool,
    home: TempDir,
}

impl Redis {
    /// Starts one, and waits until it listens.
    pub fn start() -> Self {
        Self::launch(false)
    }

    /// Starts one that speaks TLS alone, with the certificate of this run.
    pub fn start_with_tls() -> Self {
        Self::launch(true)
    }

    fn launch(tls: bool) -> Self {
        let mut redis = Self {
            process: None,
            port: free_port(),
            tls,
            home: tempfile::tempdir().expect("a folder"),
        };
        redis.start_again();
        redis
    }

    /// Where it is, with its password.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "rediss" } else { "redis" };
        format!("{scheme}://:test@localhost:{}", self.port)
    }

    /// Stops it: nobody listens, and what it did not save is gone.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Starts it again on the same port, with what it saved, which is nothing unless it was told to.
    pub fn start_again(&mut self) {
        let mut command = Command::new(tests_folder().join("servers/redis"));
        command.arg(self.home.path());
        if self.tls {
            let made = Certificate::of_this_run();
            command.args(["0", "--tls-port", &self.port.to_string()]);
            command.args(["--tls-cert-file", &made.file("server.pem")]);
            command.args(["--tls-key-file", &made.file("server.key")]);
            command.args(["--tls-ca-cert-file", &made.file("authority.pem")]);
            command.args(["--tls-auth-clients", "no"]);
        } else {
            command.arg(self.port.to_string());
        }
        self.process = Some(Background::start(&mut command).wait_for(self.port));
    }

    /// Has it listen on without answering anybody, until it [goes on](Self::go_on).
    pub fn halt(&self) {
        self.signal("STOP");
    }

    /// See [`halt`](Self::halt).
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let process = self.process.as_ref();
        process.expect("it runs").signal(name);
    }

    /// Runs a command of Redis itself, and answers what it prints.
    #[track_caller]
    pub fn say(&self, words: &[&str]) -> String {
        let mut command = debian("redis-cli");
        // Without a user's name it would give an empty one.
        let url = self.url().replace("//:", "//default:");
        command.args(["--no-auth-warning", "-e", "-u", &url]);
        if self.tls {
            command.args([
                "--cacert",
                &Certificate::of_this_run().file("authority.pem"),
            ]);
        }
        output(command.args(words))
    }
}
