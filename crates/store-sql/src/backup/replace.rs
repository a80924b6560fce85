//! One SQLite file in place of another, such that a crash at any instant leaves the old database whole
//! or the new one.
//!
//! The last commits of the old one may be in its write-ahead log alone, which would be taken for the new
//! file's: it goes first. So before it goes, everything in it is brought into the old file, and nobody
//! writes from then on.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use tempfile::TempPath;

use super::error::{RestoreError, TargetError};
use super::sqlite::{lock, open, refused};
use super::staging::parent;
use super::target::Permit;
use crate::conn::Conn;

/// How often a running server's writes are waited for, about a second each.
const ATTEMPTS: usize = 10;

/// Gives `new`, which is durable, the name `path`.
pub(super) fn replace(path: &Path, new: TempPath, permit: Permit) -> Result<(), RestoreError> {
    // Held until the new file is there.
    let _old = settled(path, permit)?;
    for file in beside(path).iter().filter(|file| file.exists()) {
        fs::remove_file(file)?;
    }
    // Never the new file beside the old log, not even after a power cut.
    let folder = File::open(parent(path))?;
    folder.sync_all()?;
    new.persist(path).map_err(|error| error.error)?;
    // The name must last as well as the bytes.
    folder.sync_all()?;
    Ok(())
}

/// The old database with everything in its file and nothing in its log, and closed to writers as long as
/// this is kept; none where there is no database.
fn settled(path: &Path, permit: Permit) -> Result<Option<Conn>, TargetError> {
    if fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Ok(None);
    }
    let settled = open(path).map_err(TargetError::from).and_then(|mut conn| {
        if !permit.running {
            lock(&mut conn, path)?;
        }
        settle(&mut conn, path).map(|()| conn)
    });
    match settled {
        Ok(conn) => Ok(Some(conn)),
        Err(TargetError::NotADatabase(_)) if permit.replace => Ok(None),
        Err(error) => Err(error),
    }
}

fn settle(conn: &mut Conn, path: &Path) -> Result<(), TargetError> {
    let mut run = |sql| {
        conn.batch_execute(sql)
            .map_err(|error| refused(error, path))
    };
    for _ in 0..ATTEMPTS {
        run("PRAGMA wal_checkpoint(TRUNCATE)")?;
        run("BEGIN IMMEDIATE")?;
        // Empty, it stays so: a running server may have written in between, and from here on cannot.
        let [log, ..] = beside(path);
        if fs::metadata(log).map_or(0, |log| log.len()) == 0 {
            return Ok(());
        }
        run("ROLLBACK")?;
    }
    Err(TargetError::InUse)
}

/// The files that SQLite keeps beside its own, the write-ahead log first.
fn beside(path: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        name.into()
    })
}

#[cfg(test)]
mod tests {
    use diesel::RunQueryDsl;
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    use tempfile::TempDir;

    use super::*;
    use crate::url::DatabaseUrl;

    const STOPPED: Permit = Permit {
        replace: true,
        running: false,
    };
    const RUNNING: Permit = Permit {
        running: true,
        ..STOPPED
    };

    /// A database whose rows are in its log alone, and the connection that keeps them there.
    fn logged() -> (TempDir, PathBuf, Conn) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("old.db");
        let mut conn = Conn::open(&DatabaseUrl::sqlite(&path)).unwrap();
        conn.batch_execute("PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x INTEGER)")
            .unwrap();
        conn.batch_execute("INSERT INTO t VALUES (1), (2), (3)")
            .unwrap();
        assert!(fs::metadata(&beside(&path)[0]).unwrap().len() > 0);
        (dir, path, conn)
    }

    /// The same as a server leaves it that is killed.
    fn left_behind() -> (TempDir, PathBuf) {
        let (old, path, conn) = logged();
        let dir = tempfile::tempdir().unwrap();
        let copy = dir.path().join("old.db");
        fs::copy(&path, &copy).unwrap();
        fs::copy(&beside(&path)[0], &beside(&copy)[0]).unwrap();
        drop((conn, old));
        (dir, copy)
    }

    /// How many rows the file has without anything beside it.
    fn rows(path: &Path) -> i64 {
        let dir = tempfile::tempdir().unwrap();
        let alone = dir.path().join("alone.db");
        fs::copy(path, &alone).unwrap();
        let mut conn = open(&alone).unwrap();
        let count = diesel::select(sql::<BigInt>("count(*) FROM t"));
        count.get_result(&mut conn).unwrap_or(-1)
    }

    fn new_file(dir: &Path) -> TempPath {
        let new = tempfile::NamedTempFile::new_in(dir).unwrap();
        let mut conn = open(new.path()).unwrap();
        conn.batch_execute("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)")
            .unwrap();
        new.into_temp_path()
    }

    #[test]
    fn before_the_log_goes_everything_is_in_the_file() {
        let (_dir, path) = left_behind();
        assert_eq!(rows(&path), -1);
        let held = settled(&path, STOPPED).unwrap();
        // Wherever it dies from here on: the file is the old database, with its log or without.
        assert_eq!(rows(&path), 3);
        assert!(
            open(&path)
                .unwrap()
                .batch_execute("SELECT * FROM t")
                .is_err()
        );
        drop(held);
        assert_eq!(rows(&path), 3);
    }

    #[test]
    fn beside_a_running_server_too_which_cannot_write_from_then_on() {
        let (_dir, path, mut server) = logged();
        let refused = settled(&path, STOPPED).map(drop).unwrap_err();
        assert!(matches!(refused, TargetError::InUse), "{refused}");
        let held = settled(&path, RUNNING).unwrap();
        assert_eq!(rows(&path), 3);
        server.batch_execute("PRAGMA busy_timeout = 0").unwrap();
        assert!(server.batch_execute("INSERT INTO t VALUES (4)").is_err());
        drop(held);
    }

    #[test]
    fn the_new_file_has_nothing_of_the_old_beside_it() {
        let (dir, path) = left_behind();
        replace(&path, new_file(dir.path()), STOPPED).unwrap();
        assert_eq!(rows(&path), 1);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        let (dir, path, server) = logged();
        replace(&path, new_file(dir.path()), RUNNING).unwrap();
        // The old one's last connection leaves the new one's files alone.
        let mut conn = Conn::open(&DatabaseUrl::sqlite(&path)).unwrap();
        conn.batch_execute("INSERT INTO t VALUES (2)").unwrap();
        drop(server);
        assert!(beside(&path)[0].exists());
        drop(conn);
        assert_eq!(rows(&path), 2);
    }

    #[test]
    fn what_is_no_database_is_replaced_if_it_may_be() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("old.db");
        for old in [&b""[..], &[7; 4096]] {
            fs::write(&path, old).unwrap();
            replace(&path, new_file(dir.path()), STOPPED).unwrap();
            assert_eq!(rows(&path), 1);
        }
    }
}
