//! The schema: migrated once, judged before use, the same on both databases.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hodlxxi_kernel::OsEntropy;
use hodlxxi_oauth::contract::Fixture as _;
use hodlxxi_store_sql::{SchemaError, SchemaState};

use crate::fixture::Fresh;

#[test]
fn migrating_is_done_once_and_judged_before() {
    for fresh in Fresh::each_unmigrated() {
        let database = &fresh.database;
        let SchemaState::Behind { missing } = database.schema_state().unwrap() else {
            panic!("an empty database is behind")
        };
        let refused = database.check_schema().unwrap_err().to_string();
        assert!(refused.contains("hodlxxi migrate"), "{refused}");
        assert_eq!(database.migrate().unwrap(), missing);
        assert_eq!(database.schema_state().unwrap(), SchemaState::Current);
        database.check_schema().unwrap();
        assert_eq!(database.migrate().unwrap(), 0);
    }
}

#[test]
fn many_migrate_at_once_and_one_does_it() {
    for fresh in Fresh::each_unmigrated() {
        let ran: usize = std::thread::scope(|scope| {
            let run = || fresh.database.migrate().unwrap();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(ran, names("sqlite").len());
    }
}

#[test]
fn a_newer_schema_is_used_until_it_says_otherwise() {
    for fresh in Fresh::each() {
        fresh.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000001')");
        assert_eq!(fresh.database.schema_state().unwrap(), SchemaState::Ahead);
        fresh.database.check_schema().unwrap();
        fresh.execute("UPDATE schema_info SET oldest_version = '99991231000001'");
        let refused = fresh.database.check_schema().unwrap_err();
        assert!(matches!(refused, SchemaError::TooNew { .. }), "{refused}");
    }
}

#[test]
fn both_databases_have_the_same_migrations_tables_columns_and_indexes() {
    let migrations = names("sqlite");
    assert!(!migrations.is_empty());
    assert_eq!(migrations, names("postgres"));
    for migration in migrations {
        let sqlite = shape("sqlite", &migration);
        assert!(!sqlite.is_empty(), "{migration}");
        assert_eq!(sqlite, shape("postgres", &migration), "{migration}");
    }
}

#[test]
fn a_deployment_is_named_once_and_new_while_nobody_is_there() {
    for fresh in Fresh::each() {
        let named: Vec<_> = std::thread::scope(|scope| {
            let name = || fresh.database.deployment(&OsEntropy).unwrap();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(name)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(named.iter().filter(|named| named.is_new).count(), 1);
        assert!(named.iter().all(|other| other.id == named[0].id));
        // Another name, as after a backup was restored: it is not new.
        fresh.user();
        fresh.execute("UPDATE schema_info SET deployment = NULL");
        let again = fresh.database.deployment(&OsEntropy).unwrap();
        assert!(again.id != named[0].id && !again.is_new);
    }
}

fn folder(database: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(database)
}

fn names(database: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder(database)).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// What a migration makes: each table with its columns, each index whole, and each column added.
fn shape(database: &str, migration: &str) -> BTreeMap<String, BTreeSet<String>> {
    let sql = std::fs::read_to_string(folder(database).join(migration).join("up.sql")).unwrap();
    let mut shape: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut table = None;
    for line in sql.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = Some(rest.trim_end_matches(" (").to_owned());
        } else if line.starts_with("CREATE INDEX ") {
            shape.entry(line.to_owned()).or_default();
        } else if let Some(rest) = line.strip_prefix("ALTER TABLE ") {
            let (altered, column) = rest.split_once(" ADD COLUMN ").unwrap();
            let name = column.split([' ', ';']).next().unwrap();
            let nullable = !column.contains("NOT NULL");
            let column = format!("{name} nullable={nullable}");
            shape.entry(altered.to_owned()).or_default().insert(column);
        } else if let (Some(table), Some(column)) = (&table, line.strip_prefix("    ")) {
            // A column with whether it may be absent, or a whole constraint.
            let name = column.split(' ').next().unwrap();
            let constraint = name.chars().all(|c| c.is_ascii_uppercase());
            let nullable = !column.contains("NOT NULL");
            match (constraint, name) {
                (_, "--") => continue,
                (true, _) => shape
                    .entry(table.clone())
                    .or_default()
                    .insert(column.to_owned()),
                (false, _) => {
                    let column = format!("{name} nullable={nullable}");
                    shape.entry(table.clone()).or_default().insert(column)
                }
            };
        }
    }
    shape
}
