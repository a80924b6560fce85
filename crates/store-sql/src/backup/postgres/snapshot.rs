//! A dump of PostgreSQL: counted and dumped as of one moment, while servers write.

use std::io::Seek;
use std::path::Path;

use diesel::connection::SimpleConnection;
use hodlxxi_backup::Contents;

use super::super::contents::{self, quoted};
use super::super::error::SnapshotError;
use super::super::{Snapshot, postgres};
use super::tools::PgTools;
use crate::keys;
use crate::migrations::is_migrated;
use crate::url::DatabaseUrl;

/// Takes a snapshot. The connection that exported it counts the rows, and stays in its transaction
/// until `pg_dump` has used it, so that both see the same.
pub(in super::super) fn snapshot(
    url: &DatabaseUrl,
    folder: &Path,
    tools: &PgTools,
) -> Result<Snapshot, SnapshotError> {
    let mut conn = postgres::connect(url)?;
    let server = postgres::server_major(&mut conn)?;
    let mut pg_dump = tools.connected("pg_dump", server, url)?;
    conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    if !is_migrated(&mut conn)? {
        return Err(SnapshotError::NoSchema);
    }
    let exported = contents::name(&mut conn, "SELECT pg_export_snapshot() AS name")?;
    let contents = contents::of(&mut conn)?;
    let keys = keys::all(&mut conn)?;
    let mut dump = tempfile::tempfile_in(folder)?;
    // A pattern, unless quoted.
    let schema = quoted(contents.schema.as_deref().unwrap_or_default());
    pg_dump
        .command
        .args([
            "--format=custom",
            "--compress=0",
            "--no-owner",
            "--no-privileges",
        ])
        .args(["--lock-wait-timeout=30s", "--schema", &schema])
        .args(["--snapshot", &exported.unwrap_or_default()])
        .stdout(dump.try_clone()?);
    pg_dump.run()?;
    conn.batch_execute("ROLLBACK")?;
    dump.rewind()?;
    check_list(&dump, &contents, tools, server)?;
    dump.rewind()?;
    Ok(Snapshot {
        dump,
        contents,
        keys,
    })
}

/// Whether the dump's own table of contents names the data of every table.
fn check_list(
    dump: &std::fs::File,
    contents: &Contents,
    tools: &PgTools,
    server: u64,
) -> Result<(), SnapshotError> {
    let mut pg_restore = tools.tool("pg_restore", server)?;
    pg_restore.command.arg("--list").stdin(dump.try_clone()?);
    let list = pg_restore.output()?;
    let schema = contents.schema.as_deref().unwrap_or_default();
    let listed = |table: &String| list.contains(&format!(" TABLE DATA {schema} {table} "));
    match contents.tables.keys().find(|table| !listed(table)) {
        Some(missing) => Err(SnapshotError::Incomplete(missing.clone())),
        None => Ok(()),
    }
}
