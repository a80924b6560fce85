//! PostgreSQL's own programs: found, asked for their version, run, and heard when they fail.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use thiserror::Error;

use super::line::Line;
use crate::url::DatabaseUrl;

/// Where Debian puts the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The most that is told of what a program said, in characters.
const TOLD: usize = 300;

/// Where PostgreSQL's programs are.
#[derive(Debug, Clone, Default)]
pub struct PgTools {
    folder: Option<PathBuf>,
}

/// Why a program of PostgreSQL's did not do its work.
#[derive(Debug, Error)]
pub enum ToolError {
    /// It is not installed.
    #[error(
        "{0} is not to be found: install the PostgreSQL client programs, or name their folder by --pg-bin"
    )]
    Missing(&'static str),
    /// It is of an older version than the server, and would refuse.
    #[error(
        "{program} is of PostgreSQL {found}, and the server is {server}: install the client programs of version {server} or newer"
    )]
    Older {
        /// The program.
        program: &'static str,
        /// Its major version.
        found: u64,
        /// The server's major version.
        server: u64,
    },
    /// It cannot be run.
    #[error("{program} cannot be run")]
    Run {
        /// The program.
        program: &'static str,
        /// Why.
        source: io::Error,
    },
    /// It failed.
    #[error("{program} failed: {said}")]
    Failed {
        /// The program.
        program: &'static str,
        /// What it said, in short.
        said: String,
    },
    /// The URL cannot be given to a program.
    #[error("the database URL cannot be given to PostgreSQL's programs")]
    Url,
    /// The URL holds a second password.
    #[error(
        "sslpassword cannot be given to PostgreSQL's programs: keep the key of the TLS certificate without one"
    )]
    KeyPassword,
}

impl PgTools {
    /// The programs in `folder`, or, without one, those on the `PATH` and in Debian's folders.
    pub const fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// A command of `program`, which is at least of the server's major version, connected to `url`
    /// and set to ask for no password.
    pub(super) fn connected(
        &self,
        program: &'static str,
        server: u64,
        url: &DatabaseUrl,
    ) -> Result<Tool, ToolError> {
        let line = Line::of(url)?;
        let mut tool = self.tool(program, server)?;
        tool.command
            .args(["--no-password", "--dbname", &line.url])
            .env("PGCONNECT_TIMEOUT", "30");
        if let Some(password) = &line.password {
            tool.command.env("PGPASSWORD", password.as_str());
        }
        Ok(tool)
    }

    /// A command of `program`, which is at least of major version `server`.
    pub(super) fn tool(&self, program: &'static str, server: u64) -> Result<Tool, ToolError> {
        let mut newest = None;
        for path in self.candidates(program) {
            match major(&path) {
                Some(found) if found >= server => return Tool::new(program, &path),
                found => newest = newest.max(found),
            }
        }
        Err(
            newest.map_or(ToolError::Missing(program), |found| ToolError::Older {
                program,
                found,
                server,
            }),
        )
    }

    fn candidates(&self, program: &str) -> Vec<PathBuf> {
        if let Some(folder) = &self.folder {
            return vec![folder.join(program)];
        }
        let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path()).collect();
        // Any that is new enough does; of several, the same one every time.
        folders.sort_unstable();
        let of_debian = folders
            .iter()
            .map(|folder| folder.join("bin").join(program));
        std::iter::once(PathBuf::from(program))
            .chain(of_debian)
            .collect()
    }
}

