//! Whether a backup may be restored in a place: the same questions on both databases.

use hodlxxi_backup::Contents;

use super::contents::{known_tables, rows_of, schema, tables, unknown_migration};
use super::error::TargetError;
use super::{postgres, sqlite};
use crate::conn::Conn;
use crate::url::{DatabaseUrl, Place};

/// What an operator has said that a restore may do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Permit {
    /// Replace what is there.
    pub replace: bool,
    /// Restore although a server is running.
    pub running: bool,
}

/// Whether a backup of `contents` may be restored at `url`; changes nothing.
pub fn check_target(
    url: &DatabaseUrl,
    contents: &Contents,
    permit: Permit,
) -> Result<(), TargetError> {
    check_contents(url, contents)?;
    match url.place() {
        Place::Sqlite(path) => sqlite::check(path, permit),
        Place::Postgres { .. } => {
            let mut conn = postgres::connect(url)?;
            if !permit.running && postgres::in_use(&mut conn)? {
                return Err(TargetError::InUse);
            }
            check_schema(&mut conn, contents)?;
            check_tables(&mut conn, contents, permit)
        }
    }
}

/// Whether this version can restore `contents` on the kind of database at `url`.
pub(super) fn check_contents(url: &DatabaseUrl, contents: &Contents) -> Result<(), TargetError> {
    let (backup, target) = (contents.database, url.kind());
    if backup != target {
        return Err(TargetError::OtherDatabase { backup, target });
    }
    match unknown_migration(contents)? {
        Some(newer) => Err(TargetError::Newer(newer)),
        None => Ok(()),
    }
}

/// Whether the restored tables would be found by the server.
fn check_schema(conn: &mut Conn, contents: &Contents) -> Result<(), TargetError> {
    let target = schema(conn)?;
    if target == contents.schema {
        return Ok(());
    }
    let shown = |schema: Option<String>| schema.unwrap_or_else(|| "(none)".to_owned());
    Err(TargetError::OtherSchema {
        backup: shown(contents.schema.clone()),
        target: shown(target),
    })
}

/// Whether the tables there are ours, and empty unless they may be replaced.
fn check_tables(conn: &mut Conn, contents: &Contents, permit: Permit) -> Result<(), TargetError> {
    let (there, known) = (tables(conn)?, known_tables()?);
    let ours = |name: &String| known.contains(name) || contents.tables.contains_key(name);
    if let Some(foreign) = there.keys().find(|name| !ours(name)) {
        return Err(TargetError::ForeignTable(foreign.clone()));
    }
    match rows_of(&there) {
        rows if rows > 0 && !permit.replace => Err(TargetError::NotEmpty { rows }),
        _ => Ok(()),
    }
}
