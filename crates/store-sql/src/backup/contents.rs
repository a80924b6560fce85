//! What a database holds: its tables, as the database itself describes and counts them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use hodlxxi_backup::{Contents, DatabaseKind, Table};

use super::error::RestoreError;
use crate::conn::{Conn, each_backend};
use crate::fault::Fault;
use crate::migrations::{applied, known, run_pending, set_up};
use crate::{conn, keys, row};

/// Tables about the schema rather than in it: they have rows before anybody has signed in.
const BOOKKEEPING: [&str; 2] = ["schema_info", "__diesel_schema_migrations"];

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    relation: String,
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS relation, p.name AS text \
    FROM sqlite_schema m, pragma_table_info(m.name) p \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, p.cid";

const SQLITE_DEFINITIONS: &str = "SELECT tbl_name AS relation, sql AS text \
    FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/// The tables of the current schema.
const POSTGRES_TABLES: &str = "SELECT c.oid, c.relname::text AS relation FROM pg_class c \
    JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')";

const POSTGRES_COLUMNS: &str = "SELECT t.relation, a.attname::text AS text FROM t \
    JOIN pg_attribute a ON a.attrelid = t.oid \
    WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY t.relation, a.attnum";

/// NOT NULL is told with the column: newer servers have it as a constraint too.
const POSTGRES_DEFINITIONS: &str = "SELECT t.relation, concat_ws(' ', a.attname, \
        format_type(a.atttypid, a.atttypmod), 'COLLATE ' || l.collname, \
        CASE WHEN a.attnotnull THEN 'NOT NULL' END, \
        'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)) AS text FROM t \
    JOIN pg_attribute a ON a.attrelid = t.oid \
    LEFT JOIN pg_collation l ON l.oid = a.attcollation \
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum \
    WHERE a.attnum > 0 AND NOT a.attisdropped \
    UNION ALL SELECT t.relation, 'CONSTRAINT ' || o.conname || ' ' || pg_get_constraintdef(o.oid) \
    FROM t JOIN pg_constraint o ON o.conrelid = t.oid WHERE o.contype <> 'n' \
    UNION ALL SELECT t.relation, pg_get_indexdef(i.indexrelid) \
    FROM t JOIN pg_index i ON i.indrelid = t.oid \
    UNION ALL SELECT t.relation, pg_get_triggerdef(g.oid) \
    FROM t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal";

/// Everything that a manifest says of the database, which must have been migrated.
pub(super) fn of(conn: &mut Conn) -> Result<Contents, Fault> {
    Ok(Contents {
        database: match conn {
            Conn::Pg(_) => DatabaseKind::Postgres,
            Conn::Sqlite(_) => DatabaseKind::Sqlite,
        },
        server: server(conn)?,
        schema: schema(conn)?,
        migrations: applied(conn)?,
        tables: tables(conn)?,
        signing_keys: keys::all(conn)?.into_iter().map(|key| key.kid).collect(),
    })
}

/// The schema that tables stand in: none on SQLite, nor where the search path leads nowhere.
pub(super) fn schema(conn: &mut Conn) -> Result<Option<String>, Fault> {
    match conn {
        Conn::Sqlite(_) => Ok(None),
        Conn::Pg(_) => name(conn, "SELECT current_schema()::text AS name"),
    }
}

/// Every table with its rows, columns and definition.
pub(super) fn tables(conn: &mut Conn) -> Result<BTreeMap<String, Table>, Fault> {
    let (columns, definitions) = match conn {
        Conn::Sqlite(_) => (SQLITE_COLUMNS.to_owned(), SQLITE_DEFINITIONS.to_owned()),
        Conn::Pg(_) => (
            format!("WITH t AS ({POSTGRES_TABLES}) {POSTGRES_COLUMNS}"),
            format!("WITH t AS ({POSTGRES_TABLES}) {POSTGRES_DEFINITIONS}"),
        ),
    };
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for pair in pairs(conn, &columns)? {
        let table = tables.entry(pair.relation).or_insert_with(|| Table {
            rows: 0,
            columns: Vec::new(),
            definition: Vec::new(),
        });
        table.columns.push(pair.text);
    }
    for pair in pairs(conn, &definitions)? {
        if let Some(table) = tables.get_mut(&pair.relation) {
            table.definition.push(pair.text);
        }
    }
    for (name, table) in &mut tables {
        table.definition.sort_unstable();
        let query = format!("SELECT count(*) AS count FROM {}", quoted(name));
        let counted: Count =
            each_backend!(conn, |conn| diesel::sql_query(&query).get_result(conn))?;
        table.rows = row::count(counted.count);
    }
    Ok(tables)
}

