//! A new, empty database for each test.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::{PgConnection, connection::SimpleConnection, sql_query, sql_types::Text};
use hodlxxi_auth::account::{
    AccountStore, NewSession, ProvenKey, SignIn, SignInAccount, SignInOutcome,
};
use hodlxxi_auth::identity::Identity;
use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};
use hodlxxi_kernel::{
    ClientId, OsEntropy, Secret, SecretHash, SessionId, SignInMethod, StoreError, SystemClock,
    Timestamp, UserId,
};
use hodlxxi_oauth::Stores;
use hodlxxi_oauth::contract::{Fixture, NOW};
use hodlxxi_oauth::person::{Profile, ProfileSource};
use hodlxxi_store_sql::{Database, DatabaseUrl};
use tempfile::TempDir;

/// A database that goes when this is dropped.
pub(crate) struct Fresh {
    pub(crate) database: Database,
    place: Place,
}

enum Place {
    Directory { _dir: TempDir },
    Schema { server: String, name: String },
    Elsewhere,
}

impl Fresh {
    /// A migrated SQLite file.
    pub(crate) fn sqlite() -> Self {
        Self::new_file().migrated()
    }

    /// A migrated schema on PostgreSQL.
    pub(crate) fn postgres() -> Self {
        Self::new_schema().migrated()
    }

    /// One of each, migrated.
    pub(crate) fn each() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }

    /// One of each, without any table.
    pub(crate) fn each_unmigrated() -> [Self; 2] {
        [Self::new_file(), Self::new_schema()]
    }

    /// A database that somebody else removes.
    pub(crate) fn of(database: Database) -> Self {
        Self {
            database,
            place: Place::Elsewhere,
        }
    }

    fn migrated(self) -> Self {
        self.database.migrate().unwrap();
        self
    }

    fn new_file() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(dir.path().join("test.db"));
        Self::open(&url, Place::Directory { _dir: dir })
    }

    fn new_schema() -> Self {
        let server = server();
        let id = UserId::generate(&SystemClock, &OsEntropy);
        let name = format!("test_{}", id.as_str().replace('-', "_"));
        let mut conn = PgConnection::establish(&server).unwrap();
        conn.batch_execute(&format!("CREATE SCHEMA {name}"))
            .unwrap();
        let joint = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joint}options=-csearch_path%3D{name}");
        Self::open(&url.parse().unwrap(), Place::Schema { server, name })
    }

    fn open(url: &DatabaseUrl, place: Place) -> Self {
        Self {
            database: Database::open(url, 8).unwrap(),
            place,
        }
    }

    /// Runs SQL beside the store.
    pub(crate) fn execute(&self, sql: &str) {
        match self.database.url().path() {
            Some(path) => diesel::SqliteConnection::establish(path.to_str().unwrap())
                .unwrap()
                .batch_execute(sql)
                .unwrap(),
            None => self.server_connection().batch_execute(sql).unwrap(),
        }
    }

    /// How the database would run `query`, whose parameters are `$1` and so on, each a text: its plan, made before it
    /// knows them.
    pub(crate) fn plan(&self, query: &str, parameters: usize) -> String {
        let Some(path) = self.database.url().path() else {
            let mut conn = self.server_connection();
            let texts = vec!["text"; parameters].join(", ");
            let nulls = vec!["NULL"; parameters].join(", ");
            // An empty table is read as a whole, if that can be avoided or not.
            let prepare = format!(
                "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;
                 PREPARE asked ({texts}) AS {query}"
            );
            conn.batch_execute(&prepare).unwrap();
            let explain = sql_query(format!("EXPLAIN (COSTS OFF) EXECUTE asked ({nulls})"));
            let lines: Vec<PostgresStep> = explain.load(&mut conn).unwrap();
            return lines.into_iter().map(|line| line.step + "\n").collect();
        };
        let mut conn = diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let explain = sql_query(format!("EXPLAIN QUERY PLAN {query}"));
        let lines: Vec<SqliteStep> = explain.load(&mut conn).unwrap();
        lines.into_iter().map(|line| line.detail + "\n").collect()
    }

    pub(crate) fn server_connection(&self) -> PgConnection {
        let Place::Schema { server, name } = &self.place else {
            panic!("an embedded database has a path")
        };
        let mut conn = PgConnection::establish(server).unwrap();
        conn.batch_execute(&format!("SET search_path = {name}"))
            .unwrap();
        conn
    }
}

