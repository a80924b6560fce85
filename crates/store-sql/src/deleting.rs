//! Deleting a client, of which there may be any number of rows.
//!
//! From the first transaction on the client is disabled, and refused everything. So what there is of it can be taken away
//! in steps that hold nobody up, its own row last. Where they are cut short, it stays disabled, and the next call goes on.

use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, Deadline, StoreError};

use crate::audit;
use crate::conn::{Conn, locked, unheld};
use crate::database::Database;
use crate::fault::Fault;
use crate::schema::clients::{self as c, table};
use crate::schema::{
    access_tokens, authorization_codes, consents, grants, logout_deliveries, refresh_tokens,
    session_clients, subject_aliases,
};

/// About how many rows are removed in one transaction.
const STEP: usize = 2_000;

/// How long it may take to finish what was begun, whoever waits for it.
const AMPLE: Duration = Duration::from_hours(1);

/// How long others get between two transactions.
const REST: Duration = Duration::from_millis(5);

impl Database {
    /// Deletes a client with all there is of it; answers whether it existed.
    pub(crate) fn delete_whole_client(
        &self,
        id: &ClientId,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let (found, mut done) = self.write_tx(|conn| {
            if !lock(conn, id)? {
                return Ok((false, true));
            }
            diesel::update(table.find(id.as_str()).filter(c::disabled_at.is_null()))
                .set((
                    c::disabled_at.eq(act.at.as_unix()),
                    c::disabled_count.eq(c::disabled_count + 1),
                ))
                .execute(conn)?;
            audit::insert(conn, act)?;
            Ok((true, take_some(conn, id, STEP)?))
        })?;
        // A client that deletes itself could not ask again: what was begun is finished, however long anybody waits.
        Deadline::at(Instant::now() + AMPLE).during(|| {
            while !done {
                // What is left may be held by somebody who is waiting for the client.
                thread::sleep(REST);
                done = self.write_tx(|conn| Ok(!lock(conn, id)? || take_some(conn, id, STEP)?))?;
            }
            Ok(found)
        })
    }
}

/// Locks a client against everybody who uses it or adds to what there is of it; answers whether it exists.
fn lock(conn: &mut Conn, id: &ClientId) -> Result<bool, Fault> {
    let query = table.find(id.as_str()).select(c::id);
    let found: Option<String> = locked!(conn, for_update, query).optional()?;
    Ok(found.is_some())
}

/// Locks those rows of one table that nobody else has locked; answers their keys, and whether there are no others.
macro_rules! free {
    ($conn:expr, $table:ident.$key:ident, $of:expr, $limit:expr) => {{
        let rows = $table::table.select($table::$key);
        let limit = i64::try_from($limit).unwrap_or(i64::MAX);
        let seen: Vec<String> = rows.filter($of).limit(limit).load($conn)?;
        let mut free: Vec<String> = Vec::new();
        if !seen.is_empty() {
            free = unheld!($conn, rows.filter($of).filter($table::$key.eq_any(&seen)))?;
        }
        let all = free.len() == seen.len();
        (free, all)
    }};
}

/// Removes at most `limit` rows of one table; answers how many, or `limit` where others are left.
macro_rules! take {
    ($conn:expr, $table:ident.$key:ident, $of:expr, $limit:expr) => {{
        let (keys, all) = free!($conn, $table.$key, $of, $limit);
        if !keys.is_empty() {
            let rows = $table::table.filter($of).filter($table::$key.eq_any(&keys));
            diesel::delete(rows).execute($conn)?;
        }
        if all { keys.len() } else { $limit }
    }};
}

