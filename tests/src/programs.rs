//! Programs of others, which `tests/install` puts in place. One that is missing fails the test that needs it.

use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::front::trust;
use crate::waiting::wait_until;

/// The folder of this package.
pub fn tests_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Where screenshots stay, for people to look at.
pub fn screenshots() -> PathBuf {
    let folder = tests_folder().join("output");
    fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}

/// The top of the repository.
pub fn repository() -> PathBuf {
    tests_folder()
        .parent()
        .expect("the package's parent")
        .to_owned()
}

/// A new command of Node for a script of `interop/npm`, or one given by its whole path.
pub fn node(script: impl AsRef<Path>) -> Command {
    let folder = tests_folder().join("interop/npm");
    let modules = folder.join("node_modules");
    assert!(
        modules.is_dir(),
        "{} is missing: run tests/install",
        modules.display()
    );
    let mut command = Command::new("node");
    command.arg(folder.join(script)).current_dir(&folder);
    trust(&mut command);
    command
}

/// A new command of one of the programs in the Python environment, such as `python`.
pub fn python(program: &str) -> Command {
    let path = tests_folder().join(".tools/python/bin").join(program);
    assert!(
        path.is_file(),
        "{} is missing: run tests/install",
        path.display()
    );
    let mut command = Command::new(path);
    trust(&mut command);
    command
}

/// A Debian program.
pub fn debian(program: &str) -> Command {
    let folders = ["/usr/bin", "/usr/sbin", "/usr/games"];
    let found = folders
        .iter()
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.is_file());
    Command::new(found.unwrap_or_else(|| panic!("{program} is missing: run tests/install")))
}

/// A program of the newest PostgreSQL that is installed, past Debian's wrappers.
pub fn postgres_program(program: &str) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let version = |entry: &std::fs::DirEntry| {
        entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
    };
    let newest = versions.max_by_key(version);
    let newest = newest.expect("PostgreSQL is missing: run tests/install");
    Command::new(newest.path().join("bin").join(program))
}

/// Runs a command to its end and answers what it printed, trimmed; it must succeed.
#[track_caller]
pub fn output(command: &mut Command) -> String {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?} ended with {}:\n{text}\n{errors}",
        output.status
    );
    text
}

/// Asks a process to stop (SIGTERM), as a service manager does.
pub fn terminate(process: &Child) {
    signal(process.id(), "TERM");
}

/// Kills a process (SIGKILL): it gets no chance to finish anything.
pub fn kill(process: &Child) {
    signal(process.id(), "KILL");
}

/// Sends a signal to a process that the test started.
pub fn signal(id: u32, name: &str) {
    let script = format!("kill -{name} {id} 2>/dev/null");
    // One that has ended already needs no signal.
    let _ = Command::new("sh").arg("-c").arg(script).status();
}

/// Waits until a process has ended, and answers how; if it does not, the test fails, and says what `otherwise` answers.
#[track_caller]
pub fn ended(process: &mut Child, otherwise: impl FnOnce() -> String) -> ExitStatus {
    let mut status = None;
    let mut has_ended = || {
        status = process.try_wait().expect("the process's state");
        status.is_some()
    };
    wait_until(&mut has_ended, otherwise);
    status.expect("its end")
}

/// A program that runs in the background and is stopped when dropped.
#[derive(Debug)]
pub struct Background {
    process: Child,
    /// Where what it says goes, if anywhere.
    log: Option<PathBuf>,
}

impl Background {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        Self::spawn(command.stdout(Stdio::null()), None)
    }

    /// The same; what it says is written to the file `log`.
    pub fn start_logged(command: &mut Command, log: &Path) -> Self {
        let file = File::create(log).expect("a file for what it says");
        command.stdout(file.try_clone().expect("the file"));
        Self::spawn(command.stderr(file), Some(log.to_owned()))
    }

    fn spawn(command: &mut Command, log: Option<PathBuf>) -> Self {
        let spawned = command.stdin(Stdio::null()).spawn();
        Self {
            process: spawned.unwrap_or_else(|error| panic!("{command:?}: {error}")),
            log,
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends it a signal, by name.
    pub fn signal(&self, name: &str) {
        signal(self.process.id(), name);
    }

    /// Waits until it has ended by itself, and answers how.
    pub fn wait(mut self) -> ExitStatus {
        ended(&mut self.process, || "the program does not end".to_owned())
    }

    /// Waits until it listens on a port of this machine.
    #[must_use]
    pub fn wait_for(self, port: u16) -> Self {
        self.wait_until_up(|| TcpStream::connect(("localhost", port)).is_ok())
    }

    /// Waits until `is_up`.
    #[must_use]
    pub fn wait_until_up(mut self, is_up: impl Fn() -> bool) -> Self {
        let Self { process, log } = &mut self;
        let said = || {
            let text = log.as_ref().map(std::fs::read_to_string);
            text.and_then(Result::ok).unwrap_or_default()
        };
        let is_up = || {
            if let Some(status) = process.try_wait().expect("its state") {
                panic!("the program ended with {status}:\n{}", said());
            }
            is_up()
        };
        wait_until(is_up, || format!("the program does not serve:\n{}", said()));
        self
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Asked, not killed: some have children of their own to stop.
        terminate(&self.process);
        let started = Instant::now();
        while matches!(self.process.try_wait(), Ok(None))
            && started.elapsed() < Duration::from_secs(5)
        {
            thread::sleep(Duration::from_millis(20));
        }
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
