//! Backups of both databases: taken, restored and rehearsed.

mod forgotten;
mod place;
mod refusals;

use std::io::Write;
use std::path::Path;

use diesel::{Connection, PgConnection};
use hodlxxi_auth::account::{AccountStore, SessionStore};
use hodlxxi_backup::Difference;
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{OsEntropy, SystemClock};
use hodlxxi_oauth::contract::{Fixture, NOW};
use hodlxxi_oauth::jose::KeyStore;
use hodlxxi_store_sql::backup::{
    Permit, PgTools, RehearseError, RestoreError, Staging, TargetError, check_target, rehearse,
    restore, snapshot,
};
use hodlxxi_store_sql::{Database, DatabaseUrl, SchemaState};

use self::place::{Place, execute, key, taken};
use crate::fixture::{Fresh, act, server};

#[test]
fn what_was_there_is_there_again_and_nobody_is_signed_in() {
    for place in Place::each() {
        let (from, to) = (place(), place());
        let user = from.used();
        let snapshot = from.snapshot();
        assert_eq!(snapshot.keys, [key()]);
        let (dump, contents) = taken(snapshot);
        assert_eq!(contents.tables["users"].rows, 1);
        assert_eq!(contents.tables["sessions"].rows, 1);
        assert_eq!(contents.signing_keys, ["kid".to_owned()].into());
        check_target(&to.url, &contents, Permit::default()).unwrap();
        to.restore(&dump, &contents, Permit::default()).unwrap();
        let restored = Database::open(&to.url, 1).unwrap();
        assert_eq!(restored.schema_state().unwrap(), SchemaState::Current);
        assert_eq!(restored.user(&user).unwrap().unwrap().id, user);
        assert_eq!(restored.signing_keys().unwrap(), [key()]);
        assert_eq!(restored.sessions_of(&user, NOW).unwrap().len(), 0);
        let leftovers: Vec<_> = to
            .files()
            .into_iter()
            .filter(|name| !name.starts_with("place.db"))
            .collect();
        assert_eq!(leftovers, [""; 0]);
    }
}

#[test]
fn a_rehearsal_compares_and_leaves_nothing() {
    for place in Place::each() {
        let from = place();
        from.used();
        let (dump, contents) = taken(from.snapshot());
        let files = from.files();
        assert_eq!(from.rehearse(&dump, &contents).unwrap(), [key()]);
        let mut other = contents.clone();
        other.tables.get_mut("users").unwrap().rows = 2;
        let refused = from.rehearse(&dump, &other).unwrap_err().to_string();
        assert!(
            refused.contains("users") && refused.contains('2'),
            "{refused}"
        );
        let mut other = contents.clone();
        other.tables.get_mut("users").unwrap().definition.pop();
        let refused = from.rehearse(&dump, &other).unwrap_err();
        let expected = Difference::Definition("users".to_owned());
        assert!(
            matches!(&refused, RehearseError::Restore(RestoreError::Differs(found)) if *found == expected),
            "{refused}"
        );
        let cut = &dump[..dump.len() / 2];
        assert!(from.rehearse(cut, &contents).is_err());
        assert!(from.rehearse(b"nothing", &contents).is_err());
        assert_eq!(from.files(), files);
    }
}

#[test]
fn no_scratch_database_stays_whatever_happened() {
    let from = Place::on_server();
    from.used();
    let (dump, contents) = taken(from.snapshot());
    // A moment of this test's own, by which its scratch databases are told from others.
    let now = NOW.plus(3600);
    let name = format!("hodlxxi_verify_{}", now.as_unix());
    // One that a rehearsal left two days ago, killed.
    let left = format!(
        "hodlxxi_verify_{}_{}",
        now.minus(48 * 3600).as_unix(),
        std::process::id()
    );
    execute(&server(), &format!("CREATE DATABASE {left}"));
    let is_there = |name: &str| {
        let query =
            format!("(SELECT count(*) FROM pg_database WHERE starts_with(datname, '{name}'))");
        let mut conn = PgConnection::establish(&server()).unwrap();
        let count = diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&query));
        diesel::RunQueryDsl::get_result::<i64>(count, &mut conn).unwrap() > 0
    };
    assert!(is_there(&left));
    from.rehearse_at(now, &dump, &contents).unwrap();
    assert!(!is_there(&left) && !is_there(&name));
    let mut other = contents.clone();
    other.tables.get_mut("users").unwrap().rows = 2;
    from.rehearse_at(now, &dump, &other).unwrap_err();
    from.rehearse_at(now, &dump[..dump.len() / 2], &contents)
        .unwrap_err();
    assert!(!is_there(&name));
}

#[test]
fn a_migrated_and_empty_target_is_as_good_as_none() {
    for place in Place::each() {
        let (from, to) = (place(), place());
        let user = from.used();
        let (dump, contents) = taken(from.snapshot());
        drop(to.open());
        to.restore(&dump, &contents, Permit::default()).unwrap();
        assert!(to.open().user(&user).unwrap().is_some());
    }
}