/// The major version that a program says it has: `pg_dump (PostgreSQL) 15.18 (Debian …)`.
fn major(program: &Path) -> Option<u64> {
    let output = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let version = said.split("(PostgreSQL)").nth(1)?.trim_start();
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// A program about to be run, in a language that is understood, its complaints kept.
pub(super) struct Tool {
    program: &'static str,
    pub(super) command: Command,
    complaints: File,
}

impl Tool {
    fn new(program: &'static str, path: &Path) -> Result<Self, ToolError> {
        let failed = |source| ToolError::Run { program, source };
        let complaints = tempfile::tempfile().map_err(failed)?;
        let mut command = Command::new(path);
        command
            .env("LC_ALL", "C.UTF-8")
            .env("PGAPPNAME", "hodlxxi backup")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(complaints.try_clone().map_err(failed)?);
        Ok(Self {
            program,
            command,
            complaints,
        })
    }

    /// Starts it.
    pub(super) fn start(mut self) -> Result<Running, ToolError> {
        let child = self.command.spawn().map_err(|source| ToolError::Run {
            program: self.program,
            source,
        })?;
        Ok(Running { tool: self, child })
    }

    /// Runs it to its end.
    pub(super) fn run(self) -> Result<(), ToolError> {
        self.start()?.end()
    }

    /// Runs it to its end; what it printed.
    pub(super) fn output(mut self) -> Result<String, ToolError> {
        self.command.stdout(Stdio::piped());
        let mut running = self.start()?;
        let mut printed = String::new();
        let read = running
            .stdout()
            .map_or(Ok(0), |mut output| output.read_to_string(&mut printed));
        let program = running.tool.program;
        running.end()?;
        read.map_err(|source| ToolError::Run { program, source })?;
        Ok(printed)
    }

    /// The line that says what went wrong, without the rows that other lines may show.
    fn said(&mut self) -> Option<String> {
        let mut text = Vec::new();
        self.complaints.rewind().ok()?;
        (&self.complaints)
            .take(64 * 1024)
            .read_to_end(&mut text)
            .ok()?;
        let text = String::from_utf8_lossy(&text);
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let is_error = |line: &&str| line.contains("ERROR:") || line.contains("error:");
        let line = lines.clone().find(is_error).or_else(|| lines.next())?;
        Some(line.chars().take(TOLD).collect())
    }
}

/// A program that runs.
pub(super) struct Running {
    tool: Tool,
    child: Child,
}

impl Running {
    /// What it reads, where that is piped; to be dropped before [`end`](Self::end).
    pub(super) const fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// What it prints, where that is piped.
    pub(super) const fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits for its end: only an exit code of 0 is success.
    pub(super) fn end(mut self) -> Result<(), ToolError> {
        let program = self.tool.program;
        let status = self.child.wait();
        let status = status.map_err(|source| ToolError::Run { program, source })?;
        if status.success() {
            return Ok(());
        }
        let said = self.tool.said().unwrap_or_else(|| status.to_string());
        Err(ToolError::Failed { program, said })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A folder with a program of that name that is this script.
    fn folder(program: &str, script: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(program);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
        folder
    }

    fn tools(folder: &tempfile::TempDir) -> PgTools {
        PgTools::new(Some(folder.path().to_owned()))
    }

    #[test]
    fn a_program_older_than_the_server_is_told() {
        let folder = folder(
            "pg_dump",
            "echo 'pg_dump (PostgreSQL) 13.4 (Debian 13.4-1)'",
        );
        assert!(tools(&folder).tool("pg_dump", 13).is_ok());
        let Err(error) = tools(&folder).tool("pg_dump", 15) else {
            panic!("13 is older than 15")
        };
        assert!(
            matches!(
                error,
                ToolError::Older {
                    found: 13,
                    server: 15,
                    ..
                }
            ),
            "{error}"
        );
        let missing = tools(&folder).tool("psql", 15).err();
        assert!(matches!(missing, Some(ToolError::Missing("psql"))));
    }

    #[test]
    fn what_a_program_complains_of_is_told_in_one_line() {
        let script = "echo 'psql (PostgreSQL) 15.1'; echo warning >&2; \
                      echo 'psql:<stdin>:7: ERROR:  no such thing' >&2; echo 'CONTEXT: a row' >&2; \
                      [ \"$1\" = --version ]";
        let folder = folder("psql", script);
        let error = tools(&folder).tool("psql", 15).unwrap().run().unwrap_err();
        let told = error.to_string();
        assert_eq!(told, "psql failed: psql:<stdin>:7: ERROR:  no such thing");
    }

    #[test]
    fn silence_is_told_by_its_exit_code() {
        let script = "echo 'psql (PostgreSQL) 15.1'; [ \"$1\" = --version ] || exit 3";
        let folder = folder("psql", script);
        let error = tools(&folder)
            .tool("psql", 15)
            .unwrap()
            .output()
            .unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }
}
