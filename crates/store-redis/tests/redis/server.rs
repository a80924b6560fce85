//! A Redis server of a test's own, which it may halt, fill up and forbid.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running Redis. Dropped, it is stopped.
pub(crate) struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts one, and waits until it listens.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/servers/redis");
        let mut command = Command::new(program);
        command.args([env!("CARGO_TARGET_TMPDIR"), &port.to_string()]);
        let process = command.stdout(Stdio::null()).spawn().unwrap();
        let server = Self { process, port };
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begin.elapsed() < Duration::from_secs(30), "no Redis");
            sleep(Duration::from_millis(20));
        }
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://default:test@127.0.0.1:{}", self.port)
    }

    /// Runs a command of Redis.
    pub(crate) fn say(&self, words: &[&str]) -> redis::RedisResult<()> {
        let client = redis::Client::open(self.url()).unwrap();
        let mut conn = client.get_connection().unwrap();
        redis::cmd(words[0]).arg(&words[1..]).exec(&mut conn)
    }

    /// Has it listen on without answering anybody, until it [goes on](Self::go_on).
    pub(crate) fn halt(&self) {
        self.signal("-STOP");
    }

    /// See [`halt`](Self::halt).
    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        let process = self.process.id().to_string();
        let sent = Command::new("kill").args([name, &process]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