/// Removes at most about `limit` rows of a client that is locked, and its own once they are the last; answers whether
/// that is so. It waits for nobody: who has a row of it locked may be waiting for the client.
fn take_some(conn: &mut Conn, id: &ClientId, limit: usize) -> Result<bool, Fault> {
    let id = id.as_str();
    let mut left = limit.saturating_sub(take_grants(conn, id, limit)?);
    macro_rules! take_of_client {
        ($($table:ident.$key:ident),+) => {
            $(if left > 0 {
                left -= take!(conn, $table.$key, $table::client_id.eq(id), left);
            })+
        };
    }
    take_of_client!(
        authorization_codes.code_hash,
        session_clients.session_id,
        consents.user_id,
        subject_aliases.user_id,
        logout_deliveries.id
    );
    if left == 0 {
        return Ok(false);
    }
    diesel::delete(table.find(id)).execute(conn)?;
    Ok(true)
}

/// Removes grants of a client with their tokens, of which one may have many; answers how many rows, or `limit` where
/// others are left. Grants are locked first, as by everybody who uses their tokens.
fn take_grants(conn: &mut Conn, client: &str, limit: usize) -> Result<usize, Fault> {
    let (ids, all) = free!(conn, grants.id, grants::client_id.eq(client), limit);
    if !ids.is_empty() {
        let of = access_tokens::grant_id.eq_any(&ids);
        let access = take!(conn, access_tokens.token_hash, of.clone(), limit);
        let of = refresh_tokens::grant_id.eq_any(&ids);
        let refresh = take!(conn, refresh_tokens.token_hash, of.clone(), limit);
        if access == limit || refresh == limit {
            return Ok(limit);
        }
        diesel::delete(grants::table.filter(grants::id.eq_any(&ids))).execute(conn)?;
        if all {
            return Ok(limit.min(ids.len() + access + refresh));
        }
    }
    Ok(if all { 0 } else { limit })
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    use hodlxxi_kernel::audit::{Action, Origin};
    use hodlxxi_kernel::{OsEntropy, SystemClock};
    use hodlxxi_oauth::client::ClientStore as _;

    use super::*;
    use crate::url::DatabaseUrl;

    fn act() -> AuditEntry {
        let action = Action::ClientDeleted;
        AuditEntry::new(action, &Origin::server(), &SystemClock, &OsEntropy)
    }

    /// All that refers to a client, directly or by its grants.
    const OF_CLIENTS: [&str; 8] = [
        "access_tokens",
        "refresh_tokens",
        "grants",
        "authorization_codes",
        "session_clients",
        "consents",
        "subject_aliases",
        "logout_deliveries",
    ];

    fn count(database: &Database, rows: &str) -> i64 {
        let count = diesel::select(sql::<BigInt>(&format!("count(*) FROM {rows}")));
        database.read(|conn| Ok(count.get_result(conn)?)).unwrap()
    }

    /// So many rows of every kind for a new client.
    fn client_with(database: &Database, rows: usize) -> ClientId {
        let id = ClientId::generate(&SystemClock, &OsEntropy);
        let hash = format!("substr('{id}' || i || '{:043}', 1, 43)", 0);
        let each = format!(
            "WITH RECURSIVE n (i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < {}) INSERT INTO",
            9_999 + rows
        );
        let rows = format!(
            "INSERT INTO clients (id, metadata, origin, verified, created_at) \
             VALUES ('{id}', '{{\"client_name\":null}}', 'registered', 0, 1); \
             {each} users (id, is_guest, created_at, updated_at) SELECT '{id}u' || i, 0, 1, 1 FROM n; \
             {each} grants (id, client_id, created_at, last_used_at, kept_until) \
             SELECT '{id}' || i, '{id}', 1, 1, 1 FROM n; \
             {each} access_tokens (token_hash, grant_id, scope, audience, issued_at, expires_at) \
             SELECT {hash}, '{id}10000', '', '', 1, 1 FROM n; \
             {each} refresh_tokens (token_hash, grant_id, generation, issued_at, idle_expires_at, family_expires_at) \
             SELECT {hash}, '{id}10000', i, 1, 1, 1 FROM n; \
             {each} authorization_codes (code_hash, client_id, redirect_uri, redirect_uri_given, user_id, session_id, \
                 authorized, expires_at) SELECT {hash}, '{id}', '', 0, '{id}u10000', 's', '', 1 FROM n; \
             {each} session_clients (session_id, user_id, client_id, first_code_expires_at) \
             SELECT 's' || i, '{id}u10000', '{id}', 1 FROM n; \
             {each} consents (user_id, client_id, scope, claims, first_allowed_at) \
             SELECT '{id}u' || i, '{id}', '', '', 1 FROM n; \
             {each} subject_aliases (user_id, client_id, known_as) SELECT '{id}u' || i, '{id}', 'x' FROM n; \
             {each} logout_deliveries (id, client_id, user_id, session_id, attempts, due_at) \
             SELECT '{id}' || i, '{id}', 'u', 's', 0, 1 FROM n;"
        );
        database
            .write_tx(|conn| Ok(conn.batch_execute(&rows)?))
            .unwrap();
        id
    }

    fn database() -> (tempfile::TempDir, Database) {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(&DatabaseUrl::sqlite(dir.path().join("x.db")), 1).unwrap();
        database.migrate().unwrap();
        (dir, database)
    }

    #[test]
    fn all_of_a_client_of_more_rows_than_a_step_goes_and_nothing_of_another() {
        let (_dir, database) = database();
        client_with(&database, 3);
        let id = client_with(&database, STEP + 1);
        assert!(database.delete_client(&id, &act()).unwrap());
        assert!(!database.delete_client(&id, &act()).unwrap());
        for kind in OF_CLIENTS {
            assert_eq!(count(&database, kind), 3, "{kind}");
        }
        assert_eq!(count(&database, "clients"), 1);
        assert_eq!(count(&database, "audit_entries"), 1);
    }

    #[test]
    fn whoever_waits_no_longer_leaves_nothing_half_done() {
        let (_dir, database) = database();
        let id = client_with(&database, STEP + 1);
        for millis in [0, 20, 40, 80, 160, 320, 640, 10_000] {
            let deadline = Deadline::at(Instant::now() + Duration::from_millis(millis));
            // It may be too late to begin, but not to end.
            let deleted = deadline.during(|| database.delete_client(&id, &act()));
            let left = deleted.map_or(STEP + 1, |_| 0);
            for kind in OF_CLIENTS {
                let there = usize::try_from(count(&database, kind)).unwrap();
                assert_eq!(there, left, "{kind}, {millis} ms");
            }
            assert_eq!(count(&database, "clients WHERE disabled_at IS NOT NULL"), 0);
        }
        assert_eq!(count(&database, "clients"), 0);
    }

    #[test]
    fn what_was_cut_short_is_dead_and_goes_when_it_is_asked_for_again() {
        let (_dir, database) = database();
        let id = client_with(&database, 10);
        // Steps of other sizes, each as a process leaves it that dies after it.
        for limit in [1, 3, 7, 10, 11] {
            let done = database.write_tx(|conn| {
                conn.batch_execute("UPDATE clients SET disabled_at = 5")?;
                assert!(lock(conn, &id)?);
                take_some(conn, &id, limit)
            });
            assert!(!done.unwrap());
        }
        let client = "clients WHERE disabled_at = 5";
        assert_eq!(count(&database, client), 1);
        assert!(count(&database, "consents") > 0);
        assert!(database.delete_client(&id, &act()).unwrap());
        for kind in OF_CLIENTS {
            assert_eq!(count(&database, kind), 0, "{kind}");
        }
        assert_eq!(count(&database, "clients"), 0);
    }

    #[test]
    fn a_step_takes_no_more_than_it_may() {
        let (_dir, database) = database();
        let id = client_with(&database, 10);
        let all = || -> i64 { OF_CLIENTS.map(|kind| count(&database, kind)).iter().sum() };
        let mut before = all();
        assert_eq!(before, 80);
        loop {
            let done = database.write_tx(|conn| take_some(conn, &id, 4)).unwrap();
            // Of tokens and their grants so many each.
            assert!(before - all() <= 3 * 4, "{before}, {}", all());
            assert!(done || all() < before);
            before = all();
            if done {
                break;
            }
        }
        assert_eq!(before, 0);
    }
}