#[test]
fn a_snapshot_is_of_one_moment_while_others_write() {
    for place in Place::each() {
        let from = place();
        let fresh = Fresh::of(from.open());
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // It ends with this closure, however that ends.
                let stopped = stopped;
                while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                    fresh.user();
                }
            });
            let _stop = stop;
            for _ in 0..3 {
                let (dump, contents) = taken(from.snapshot());
                from.rehearse(&dump, &contents).unwrap();
                let rows = |table: &str| contents.tables[table].rows;
                assert_eq!(rows("users"), rows("sessions"));
                assert_eq!(rows("users"), rows("linked_keys"));
            }
        });
    }
}

#[test]
fn an_older_schema_is_brought_up_to_date() {
    for place in Place::each() {
        let (from, to) = (place(), place());
        // The schema of the first version.
        from.execute(&initial(&from));
        from.execute(
            "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
             run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP); \
             INSERT INTO __diesel_schema_migrations (version) VALUES ('20261123000001'); \
             INSERT INTO users (id, is_guest, created_at, updated_at) VALUES ('u', false, 1, 1)",
        );
        let (dump, contents) = taken(from.snapshot());
        assert_eq!(contents.migrations.len(), 1);
        from.rehearse(&dump, &contents).unwrap();
        to.restore(&dump, &contents, Permit::default()).unwrap();
        let restored = Database::open(&to.url, 1).unwrap();
        assert_eq!(restored.schema_state().unwrap(), SchemaState::Current);
        // Of columns and tables that the first version had not.
        forgotten::assert_before_is_refused(&restored);
        forgotten::assert_recorded(&restored);
        assert!(
            restored
                .user(&"u".to_owned().try_into().unwrap())
                .unwrap()
                .is_some()
        );
    }
}

/// The SQL of the initial migration.
fn initial(place: &Place) -> String {
    let database = if place.url.is_embedded() {
        "sqlite"
    } else {
        "postgres"
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(database);
    std::fs::read_to_string(folder.join("2026-11-23-000001_initial/up.sql")).unwrap()
}

#[test]
fn a_scratch_database_that_is_given_is_left_empty() {
    let (from, scratch) = (Place::on_server(), Place::on_server());
    from.used();
    let (dump, contents) = taken(from.snapshot());
    let try_in = |scratch: &Place| {
        let mut staging = Staging::in_folder(from.url.kind(), from.dir.path()).unwrap();
        staging.write_all(&dump).unwrap();
        let tools = PgTools::default();
        rehearse(
            &from.url,
            Some(&scratch.url),
            staging,
            &contents,
            &tools,
            NOW,
            &OsEntropy,
        )
    };
    for _ in 0..2 {
        assert_eq!(try_in(&scratch).unwrap(), [key()]);
    }
    let used = Place::on_server();
    used.used();
    let refused = try_in(&used).unwrap_err();
    assert!(
        matches!(refused, RehearseError::Target(TargetError::NotEmpty { .. })),
        "{refused}"
    );
}

#[test]
fn a_schema_that_is_not_public_is_backed_up_by_its_name() {
    let (from, to) = (Place::on_server(), Place::on_server());
    let within = |place: &Place| -> DatabaseUrl {
        place.execute("CREATE SCHEMA \"the ids\"");
        let url = format!("{}?options=-csearch_path%3D%22the%5C%20ids%22", place.url);
        url.parse().unwrap()
    };
    let (inside, target) = (within(&from), within(&to));
    let database = Database::open(&inside, 1).unwrap();
    database.migrate().unwrap();
    database
        .insert_signing_key(&key(), NOW, &act(Action::KeyRotated))
        .unwrap();
    let tools = PgTools::default();
    let (dump, contents) = taken(snapshot(&inside, from.dir.path(), &tools).unwrap());
    assert_eq!(contents.schema.as_deref(), Some("the ids"));
    let refused = check_target(&to.url, &contents, Permit::default()).unwrap_err();
    assert!(
        matches!(refused, TargetError::OtherSchema { .. }),
        "{refused}"
    );
    let staged = || {
        let mut staging = Staging::in_folder(inside.kind(), from.dir.path()).unwrap();
        staging.write_all(&dump).unwrap();
        staging
    };
    rehearse(&inside, None, staged(), &contents, &tools, NOW, &OsEntropy).unwrap();
    let act = act(Action::BackupRestored);
    let permit = Permit::default();
    restore(
        &target,
        staged(),
        &contents,
        permit,
        &tools,
        &act,
        &SystemClock,
    )
    .unwrap();
    let restored = Database::open(&target, 1).unwrap();
    assert_eq!(restored.signing_keys().unwrap(), [key()]);
}
