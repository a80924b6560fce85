//! A database of its own for each test, and what is done with it.

use std::io::{Read, Write};

use diesel::{Connection, PgConnection, connection::SimpleConnection};
use hodlxxi_backup::Contents;
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{OsEntropy, SystemClock, Timestamp, UserId};
use hodlxxi_oauth::contract::{Fixture, NOW};
use hodlxxi_oauth::jose::{KeyStore, SigningAlg, StoredKey};
use hodlxxi_store_sql::backup::{
    Permit, PgTools, RehearseError, RestoreError, Snapshot, Staging, rehearse, restore, snapshot,
};
use hodlxxi_store_sql::{Database, DatabaseUrl};
use tempfile::TempDir;

use crate::fixture::{Fresh, act, server};

pub(super) const REPLACE: Permit = Permit {
    replace: true,
    running: false,
};

/// A database of its own, not only a schema, since what a backup meets there is all its own.
pub(super) struct Place {
    pub(super) url: DatabaseUrl,
    pub(super) dir: TempDir,
    pub(super) name: Option<String>,
}

impl Place {
    pub(super) fn each() -> [fn() -> Self; 2] {
        [Self::file, Self::on_server]
    }

    pub(super) fn file() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(dir.path().join("place.db"));
        Self {
            url,
            dir,
            name: None,
        }
    }

    pub(super) fn on_server() -> Self {
        let id = UserId::generate(&SystemClock, &OsEntropy);
        let name = format!("backup_{}", id.as_str().replace('-', "_"));
        execute(&server(), &format!("CREATE DATABASE {name}"));
        let (base, _) = server()
            .rsplit_once('/')
            .map(|(b, d)| (b.to_owned(), d.to_owned()))
            .unwrap();
        Self {
            url: format!("{base}/{name}").parse().unwrap(),
            dir: tempfile::tempdir().unwrap(),
            name: Some(name),
        }
    }

    pub(super) fn open(&self) -> Database {
        let database = Database::open(&self.url, 4).unwrap();
        database.migrate().unwrap();
        database
    }

    /// A migrated database with an account, a session, a key.
    pub(super) fn used(&self) -> UserId {
        let fresh = Fresh::of(self.open());
        let user = fresh.user();
        fresh
            .database
            .insert_signing_key(&key(), NOW, &act(Action::KeyRotated))
            .unwrap();
        user
    }

    pub(super) fn execute(&self, sql: &str) {
        match self.url.path() {
            Some(path) => diesel::SqliteConnection::establish(path.to_str().unwrap())
                .unwrap()
                .batch_execute(sql)
                .unwrap(),
            None => execute(&self.url.to_string(), sql),
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        snapshot(&self.url, self.dir.path(), &PgTools::default()).unwrap()
    }

    pub(super) fn restore(
        &self,
        dump: &[u8],
        contents: &Contents,
        permit: Permit,
    ) -> Result<(), RestoreError> {
        let mut staging = Staging::beside(&self.url, self.dir.path()).unwrap();
        staging.write_all(dump).unwrap();
        let (tools, act) = (PgTools::default(), act(Action::BackupRestored));
        restore(
            &self.url,
            staging,
            contents,
            permit,
            &tools,
            &act,
            &SystemClock,
        )
    }

    pub(super) fn rehearse(
        &self,
        dump: &[u8],
        contents: &Contents,
    ) -> Result<Vec<StoredKey>, RehearseError> {
        self.rehearse_at(NOW, dump, contents)
    }

    pub(super) fn rehearse_at(
        &self,
        now: Timestamp,
        dump: &[u8],
        contents: &Contents,
    ) -> Result<Vec<StoredKey>, RehearseError> {
        let mut staging = Staging::in_folder(self.url.kind(), self.dir.path()).unwrap();
        staging.write_all(dump).unwrap();
        let tools = PgTools::default();
        rehearse(&self.url, None, staging, contents, &tools, now, &OsEntropy)
    }

    pub(super) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            execute(
                &server(),
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            );
        }
    }
}

pub(super) fn execute(url: &str, sql: &str) {
    PgConnection::establish(url)
        .unwrap()
        .batch_execute(sql)
        .unwrap();
}

pub(super) fn key() -> StoredKey {
    StoredKey {
        kid: "kid".to_owned(),
        alg: SigningAlg::EdDsa,
        generation: 1,
        sealed_private: vec![1, 0, 255],
        created_at: NOW,
        signs_from: NOW,
        retires_at: None,
    }
}

/// The dump with what it is said to hold.
pub(super) fn taken(mut snapshot: Snapshot) -> (Vec<u8>, Contents) {
    let mut dump = Vec::new();
    snapshot.dump.read_to_end(&mut dump).unwrap();
    (dump, snapshot.contents)
}
