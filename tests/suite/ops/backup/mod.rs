//! Backups: taken from a running server, proven, restored after the loss of everything, and refused where they are not
//! what they say. On both databases, whatever the run was told.

mod refusals;
mod way_back;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use hodlxxi_tests::installation::{Installation, sql};
use hodlxxi_tests::programs::{debian, output};
use hodlxxi_tests::server::Server;
use tempfile::TempDir;

const BOTH: [Installation; 2] = [Installation::Sqlite, Installation::Postgres];

/// A safe for backups, with a key of age that the server does not have.
struct Safe {
    folder: TempDir,
    recipient: String,
}

impl Safe {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let identity = folder.path().join("key.txt");
        output(debian("age-keygen").arg("-o").arg(&identity));
        let recipient = output(debian("age-keygen").arg("-y").arg(&identity));
        Self { folder, recipient }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn identity(&self) -> PathBuf {
        self.path("key.txt")
    }

    /// Backs `server` up into the file `name`.
    fn backup(&self, server: &Server, name: &str) -> PathBuf {
        let file = self.path(name);
        let arguments = ["backup", text(&file), "--recipient", &self.recipient];
        said(&server.run(&arguments));
        file
    }

    /// Runs `verify-backup` or `restore` on `file`.
    fn run(&self, server: &Server, command: &str, file: &Path, more: &[&str]) -> Output {
        let identity = self.identity();
        let arguments = [command, text(file), "--identity", text(&identity)];
        server.run(&[&arguments, more].concat())
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Asserts a refusal: exit code 2, one line on standard error that holds `words`, nothing on standard output.
#[track_caller]
fn refused(output: &Output, words: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(errors.trim_end().lines().count(), 1, "{errors}");
    assert!(
        errors.starts_with("hodlxxi: ") && errors.contains(words),
        "{words}: {errors}"
    );
    assert!(output.stdout.is_empty(), "{output:?}");
}

/// Takes away all that the server kept, but the master key.
fn destroy(server: &Server) {
    if let Some(storage) = server.storage() {
        sql(&storage.postgres(), "DROP SCHEMA public CASCADE");
        sql(&storage.postgres(), "CREATE SCHEMA public");
    }
    for name in ["hodlxxi.db", "hodlxxi.db-wal", "hodlxxi.db-shm"] {
        let path = server.data_dir().join(name);
        if path.exists() {
            fs::remove_file(path).expect("removed");
        }
    }
}
