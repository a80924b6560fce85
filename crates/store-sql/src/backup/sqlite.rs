//! SQLite: `VACUUM INTO` for a copy, which takes the old file's place on the way back.

use std::fs::File;
use std::io;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as SqlError;
use hodlxxi_backup::Contents;

use super::Snapshot;
use super::contents::{self, literal};
use super::error::{RestoreError, SnapshotError, TargetError};
use super::replace::replace;
use super::staging::Staging;
use super::target::Permit;
use super::voids::Voids;
use crate::conn::{Conn, ConnectError, write_tx};
use crate::fault::Fault;
use crate::keys;
use crate::migrations::is_migrated;
use crate::url::DatabaseUrl;

/// Copies the file as of one moment, and looks at the copy: what is told of it is what it holds.
pub(super) fn snapshot(path: &Path, folder: &Path) -> Result<Snapshot, SnapshotError> {
    if !path.exists() {
        return Err(SnapshotError::NoDatabase(path.display().to_string()));
    }
    let mut place = tempfile::Builder::new();
    place.prefix("backup-");
    // SQLite makes the copy readable by all: the folder around it is its owner's alone.
    #[cfg(unix)]
    place.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let place = place.tempdir_in(folder)?;
    let copy = place.path().join("copy.db");
    let mut source = Conn::open(&DatabaseUrl::sqlite(path))?;
    if !is_migrated(&mut source)? {
        return Err(SnapshotError::NoSchema);
    }
    let target = copy.to_str().map(literal);
    let target = target.ok_or_else(|| io::Error::other("the folder's path is not UTF-8"))?;
    source.batch_execute(&format!("VACUUM INTO {target}"))?;
    drop(source);
    let mut conn = open(&copy)?;
    if let Some(damage) = contents::damage(&mut conn)? {
        return Err(SnapshotError::Damaged(damage));
    }
    Ok(Snapshot {
        contents: contents::of(&mut conn)?,
        keys: keys::all(&mut conn)?,
        dump: File::open(&copy)?,
    })
}

/// Whether the file may be replaced. To see whether a server has it open, it is locked for a moment.
pub(super) fn check(path: &Path, permit: Permit) -> Result<(), TargetError> {
    // No file, or one that was never written to.
    if std::fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Ok(());
    }
    let looked = open(path).map_err(TargetError::from).and_then(|mut conn| {
        if !permit.running {
            lock(&mut conn, path)?;
        }
        rows(&mut conn, path)
    });
    match looked {
        Ok(rows) if rows > 0 && !permit.replace => Err(TargetError::NotEmpty { rows }),
        Err(TargetError::NotADatabase(_)) if permit.replace => Ok(()),
        looked => looked.map(drop),
    }
}

/// Makes the dump a database like any other, then puts it into its place.
pub(super) fn restore(
    path: &Path,
    dump: Staging,
    contents: &Contents,
    voids: &Voids,
    permit: Permit,
) -> Result<(), RestoreError> {
    let dump = dump.into_path()?;
    let mut conn = open(&dump)?;
    contents::examine(&mut conn, contents)?;
    write_tx(&mut conn, |conn| contents::run(conn, &voids.at_once))?;
    contents::migrate(&mut conn, &voids.migrated)?;
    drop(conn);
    File::open(&dump)?.sync_all()?;
    check(path, permit)?;
    replace(path, dump, permit)
}

/// A connection to a file as it is: neither made nor turned to a write-ahead log.
pub(super) fn open(path: &Path) -> Result<Conn, ConnectError> {
    let path = path
        .to_str()
        .ok_or_else(|| ConnectionError::InvalidConnectionUrl("the path is not UTF-8".to_owned()))?;
    let mut conn = SqliteConnection::establish(path)?;
    for pragma in ["busy_timeout = 1000", "foreign_keys = ON"] {
        conn.batch_execute(&format!("PRAGMA {pragma}"))?;
    }
    Ok(Conn::Sqlite(conn))
}

/// Takes the whole file: a server's connection holds a lock as long as it is open.
pub(super) fn lock(conn: &mut Conn, path: &Path) -> Result<(), TargetError> {
    let locked = conn
        .batch_execute("PRAGMA locking_mode = EXCLUSIVE")
        .and_then(|()| conn.batch_execute("BEGIN EXCLUSIVE"))
        .and_then(|()| conn.batch_execute("ROLLBACK"));
    locked.map_err(|error| refused(error, path))
}

fn rows(conn: &mut Conn, path: &Path) -> Result<u64, TargetError> {
    match contents::tables(conn) {
        Ok(tables) => Ok(contents::rows_of(&tables)),
        Err(Fault::Sql(error)) => Err(refused(error, path)),
        Err(fault) => Err(fault.into()),
    }
}

/// SQLite tells these two by their words alone.
pub(super) fn refused(error: SqlError, path: &Path) -> TargetError {
    match error.to_string() {
        text if text.contains("locked") => TargetError::InUse,
        text if text.contains("not a database") || text.contains("malformed") => {
            TargetError::NotADatabase(path.display().to_string())
        }
        _ => error.into(),
    }
}
