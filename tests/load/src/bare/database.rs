//! Statements by key on one table of short rows, through a pool.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, R2D2Connection};

use crate::plan::Transaction;

/// Rows that are there from the start.
const ROWS: u64 = 1_000;

const TABLE: &str = "CREATE TABLE bare_rows (id TEXT PRIMARY KEY, owner TEXT NOT NULL, content TEXT NOT NULL, at BIGINT NOT NULL)";

diesel::table! {
    bare_rows (id) {
        id -> Text,
        owner -> Text,
        content -> Text,
        at -> BigInt,
    }
}

type Pool<C> = diesel::r2d2::Pool<ConnectionManager<C>>;

/// A pool of connections to either database.
pub(super) enum Database {
    /// PostgreSQL.
    Pg(Pool<PgConnection>, AtomicU64),
    /// SQLite, whose writers wait for each other.
    Sqlite(Pool<SqliteConnection>, AtomicU64, Mutex<()>),
}

/// As durable as the product's connections.
#[derive(Debug)]
struct Durable;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Durable {
    fn on_acquire(&self, conn: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        for pragma in [
            "busy_timeout = 5000",
            "journal_mode = WAL",
            "synchronous = FULL",
        ] {
            conn.batch_execute(&format!("PRAGMA {pragma}"))
                .map_err(diesel::r2d2::Error::QueryError)?;
        }
        Ok(())
    }
}

fn pool<C: R2D2Connection + 'static>(
    url: &str,
    size: u32,
    customizer: Box<dyn CustomizeConnection<C, diesel::r2d2::Error>>,
) -> Pool<C> {
    let pool = diesel::r2d2::Pool::builder()
        .max_size(size)
        .test_on_check_out(false)
        .connection_customizer(customizer)
        .build(ConnectionManager::new(url));
    pool.expect("a pool")
}

/// The id of a row, as long as a hash in base64url.
fn id(number: u64) -> String {
    format!("{number:043}")
}

/// The statements, once for each kind of connection.
macro_rules! statements {
    ($module:ident, $connection:ty) => {
        mod $module {
            use super::*;

            pub(super) fn read(conn: &mut $connection, number: u64) -> QueryResult<()> {
                let row: (String, String, String, i64) =
                    bare_rows::table.find(id(number % ROWS)).get_result(conn)?;
                assert_eq!(row.1.len(), 36);
                Ok(())
            }

            pub(super) fn insert(conn: &mut $connection, number: u64) -> QueryResult<()> {
                let row = (
                    bare_rows::id.eq(id(number)),
                    bare_rows::owner.eq("01890a5d-ac96-774b-bcce-b302099a8057"),
                    bare_rows::content.eq(CONTENT),
                    bare_rows::at.eq(1_700_000_000_i64),
                );
                diesel::insert_into(bare_rows::table)
                    .values(row)
                    .execute(conn)?;
                Ok(())
            }

            pub(super) fn update(conn: &mut $connection, number: u64) -> QueryResult<()> {
                diesel::update(bare_rows::table.find(id(number % ROWS)))
                    .set(bare_rows::at.eq(1_700_000_001_i64))
                    .execute(conn)?;
                Ok(())
            }

            pub(super) fn run(
                conn: &mut $connection,
                transaction: Transaction,
                number: &AtomicU64,
            ) -> QueryResult<()> {
                for _ in 0..transaction.reads {
                    read(conn, next(number))?;
                }
                for _ in 0..transaction.updates {
                    update(conn, next(number))?;
                }
                for _ in 0..transaction.inserts {
                    insert(conn, next(number))?;
                }
                Ok(())
            }

            pub(super) fn fill(conn: &mut $connection) {
                conn.batch_execute(TABLE).expect("the table");
                let filled: QueryResult<()> =
                    conn.transaction(|conn| (0..ROWS).try_for_each(|number| insert(conn, number)));
                filled.expect("the rows");
            }
        }
    };
}

statements!(pg, PgConnection);
statements!(sqlite, SqliteConnection);

const CONTENT: &str = "{\"scope\":\"openid profile\",\"session\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"nonce\":\"the-nonce\",\"method\":\"bitcoin\",\"auth_time\":1700000000}";

fn next(number: &AtomicU64) -> u64 {
    number.fetch_add(1, Ordering::Relaxed)
}

impl Database {
    /// Opens an empty database, and fills it.
    pub(super) fn open(url: &str, size: u32) -> Self {
        let number = AtomicU64::new(ROWS);
        if url.starts_with("postgres://") {
            let pool: Pool<PgConnection> =
                pool(url, size, Box::new(diesel::r2d2::NopConnectionCustomizer));
            pg::fill(&mut pool.get().expect("a connection"));
            return Self::Pg(pool, number);
        }
        let pool: Pool<SqliteConnection> = pool(url, size, Box::new(Durable));
        sqlite::fill(&mut pool.get().expect("a connection"));
        Self::Sqlite(pool, number, Mutex::default())
    }

    /// A select by key.
    pub(super) fn read(&self) {
        let read = match self {
            Self::Pg(pool, number) => {
                pg::read(&mut pool.get().expect("a connection"), next(number))
            }
            Self::Sqlite(pool, number, _) => {
                sqlite::read(&mut pool.get().expect("a connection"), next(number))
            }
        };
        read.expect("the row");
    }

    /// An insert that is a transaction by itself.
    pub(super) fn write(&self) {
        let written = match self {
            Self::Pg(pool, number) => {
                pg::insert(&mut pool.get().expect("a connection"), next(number))
            }
            Self::Sqlite(pool, number, writer) => {
                let _turn = writer.lock().expect("its turn");
                sqlite::insert(&mut pool.get().expect("a connection"), next(number))
            }
        };
        written.expect("the row is new");
    }

    /// A transaction of several statements.
    pub(super) fn run(&self, transaction: Transaction) {
        let done = match self {
            Self::Pg(pool, number) => {
                let mut conn = pool.get().expect("a connection");
                conn.transaction(|conn| pg::run(conn, transaction, number))
            }
            Self::Sqlite(pool, number, writer) => {
                let _turn = writer.lock().expect("its turn");
                let mut conn = pool.get().expect("a connection");
                conn.immediate_transaction(|conn| sqlite::run(conn, transaction, number))
            }
        };
        done.expect("the transaction");
    }
}
