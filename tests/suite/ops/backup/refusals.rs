//! What is refused: each with one line and exit code 2, and nothing is changed.

use std::fs;
use std::path::Path;

use hodlxxi_tests::installation::{Installation, Storage, sql};
use hodlxxi_tests::node::run_alone;
use hodlxxi_tests::person::Person;
use hodlxxi_tests::programs::{debian, output};
use hodlxxi_tests::server::Server;

use super::{BOTH, Safe, refused, said, text};

/// Asserts that the server's account of alice is as it was.
fn nothing_changed(server: &Server, user: &str) {
    let shown = said(&server.run(&["user", "list"]));
    assert!(shown.contains(user), "{shown}");
}

/// A server with one account, stopped, and a backup of it.
fn stopped(installation: Installation, safe: &Safe) -> (Server, String, std::path::PathBuf) {
    let mut server = Server::start_on(installation, &[]);
    let user = Person::named("alice").sign_in(&server.browser());
    let user = hodlxxi_tests::person::text(&user, "user_id").to_owned();
    let file = safe.backup(&server, "a.backup");
    server.terminate();
    server.wait();
    (server, user, file)
}

#[test]
fn a_file_that_is_cut_altered_or_opened_with_another_key() {
    for installation in BOTH {
        let safe = Safe::new();
        let (server, user, file) = stopped(installation, &safe);
        let whole = fs::read(&file).expect("the file");
        let broken = safe.path("broken");
        let both = |words: &str| {
            refused(&safe.run(&server, "verify-backup", &broken, &[]), words);
            refused(&safe.run(&server, "restore", &broken, &["--force"]), words);
        };
        for part in [0, 1, 2, 10, 50, 90, 99] {
            fs::write(&broken, &whole[..whole.len() * part / 100]).expect("written");
            both("broken");
        }
        fs::write(&broken, &whole[..whole.len() - 1]).expect("written");
        both("altered");
        for at in [0, 30, 100, 170, whole.len() / 2, whole.len() - 1] {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            fs::write(&broken, altered).expect("written");
            both("broken");
        }
        fs::write(&broken, [&whole[..], b"x"].concat()).expect("written");
        both("altered");
        // The system that this one replaces wrote such files, and called them backups.
        fs::write(
            &broken,
            [
                0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            ],
        )
        .expect("written");
        both("no backup");
        let other = Safe::new();
        refused(
            &other.run(&server, "verify-backup", &file, &[]),
            "does not open",
        );
        refused(
            &other.run(&server, "restore", &file, &["--force"]),
            "does not open",
        );
        refused(
            &safe.run(&server, "restore", &safe.path("missing"), &[]),
            "missing",
        );
        nothing_changed(&server, &user);
    }
}

#[test]
fn a_backup_of_the_other_database_or_under_another_master_key() {
    let safe = Safe::new();
    let (sqlite, sqlite_user, of_sqlite) = stopped(Installation::Sqlite, &safe);
    fs::rename(&of_sqlite, safe.path("sqlite")).expect("renamed");
    let of_sqlite = safe.path("sqlite");
    let (postgres, postgres_user, of_postgres) = stopped(Installation::Postgres, &safe);
    // With one master key between them, what is left is that they are two kinds of database.
    let key = |server: &Server| server.data_dir().join("master.key");
    let kept = fs::read(key(&postgres)).expect("its key");
    for (server, file) in [(&sqlite, &of_postgres), (&postgres, &of_sqlite)] {
        let kept = fs::read(key(server)).expect("its key");
        refused(&safe.run(server, "verify-backup", file, &[]), "master key");
        refused(
            &safe.run(server, "restore", file, &["--force"]),
            "master key",
        );
        let other = if file == &of_sqlite {
            &sqlite
        } else {
            &postgres
        };
        fs::copy(key(other), key(server)).expect("copied");
        refused(&safe.run(server, "verify-backup", file, &[]), "PostgreSQL");
        refused(
            &safe.run(server, "restore", file, &["--force"]),
            "PostgreSQL",
        );
        fs::write(key(server), kept).expect("put back");
    }
    assert_eq!(fs::read(key(&postgres)).expect("its key"), kept);
    nothing_changed(&sqlite, &sqlite_user);
    nothing_changed(&postgres, &postgres_user);
    // No master key at all: none is made, and nothing else is.
    let alone = [("HODLXXI_DATA_DIR", "data")];
    let identity = safe.identity();
    let arguments = ["restore", text(&of_sqlite), "--identity", text(&identity)];
    refused(&run_alone(&alone, &arguments), "master key");
    refused(
        &run_alone(&alone, &["backup", "x", "-r", &safe.recipient]),
        "master key",
    );
}

