//! The schema: carried inside the program, brought up to date on request, and judged before use.
//!
//! Migrations expand first and contract later, so that a program of the version before still runs
//! on the new schema; the schema itself records the oldest one that may.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::migration::{MigrationConnection, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use hodlxxi_kernel::StoreError;
use thiserror::Error;

use crate::conn::{self, Conn};
use crate::database::Database;
use crate::fault::Fault;
use crate::schema::schema_info;

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// How the schema stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaState {
    /// Made for each other.
    Current,
    /// The schema lacks this many migrations that the program needs.
    Behind {
        /// How many.
        missing: usize,
    },
    /// A newer program migrated it, and this one may still run.
    Ahead,
    /// A newer program migrated it, and this one may not run any more.
    TooNew {
        /// The newest migration of the oldest program that may.
        oldest: String,
    },
}

/// Why this program must not run on the schema as it is.
#[derive(Debug, Error)]
pub enum SchemaError {
    /// Migrations are missing.
    #[error(
        "the database schema is behind by {missing} migration(s): run `hodlxxi migrate`, or start with `--migrate`"
    )]
    Behind {
        /// How many.
        missing: usize,
    },
    /// The schema has moved on.
    #[error(
        "the database was migrated by a newer version, and this one may no longer run on it (it asks for schema {oldest}): install the newer version"
    )]
    TooNew {
        /// The newest migration of the oldest program that may.
        oldest: String,
    },
    /// The schema cannot be looked at.
    #[error("the database schema cannot be read: {0}")]
    Store(#[from] StoreError),
}

/// Why the schema was not brought up to date. Nothing was changed.
#[derive(Debug, Error)]
#[error("the database schema was not brought up to date, and nothing was changed: {0}")]
pub struct MigrateError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<Fault> for MigrateError {
    fn from(fault: Fault) -> Self {
        Self(fault.into())
    }
}

impl Database {
    /// Brings the schema up to date, all of it or nothing; answers how many migrations were run.
    /// Two at a time do each other no harm.
    pub fn migrate(&self) -> Result<usize, MigrateError> {
        self.try_alone(set_up)?;
        let run = self.try_alone(|conn| conn::write_tx(conn, run_pending))?;
        Ok(run)
    }

    /// How the schema stands to this program.
    pub fn schema_state(&self) -> Result<SchemaState, StoreError> {
        self.read(|conn| {
            if !is_migrated(conn)? {
                return Ok(judge(&known()?, &BTreeSet::new(), None));
            }
            let oldest = schema_info::table
                .select(schema_info::oldest_version)
                .first::<String>(conn)?;
            Ok(judge(&known()?, &applied(conn)?, Some(oldest)))
        })
    }

    /// Whether this program may run on the schema as it is.
    pub fn check_schema(&self) -> Result<(), SchemaError> {
        match self.schema_state()? {
            SchemaState::Current | SchemaState::Ahead => Ok(()),
            SchemaState::Behind { missing } => Err(SchemaError::Behind { missing }),
            SchemaState::TooNew { oldest } => Err(SchemaError::TooNew { oldest }),
        }
    }
}

/// Makes the table of what was migrated, if there is none.
pub(crate) fn set_up(conn: &mut Conn) -> Result<(), Fault> {
    // Another node may make it in this moment: PostgreSQL's `IF NOT EXISTS` does not see that, and
    // fails once the other one is done. The second time it is there.
    conn.setup().or_else(|_| conn.setup())?;
    Ok(())
}

pub(crate) fn run_pending(conn: &mut Conn) -> Result<usize, Fault> {
    let run = match conn {
        Conn::Pg(pg) => {
            // A migration takes the time it takes, and another node that migrates now is waited for. A table is not:
            // whoever comes after a statement that waits for one would wait behind it.
            pg.batch_execute(
                "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                 LOCK TABLE __diesel_schema_migrations IN EXCLUSIVE MODE; \
                 SET LOCAL lock_timeout = '5s'",
            )?;
            pg.run_pending_migrations(POSTGRES).map(|run| run.len())
        }
        Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(SQLITE).map(|run| run.len()),
    };
    run.map_err(Fault::Migration)
}

/// The versions of the migrations inside the program, the same for both databases.
pub(crate) fn known() -> Result<BTreeSet<String>, Fault> {
    let migrations = MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(Fault::Migration)?;
    Ok(migrations
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect())
}

/// Whether any migration was ever run; reads only.
pub(crate) fn is_migrated(conn: &mut Conn) -> Result<bool, Fault> {
    let tables = match conn {
        Conn::Pg(_) => {
            "(SELECT count(*) FROM information_schema.tables \
             WHERE table_name = 'schema_info' AND table_schema = ANY (current_schemas(false)))"
        }
        Conn::Sqlite(_) => "(SELECT count(*) FROM sqlite_master WHERE name = 'schema_info')",
    };
    Ok(diesel::select(sql::<BigInt>(tables)).get_result::<i64>(conn)? > 0)
}

pub(crate) fn applied(conn: &mut Conn) -> Result<BTreeSet<String>, Fault> {
    diesel::table! {
        __diesel_schema_migrations (version) {
            version -> Text,
        }
    }
    let versions: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .load(conn)?;
    Ok(versions.into_iter().collect())
}

/// Versions begin with a date, so that their order as text is their order in time.
fn judge(
    known: &BTreeSet<String>,
    applied: &BTreeSet<String>,
    oldest: Option<String>,
) -> SchemaState {
    let ahead = applied.difference(known).next().is_some();
    match oldest {
        Some(oldest) if ahead && known.last() < Some(&oldest) => SchemaState::TooNew { oldest },
        _ => match known.difference(applied).count() {
            0 if ahead => SchemaState::Ahead,
            0 => SchemaState::Current,
            missing => SchemaState::Behind { missing },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::pg::Pg;

    fn versions(list: &[&str]) -> BTreeSet<String> {
        list.iter().map(|version| (*version).to_owned()).collect()
    }

    fn state(known: &[&str], applied: &[&str], oldest: Option<&str>) -> SchemaState {
        judge(
            &versions(known),
            &versions(applied),
            oldest.map(str::to_owned),
        )
    }

    #[test]
    fn a_program_runs_on_its_own_schema_and_on_newer_ones_that_still_allow_it() {
        assert_eq!(
            state(&["1", "2"], &["1", "2"], Some("1")),
            SchemaState::Current
        );
        assert_eq!(
            state(&["1", "2"], &["1", "2", "3"], Some("2")),
            SchemaState::Ahead
        );
        assert_eq!(
            state(&["1", "2"], &["1", "2", "3", "4"], Some("3")),
            SchemaState::TooNew {
                oldest: "3".to_owned()
            }
        );
    }

    #[test]
    fn missing_migrations_are_counted() {
        assert_eq!(
            state(&["1", "2"], &[], None),
            SchemaState::Behind { missing: 2 }
        );
        assert_eq!(
            state(&["1", "2"], &["1"], Some("1")),
            SchemaState::Behind { missing: 1 }
        );
    }

    #[test]
    fn both_databases_have_the_same_migrations() {
        let postgres = MigrationSource::<Pg>::migrations(&POSTGRES).unwrap();
        let names: BTreeSet<String> = postgres
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect();
        assert_eq!(names, known().unwrap());
    }
}
