//! A process under measurement: what it took of the machine, read from `/proc`.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hodlxxi_tests::programs::output;

/// How long a server may take to answer its first request.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server. Dropped, it is asked to stop, and waited for.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// The signal that stops it.
    signal: &'static str,
    /// From its start until it answered.
    pub start_up: Duration,
}

impl Process {
    /// Starts a server that writes to the file `log`, and waits until `path` is answered 200.
    pub fn serving(command: &mut Command, log: &Path, port: u16, path: &str) -> Self {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Self::until(command, log, port, "TERM", || answers(port, &request))
    }

    /// Starts a server that writes to the file `log`, and waits until it listens.
    pub fn listening(command: &mut Command, log: &Path, port: u16) -> Self {
        Self::until(command, log, port, "TERM", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
    }

    /// Starts a server that writes to the file `log` and stops at `signal`, and waits until `is_up`.
    pub fn until(
        command: &mut Command,
        log: &Path,
        port: u16,
        signal: &'static str,
        is_up: impl Fn() -> bool,
    ) -> Self {
        let said = File::create(log).expect("a file for what it says");
        command.stdin(Stdio::null());
        command
            .stdout(said.try_clone().expect("the file"))
            .stderr(said);
        let started = Instant::now();
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut process = Self {
            child,
            port,
            signal,
            start_up: Duration::ZERO,
        };
        while !is_up() {
            let ended = process.child.try_wait().expect("its state").is_some();
            assert!(
                !ended && started.elapsed() < PATIENCE,
                "{command:?} does not answer:\n{}",
                fs::read_to_string(log).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        process.start_up = started.elapsed();
        process
    }

    /// The processor time that it has used, in seconds.
    pub fn cpu(&self) -> f64 {
        let stat = self.proc("stat");
        // The name, in parentheses, may hold anything; after it, the 12th and 13th fields.
        let fields = stat.rsplit_once(") ").expect("a name").1;
        let ticks = fields.split(' ').skip(11).take(2);
        let ticks = ticks.map(|ticks| ticks.parse::<f64>().expect("ticks"));
        ticks.sum::<f64>() / ticks_per_second()
    }

    /// The memory that it holds, in megabytes.
    pub fn memory(&self) -> f64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kilobytes: f64 = kilobytes.expect("VmRSS").parse().expect("a number");
        kilobytes / 1e3
    }

    fn proc(&self, name: &str) -> String {
        let path = format!("/proc/{}/{name}", self.child.id());
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        // One that has ended already needs no signal.
        let _ = Command::new("kill")
            .args(["-s", self.signal, &id])
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
    }
}

fn answers(port: u16, request: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let mut answer = Vec::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_end(&mut answer).is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}

fn ticks_per_second() -> f64 {
    let ticks = output(Command::new("getconf").arg("CLK_TCK"));
    ticks.parse().expect("a number")
}
