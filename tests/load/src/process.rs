//! A process under measurement: what it took of the machine, read from `/proc`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use hodlxxi_tests::programs::{Background, output};

/// A running server. Dropped, it is stopped.
#[derive(Debug)]
pub struct Process {
    running: Background,
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// From its start until it answered.
    pub start_up: Duration,
}

impl Process {
    /// Starts a server that writes to the file `log`, and waits until `path` is answered 200.
    pub fn serving(command: &mut Command, log: &Path, port: u16, path: &str) -> Self {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Self::until(command, log, port, || answers(port, &request))
    }

    /// Starts a server that writes to the file `log`, and waits until it listens.
    pub fn listening(command: &mut Command, log: &Path, port: u16) -> Self {
        Self::until(command, log, port, || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
    }

    fn until(command: &mut Command, log: &Path, port: u16, is_up: impl Fn() -> bool) -> Self {
        let started = Instant::now();
        let running = Background::start_logged(command, log).wait_until_up(is_up);
        Self {
            running,
            port,
            start_up: started.elapsed(),
        }
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
        let path = format!("/proc/{}/{name}", self.running.id());
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
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