#[derive(QueryableByName)]
struct PostgresStep {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    step: String,
}

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A PostgreSQL server, at which a database is named whose schemas are ours to make.
pub(crate) fn server() -> String {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests alone")]
    let server = std::env::var("HODLXXI_TEST_POSTGRES");
    server.expect("HODLXXI_TEST_POSTGRES is set by tests/with-servers, as `make test` does")
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Schema { server, name } = self {
            let mut conn = PgConnection::establish(server).unwrap();
            conn.batch_execute(&format!("DROP SCHEMA {name} CASCADE"))
                .unwrap();
        }
    }
}

/// A session that begins at `now` and lives a day.
pub(crate) fn new_session(now: Timestamp) -> NewSession {
    NewSession {
        id: SessionId::generate(&SystemClock, &OsEntropy),
        secret_hash: new_hash(),
        auth_time: now,
        expires_at: now.plus(24 * 3600),
        user_agent: None,
        replaces: None,
    }
}

pub(crate) fn new_hash() -> SecretHash {
    Secret::generate(&OsEntropy).hash()
}

/// An act of nobody in particular.
pub(crate) fn act(action: Action) -> AuditEntry {
    AuditEntry::new(action, &Origin::server(), &SystemClock, &OsEntropy)
}

/// A sign-in with a key made of the account's id.
fn sign_in(user: &UserId, account: SignInAccount) -> SignIn {
    SignIn {
        key: Some(ProvenKey {
            identity: Identity::Script(user.as_str().as_bytes().to_vec()),
            public_key: None,
            method: SignInMethod::Bitcoin,
            address: None,
        }),
        account,
        session: new_session(NOW),
        act: act(Action::SignedIn),
    }
}

fn signed_in(fresh: &Fresh, sign_in: &SignIn) -> SessionId {
    match fresh.database.sign_in(sign_in).unwrap() {
        SignInOutcome::SignedIn { session, .. } => session.id,
        other => panic!("{other:?}"),
    }
}

impl Fixture for Fresh {
    fn stores(&self) -> Stores {
        let store = Arc::new(self.database.clone());
        Stores {
            clients: store.clone(),
            codes: store.clone(),
            grants: store.clone(),
            consents: store.clone(),
            replays: store.clone(),
            logouts: store.clone(),
            keys: store.clone(),
            profiles: Arc::new(NoProfiles),
            subjects: store.clone(),
            audit: store,
        }
    }

    fn user(&self) -> UserId {
        let user = UserId::generate(&SystemClock, &OsEntropy);
        signed_in(
            self,
            &sign_in(&user, SignInAccount::FoundOrNew(user.clone())),
        );
        user
    }

    fn session(&self, user: &UserId) -> SessionId {
        signed_in(self, &sign_in(user, SignInAccount::Only(user.clone())))
    }

    fn disable_user(&self, user: &UserId) {
        let act = act(Action::UserDisabled);
        assert!(self.database.disable_user(user, NOW, &act).unwrap());
    }

    fn merge(&self, user: &UserId, client: &ClientId, known_as: &UserId) {
        self.execute(&format!(
            "UPDATE users SET merged_at = 1 WHERE id = '{user}'"
        ));
        self.execute(&format!(
            "INSERT INTO subject_aliases VALUES ('{user}', '{client}', '{known_as}')"
        ));
    }
}

/// Profiles are made by whoever introduces accounts to clients, not by a store.
struct NoProfiles;

impl ProfileSource for NoProfiles {
    fn profile(&self, _: &UserId, _: SignInMethod) -> Result<Option<Profile>, StoreError> {
        Ok(None)
    }
}
