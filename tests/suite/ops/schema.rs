//! A program and a schema that do not go together: one line, exit code 2, and nothing is changed.

use std::process::Output;

use hodlxxi_tests::installation::{Storage, sql};
use hodlxxi_tests::node::run_alone;

fn run(database: &str, command: &[&str]) -> Output {
    let settings = [("DATABASE_URL", database), ("HODLXXI_BIND", "127.0.0.1:0")];
    run_alone(&settings, command)
}

/// Runs a command on `database`, which must refuse; answers its one line.
#[track_caller]
fn refusal(database: &str, command: &[&str]) -> String {
    let output = run(database, command);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let line = String::from_utf8_lossy(&output.stderr)
        .trim_end()
        .to_owned();
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}

fn tables(database: &str) -> String {
    sql(
        database,
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
    )
}

#[test]
fn a_schema_that_is_behind_ends_the_start_and_names_the_command() {
    let storage = Storage::new();
    let database = storage.postgres();
    for command in [&["serve"][..], &["client", "list"]] {
        let line = refusal(&database, command);
        assert!(line.contains("hodlxxi migrate"), "{line}");
    }
    assert_eq!(tables(&database).trim(), "0");
}

#[test]
fn a_schema_that_has_moved_on_ends_the_start_and_the_migration() {
    let storage = Storage::new();
    let database = storage.postgres();
    let migrated = run(&database, &["migrate"]);
    assert!(migrated.status.success(), "{migrated:?}");
    // A newer version was here: this program may go on, until the schema says otherwise.
    sql(
        &database,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000001')",
    );
    let list = run(&database, &["client", "list"]);
    assert!(list.status.success(), "{list:?}");
    sql(
        &database,
        "UPDATE schema_info SET oldest_version = '99991231000001'",
    );
    let before = tables(&database);
    for command in [&["serve"][..], &["serve", "--migrate"], &["migrate"]] {
        let line = refusal(&database, command);
        assert!(line.contains("newer version"), "{line}");
    }
    assert_eq!(tables(&database), before);
}

#[test]
fn a_database_that_lets_nobody_in_is_a_wrong_setting_and_its_password_is_not_told() {
    let storage = Storage::new();
    let database = storage.postgres();
    let (server, _) = database.rsplit_once('/').expect("a database in the URL");
    let nowhere = format!("{server}/no_such_database?password=hush");
    let line = refusal(&nowhere, &["serve"]);
    assert!(
        line.contains("DATABASE_URL") && line.contains("does not exist"),
        "{line}"
    );
    assert!(!line.contains("hush"), "{line}");
    let gone = run("postgres://id:hush@127.0.0.1:1/id", &["serve"]);
    assert_eq!(gone.status.code(), Some(1), "{gone:?}");
}
