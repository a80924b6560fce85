//! The servers around ours: a PostgreSQL that waits for its disk as in earnest, and a Redis.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::connection::SimpleConnection as _;
use diesel::dsl::sql;
use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _};
use hodlxxi_tests::node::free_port;
use hodlxxi_tests::programs::tests_folder;
use tempfile::TempDir;

use crate::process::Process;

/// A PostgreSQL with its own durability: a commit is on the disk before it is answered.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    log: PathBuf,
    // Dropped last: what is in it is in use until then.
    _folder: TempDir,
}

impl Postgres {
    /// Starts one in a folder of its own.
    pub fn start() -> Self {
        let (folder, data, log) = folder_for("postgres");
        let port = free_port();
        let mut command = script("postgres", &data, port);
        command.args(["-c", "max_connections=200", "-c", "log_line_prefix=%p "]);
        // It listens before it lets anybody in.
        let process = Process::until(&mut command, &log, port, "INT", || {
            PgConnection::establish(&url(port, "postgres")).is_ok()
        });
        Self {
            process,
            log,
            _folder: folder,
        }
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        url(self.process.port, database)
    }

    /// The same, whose connections have their statements written to the log.
    pub fn told_url(&self, database: &str) -> String {
        format!("{}?options=-clog_statement%3Dall", self.url(database))
    }

    /// Makes an empty database.
    pub fn create(&self, database: &str) {
        let connection = PgConnection::establish(&self.url("postgres"));
        let mut connection = connection.expect("a connection");
        let made = connection.batch_execute(&format!("CREATE DATABASE {database}"));
        made.expect("a database");
    }

    /// Its version.
    pub fn version(&self) -> String {
        let connection = PgConnection::establish(&self.url("postgres"));
        let version = diesel::select(sql::<Text>("current_setting('server_version')"));
        let version = version.get_result(&mut connection.expect("a connection"));
        version.expect("its version")
    }

    /// What it has logged from byte `from` on.
    pub fn log(&self, from: usize) -> String {
        let text = fs::read(&self.log).expect("its log");
        String::from_utf8_lossy(&text[from..]).into_owned()
    }

    /// How much it has logged, in bytes.
    pub fn logged(&self) -> usize {
        fs::read(&self.log).expect("its log").len()
    }
}

/// A Redis that keeps nothing on disk.
#[derive(Debug)]
pub struct Redis {
    process: Process,
    _folder: TempDir,
}

impl Redis {
    /// Starts one in a folder of its own.
    pub fn start() -> Self {
        let (folder, data, log) = folder_for("redis");
        let port = free_port();
        Self {
            process: Process::listening(&mut script("redis", &data, port), &log, port),
            _folder: folder,
        }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("redis://default:test@127.0.0.1:{}", self.process.port)
    }

    /// How many requests it has read. A script is one, whatever it calls.
    pub fn requests(&self) -> u32 {
        let stream = TcpStream::connect(("127.0.0.1", self.process.port));
        let mut stream = stream.expect("a connection");
        let asked = stream.write_all(b"AUTH default test\r\nINFO stats\r\nQUIT\r\n");
        asked.expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("its answer");
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("total_reads_processed:"));
        line.expect("the total").parse().expect("a number")
    }
}

fn url(port: u16, database: &str) -> String {
    format!("postgres://hodlxxi@127.0.0.1:{port}/{database}")
}

fn folder_for(name: &str) -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    // PostgreSQL runs as a user of its own, who has to get to its data.
    let open = Command::new("chmod").arg("755").arg(folder.path()).status();
    assert!(open.is_ok_and(|status| status.success()), "chmod fails");
    let data = folder.path().join(name);
    fs::create_dir(&data).expect("a folder for its data");
    let log = folder.path().join("log");
    (folder, data, log)
}

fn script(name: &str, data: &Path, port: u16) -> Command {
    let mut command = Command::new(tests_folder().join("servers").join(name));
    command.arg(data).arg(port.to_string());
    command
}