/// The rows of all tables but those about the schema.
pub(super) fn rows_of(tables: &BTreeMap<String, Table>) -> u64 {
    data(tables).map(|(_, table)| table.rows).sum()
}

/// The tables that hold people, applications and what they did.
pub(super) fn data(tables: &BTreeMap<String, Table>) -> impl Iterator<Item = (&String, &Table)> {
    tables
        .iter()
        .filter(|(name, _)| !BOOKKEEPING.contains(&name.as_str()))
}

/// The names of the tables that this version's migrations make.
pub(super) fn known_tables() -> Result<BTreeSet<String>, Fault> {
    let sqlite = SqliteConnection::establish(":memory:")
        .map_err(|error| diesel::result::Error::QueryBuilderError(error.into()))?;
    let mut conn = Conn::Sqlite(sqlite);
    migrate(&mut conn, &[])?;
    Ok(tables(&mut conn)?.into_keys().collect())
}

/// Brings a restored schema up to date, and runs the statements `then`, all of it or nothing.
pub(super) fn migrate(conn: &mut Conn, then: &[String]) -> Result<(), Fault> {
    set_up(conn)?;
    conn::write_tx(conn, |conn| {
        run_pending(conn)?;
        run(conn, then)
    })
}

/// Runs statements one after the other.
pub(super) fn run(conn: &mut Conn, statements: &[String]) -> Result<(), Fault> {
    for statement in statements {
        conn.batch_execute(statement)?;
    }
    Ok(())
}

/// A migration of `contents` that this version does not know.
pub(super) fn unknown_migration(contents: &Contents) -> Result<Option<String>, Fault> {
    let known = known()?;
    Ok(contents.migrations.difference(&known).last().cloned())
}

/// What SQLite finds wrong in its file: damage first, then rows that refer to none.
pub(super) fn damage(conn: &mut Conn) -> Result<Option<String>, Fault> {
    let found = "SELECT integrity_check AS name FROM pragma_integrity_check \
        WHERE integrity_check <> 'ok' UNION ALL \
        SELECT 'a row of ' || \"table\" || ' refers to none of ' || parent \
        FROM pragma_foreign_key_check LIMIT 1";
    match conn {
        Conn::Pg(_) => Ok(None),
        Conn::Sqlite(sqlite) => {
            sqlite.batch_execute("PRAGMA cell_size_check = ON")?;
            let found: Vec<Name> = diesel::sql_query(found).load(sqlite)?;
            Ok(found.into_iter().find_map(|found| found.name))
        }
    }
}

/// Whether a restored database is sound, and holds what the manifest says.
pub(super) fn examine(conn: &mut Conn, expected: &Contents) -> Result<(), RestoreError> {
    let damaged = |error: Fault| RestoreError::Damaged(error.to_string());
    if let Some(damage) = damage(conn).map_err(damaged)? {
        return Err(RestoreError::Damaged(damage));
    }
    match expected.difference(&of(conn)?) {
        Some(difference) => Err(difference.into()),
        None => Ok(()),
    }
}

fn server(conn: &mut Conn) -> Result<String, Fault> {
    let version = match conn {
        Conn::Sqlite(_) => name(conn, "SELECT 'SQLite ' || sqlite_version() AS name")?,
        Conn::Pg(_) => name(
            conn,
            "SELECT 'PostgreSQL ' || current_setting('server_version') AS name",
        )?,
    };
    Ok(version.unwrap_or_default())
}

/// The only column of the only row of `query`, called `name`.
pub(super) fn name(conn: &mut Conn, query: &str) -> Result<Option<String>, Fault> {
    let row: Name = each_backend!(conn, |conn| diesel::sql_query(query).get_result(conn))?;
    Ok(row.name)
}

/// The only column of the only row of `query`, called `count`.
pub(super) fn count(conn: &mut Conn, query: &str) -> Result<u64, Fault> {
    let row: Count = each_backend!(conn, |conn| diesel::sql_query(query).get_result(conn))?;
    Ok(row::count(row.count))
}

fn pairs(conn: &mut Conn, query: &str) -> Result<Vec<Pair>, Fault> {
    Ok(each_backend!(conn, |conn| diesel::sql_query(query).load(conn))?)
}

/// An identifier as both databases quote it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as both databases quote it.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
