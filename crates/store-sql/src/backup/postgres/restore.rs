//! A restore on PostgreSQL: one script, one transaction.
//!
//! `pg_restore` writes the dump as SQL, and `psql` runs it between a prologue that empties the
//! schema and an epilogue that counts, voids and commits. The `COMMIT` is only sent once
//! `pg_restore` has ended well: whatever dies before that, this process included, leaves the
//! database as it was.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::process::{ChildStdin, Stdio};

use hodlxxi_backup::{Contents, Table};

use super::super::contents::{self, data, literal, quoted, tables};
use super::super::error::RestoreError;
use super::super::staging::Staging;
use super::super::target::{Permit, check_target};
use super::super::voids::Voids;
use super::tools::{PgTools, Tool};
use super::{connect, server_major};
use crate::url::DatabaseUrl;

/// Puts a dump in place of what is there.
pub(in super::super) fn restore(
    url: &DatabaseUrl,
    dump: Staging,
    contents: &Contents,
    voids: &Voids,
    permit: Permit,
    tools: &PgTools,
) -> Result<(), RestoreError> {
    check_target(url, contents, permit)?;
    let there = tables(&mut connect(url)?)?;
    let script = Script {
        before: emptied(contents, &there, permit),
        after: voids.at_once.concat(),
    };
    run(url, dump.into_file()?, contents, &script, tools)?;
    let migrated = connect(url)
        .map_err(Into::into)
        .and_then(|mut conn| contents::migrate(&mut conn, &voids.migrated).map_err(Into::into));
    migrated.map_err(RestoreError::NotMigrated)
}

/// Puts a dump into an empty database, and voids nothing.
pub(in super::super) fn restore_dump(
    url: &DatabaseUrl,
    dump: Staging,
    contents: &Contents,
    tools: &PgTools,
) -> Result<(), RestoreError> {
    let there = tables(&mut connect(url)?)?;
    let script = Script {
        before: emptied(contents, &there, Permit::default()),
        after: String::new(),
    };
    run(url, dump.into_file()?, contents, &script, tools)
}

/// What stands around the dump.
struct Script {
    before: String,
    after: String,
}

/// Runs the script around the dump in one transaction.
fn run(
    url: &DatabaseUrl,
    dump: File,
    contents: &Contents,
    script: &Script,
    tools: &PgTools,
) -> Result<(), RestoreError> {
    let server = server_major(&mut connect(url)?)?;
    let schema = contents.schema.as_deref().unwrap_or_default();
    let mut psql = tools.connected("psql", server, url)?;
    psql.command
        .args([
            "--no-psqlrc",
            "--quiet",
            "--file=-",
            "--set=ON_ERROR_STOP=1",
        ])
        .stdin(Stdio::piped());
    // It leaves out the schema itself, which is there.
    let mut pg_restore = tools.tool("pg_restore", server)?;
    pg_restore
        .command
        .args([
            "--file=-",
            "--no-owner",
            "--no-privileges",
            "--schema",
            schema,
        ])
        .stdin(dump)
        .stdout(Stdio::piped());
    let mut psql = psql.start()?;
    let fed = match psql.stdin() {
        Some(input) => feed(input, pg_restore, script, contents),
        None => Err(io::Error::from(io::ErrorKind::BrokenPipe).into()),
    };
    // What psql says comes first: it may be why it could not be fed.
    psql.end()?;
    fed
}

fn feed(
    mut psql: ChildStdin,
    pg_restore: Tool,
    script: &Script,
    contents: &Contents,
) -> Result<(), RestoreError> {
    psql.write_all(b"BEGIN;\nSET LOCAL lock_timeout = '10s';\n")?;
    psql.write_all(script.before.as_bytes())?;
    let mut pg_restore = pg_restore.start()?;
    // Its output is dropped before it is waited for: what nobody reads it need not write.
    let copied = pg_restore
        .stdout()
        .map_or(Ok(0), |mut sql| io::copy(&mut sql, &mut psql));
    pg_restore.end()?;
    copied?;
    psql.write_all(counted(contents).as_bytes())?;
    psql.write_all(script.after.as_bytes())?;
    psql.write_all(b"\nCOMMIT;\n")?;
    Ok(())
}

/// SQL that empties the schema of the tables that are `there`. Those who use them now are waited
/// for, and rows that came since the target was checked stop it unless they may be replaced.
fn emptied(contents: &Contents, there: &BTreeMap<String, Table>, permit: Permit) -> String {
    if there.is_empty() {
        return String::new();
    }
    let name = |table: &String| in_schema(contents, table);
    let list: Vec<String> = there.keys().map(name).collect();
    let list = list.join(", ");
    let mut sql = format!("LOCK TABLE {list} IN ACCESS EXCLUSIVE MODE;\n");
    if !permit.replace {
        for (table, _) in data(there) {
            let name = name(table);
            sql += &refuse_if(
                &format!("EXISTS (SELECT FROM {name})"),
                "it is no longer empty",
            );
        }
    }
    sql + &format!("DROP TABLE {list};\n")
}

/// SQL that fails unless every table has as many rows as the manifest says; after it, names are
/// looked for in the schema again.
fn counted(contents: &Contents) -> String {
    let schema = quoted(contents.schema.as_deref().unwrap_or_default());
    let count = |(name, table): (&String, &Table)| {
        let (of, rows) = (in_schema(contents, name), table.rows);
        let why = format!("{name} has not the {rows} rows that the backup says");
        refuse_if(&format!("(SELECT count(*) FROM {of}) <> {rows}"), &why)
    };
    let counts: String = contents.tables.iter().map(count).collect();
    format!("{counts}SET LOCAL search_path = {schema};\n")
}

fn refuse_if(condition: &str, why: &str) -> String {
    // A literal for the outer quoting, which the condition's names might otherwise end.
    let why = literal(&why.replace('%', "%%"));
    let body = literal(&format!(
        "BEGIN IF {condition} THEN RAISE EXCEPTION {why}; END IF; END"
    ));
    format!("DO {body};\n")
}

fn in_schema(contents: &Contents, table: &str) -> String {
    let schema = contents.schema.as_deref().unwrap_or_default();
    format!("{}.{}", quoted(schema), quoted(table))
}
