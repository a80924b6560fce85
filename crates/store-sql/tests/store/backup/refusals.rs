//! What is refused, at either end, and changes nothing.

use std::path::Path;

use hodlxxi_auth::account::{AccountStore, SessionStore};
use hodlxxi_oauth::contract::NOW;
use hodlxxi_store_sql::Database;
use hodlxxi_store_sql::backup::{
    Permit, PgTools, RehearseError, RestoreError, SnapshotError, TargetError, check_target,
    snapshot,
};

use super::place::{Place, REPLACE, taken};

#[test]
fn a_failed_restore_changes_nothing() {
    for place in Place::each() {
        let (from, to) = (place(), place());
        from.used();
        let (dump, contents) = taken(from.snapshot());
        let user = to.used();
        let mut other = contents.clone();
        other.tables.get_mut("users").unwrap().rows = 2;
        to.restore(&dump, &other, REPLACE).unwrap_err();
        to.restore(&dump[..dump.len() / 2], &contents, REPLACE)
            .unwrap_err();
        to.restore(b"nothing", &contents, REPLACE).unwrap_err();
        let there = to.open();
        assert!(there.user(&user).unwrap().is_some());
        assert_eq!(there.sessions_of(&user, NOW).unwrap().len(), 1);
    }
}

#[test]
fn a_target_with_rows_is_replaced_only_if_told_so() {
    for place in Place::each() {
        let (from, to) = (place(), place());
        let user = from.used();
        let (dump, contents) = taken(from.snapshot());
        let mine = to.used();
        let refused = check_target(&to.url, &contents, Permit::default()).unwrap_err();
        assert!(
            matches!(refused, TargetError::NotEmpty { rows: 4 }),
            "{refused}"
        );
        let refused = to.restore(&dump, &contents, Permit::default()).unwrap_err();
        assert!(
            matches!(refused, RestoreError::Target(TargetError::NotEmpty { .. })),
            "{refused}"
        );
        check_target(&to.url, &contents, REPLACE).unwrap();
        to.restore(&dump, &contents, REPLACE).unwrap();
        let there = to.open();
        assert!(there.user(&user).unwrap().is_some());
        assert!(there.user(&mine).unwrap().is_none());
    }
}

#[test]
fn a_target_in_use_is_left_alone_unless_told_so() {
    for place in Place::each() {
        let (from, to) = (place(), place());
        from.used();
        let (dump, contents) = taken(from.snapshot());
        let running = to.open();
        for _ in 0..2 {
            let refused = check_target(&to.url, &contents, REPLACE).unwrap_err();
            assert!(matches!(refused, TargetError::InUse), "{refused}");
        }
        running.ping().unwrap();
        let permit = Permit {
            running: true,
            ..REPLACE
        };
        to.restore(&dump, &contents, permit).unwrap();
    }
}

#[test]
fn a_backup_of_the_other_database_or_a_newer_schema_is_refused() {
    for (place, other) in [
        (Place::each()[0], Place::each()[1]),
        (Place::each()[1], Place::each()[0]),
    ] {
        let from = place();
        from.used();
        let (dump, mut contents) = taken(from.snapshot());
        let refused = check_target(&other().url, &contents, REPLACE).unwrap_err();
        assert!(
            matches!(refused, TargetError::OtherDatabase { .. }),
            "{refused}"
        );
        let newer = "99991231000001";
        contents.migrations.insert(newer.to_owned());
        let to = place();
        let refused = check_target(&to.url, &contents, REPLACE).unwrap_err();
        assert!(matches!(refused, TargetError::Newer(_)), "{refused}");
        let refused = to.rehearse(&dump, &contents).unwrap_err();
        assert!(
            matches!(refused, RehearseError::Target(TargetError::Newer(_))),
            "{refused}"
        );
        from.execute(&format!(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('{newer}')"
        ));
        let refused = snapshot(&from.url, from.dir.path(), &PgTools::default());
        assert!(matches!(refused, Err(SnapshotError::Newer(_))));
    }
}

#[test]
fn what_is_no_database_of_ours_is_told() {
    for place in Place::each() {
        let empty = place();
        let tools = PgTools::default();
        if let Some(path) = empty.url.path() {
            let missing = snapshot(&empty.url, empty.dir.path(), &tools)
                .err()
                .unwrap();
            assert!(matches!(missing, SnapshotError::NoDatabase(_)), "{missing}");
            assert!(!path.exists());
        }
        drop(Database::open(&empty.url, 1).unwrap());
        let nothing = snapshot(&empty.url, empty.dir.path(), &tools)
            .err()
            .unwrap();
        assert!(matches!(nothing, SnapshotError::NoSchema), "{nothing}");
    }
}

#[test]
fn a_damaged_file_gives_no_backup() {
    let from = Place::file();
    from.used();
    from.execute("PRAGMA writable_schema = ON; PRAGMA foreign_keys = OFF; DELETE FROM users");
    let damaged = snapshot(&from.url, from.dir.path(), &PgTools::default())
        .err()
        .unwrap();
    assert!(matches!(damaged, SnapshotError::Damaged(_)), "{damaged}");
    assert!(!from.files().iter().any(|name| name.starts_with("backup-")));
}

#[test]
fn a_file_that_is_no_database_is_replaced_only_if_told_so() {
    let (from, to) = (Place::file(), Place::file());
    from.used();
    let (dump, contents) = taken(from.snapshot());
    let path: &Path = to.url.path().unwrap();
    std::fs::write(path, "letters to a friend").unwrap();
    let refused = check_target(&to.url, &contents, Permit::default()).unwrap_err();
    assert!(matches!(refused, TargetError::NotADatabase(_)), "{refused}");
    to.restore(&dump, &contents, REPLACE).unwrap();
    to.open();
}

#[test]
fn a_database_with_tables_of_others_is_never_emptied() {
    let (from, to) = (Place::on_server(), Place::on_server());
    from.used();
    let (_, contents) = taken(from.snapshot());
    to.execute("CREATE TABLE letters (id bigint)");
    let refused = check_target(&to.url, &contents, REPLACE).unwrap_err();
    assert!(
        matches!(&refused, TargetError::ForeignTable(name) if name == "letters"),
        "{refused}"
    );
}