#[test]
fn a_backup_of_a_newer_version() {
    for installation in BOTH {
        let safe = Safe::new();
        let (server, user, _) = stopped(installation, &safe);
        execute(
            &server,
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000001')",
        );
        let arguments =
            ["backup", text(&safe.path("newer")), "-r", &safe.recipient].map(str::to_owned);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        refused(&server.run(&arguments), "newer version");
        assert!(!safe.path("newer").exists());
        nothing_changed(&server, &user);
    }
}

/// Runs SQL on the server's database.
fn execute(server: &Server, statement: &str) {
    if let Some(storage) = server.storage() {
        sql(&storage.postgres(), statement);
        return;
    }
    let file = server.data_dir().join("hodlxxi.db");
    output(debian("sqlite3").arg(file).arg(statement));
}

#[test]
fn a_target_that_runs_or_is_not_empty() {
    for installation in BOTH {
        let safe = Safe::new();
        let server = Server::start_on(installation, &[]);
        let user = Person::named("alice").sign_in(&server.browser());
        let user = hodlxxi_tests::person::text(&user, "user_id");
        let file = safe.backup(&server, "a.backup");
        refused(
            &safe.run(&server, "restore", &file, &["--force"]),
            "stop every server",
        );
        refused(
            &safe.run(&server, "restore", &file, &[]),
            "stop every server",
        );
        assert_eq!(server.browser().get("/health/ready").status, 200);
        nothing_changed(&server, user);
        let mut server = server;
        server.terminate();
        server.wait();
        refused(&safe.run(&server, "restore", &file, &[]), "not empty");
        nothing_changed(&server, user);
    }
}

#[test]
fn arguments_that_say_too_little_or_too_much() {
    let safe = Safe::new();
    let (server, _, file) = stopped(Installation::Postgres, &safe);
    let new = safe.path("new");
    let (file, new) = (text(&file), text(&new));
    refused(&server.run(&["backup", new]), "--recipient");
    refused(&server.run(&["restore", file]), "--identity");
    refused(
        &server.run(&["backup", file, "-r", &safe.recipient]),
        "is there already",
    );
    let secret = fs::read_to_string(safe.identity()).expect("the key");
    let secret = secret.lines().last().expect("its last line");
    let output = server.run(&["backup", new, "-r", secret]);
    refused(&output, "recipient 1");
    assert!(
        !String::from_utf8_lossy(&output.stderr).contains(secret),
        "a secret key is shown"
    );
    let scratch = Storage::new()
        .postgres()
        .replace("://hodlxxi@", "://hodlxxi:hush@");
    let output = safe.run(
        &server,
        "verify-backup",
        Path::new(file),
        &["--scratch-url", &scratch],
    );
    refused(&output, "password");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("hush"));
    let unreachable = [
        ("DATABASE_URL", "postgres://id:hush@127.0.0.1:1/id"),
        (
            "HODLXXI_MASTER_KEY",
            "746865206d6173746572206b6579206f6620616c6c2074686520746573747320",
        ),
    ];
    let output = run_alone(&unreachable, &["backup", new, "-r", &safe.recipient]);
    refused(&output, "127.0.0.1");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("hush"));
    assert!(!Path::new(new).exists());
}
