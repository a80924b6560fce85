//! Deleting a client, of which there may be any number of rows.
//!
//! From one transaction on there is no such client for anybody, and it is disabled, so that its tokens are dead. What is
//! kept of it is taken away in steps that hold nobody up, its own row last: the first at once, which is all for most, the
//! others in the background.

use diesel::prelude::*;
use hodlxxi_kernel::audit::{Action, AuditEntry};
use hodlxxi_kernel::{ClientId, StoreError, Timestamp, UserId};

use crate::audit;
use crate::clients::present;
use crate::conn::{Conn, locked, unheld};
use crate::database::Database;
use crate::fault::Fault;
use crate::row::column;
use crate::schema::clients::{self as c, table};
use crate::schema::{
    access_tokens, authorization_codes, consents, grants, logout_deliveries, refresh_tokens,
    session_clients, subject_aliases,
};

/// About how many rows are removed at once.
const AT_ONCE: usize = 2_000;

/// Locks a client against everybody who uses it or adds to what there is of it; answers whether it is there.
macro_rules! lock {
    ($conn:expr, $client:expr) => {{
        let found: Option<String> = locked!($conn, for_update, $client.select(c::id)).optional()?;
        found.is_some()
    }};
}

impl Database {
    /// Deletes a client; answers whether there was one.
    pub(crate) fn delete_whole_client(
        &self,
        id: &ClientId,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_tx(|conn| {
            if !lock!(conn, present(id)) {
                return Ok(false);
            }
            let client = diesel::update(table.find(id.as_str()));
            client.set(end(act.at)).execute(conn)?;
            audit::insert(conn, act)?;
            take_some(conn, id.as_str(), AT_ONCE)?;
            Ok(true)
        })
    }

    /// Removes at most about so many rows of clients that were deleted; answers how many.
    pub(crate) fn remove_deleted_clients(&self, limit: usize) -> Result<usize, StoreError> {
        let deleted = table.filter(c::deleted_at.is_not_null());
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let some = deleted.order(c::id).limit(most).select(c::id);
        let ids: Vec<String> = self.read(|conn| Ok(some.load(conn)?))?;
        let mut removed = 0;
        for id in ids {
            let room = limit.saturating_sub(removed);
            if room > 0 {
                removed += self.write_tx(|conn| {
                    // Judged again: another node may have been quicker.
                    if lock!(conn, table.find(&id).filter(c::deleted_at.is_not_null())) {
                        take_some(conn, &id, room)
                    } else {
                        Ok(0)
                    }
                })?;
            }
        }
        Ok(removed)
    }
}

/// Deletes all clients of a person, which are locked, and writes each of these acts down. Their rows go in the background.
pub(crate) fn delete_owned(
    conn: &mut Conn,
    owner: &UserId,
    now: Timestamp,
    act: &dyn Fn(Action) -> AuditEntry,
) -> Result<(), Fault> {
    let owned = table.filter(c::owner_user_id.eq(owner.as_str()));
    let ids: Vec<String> = diesel::update(owned)
        .set(end(now))
        .returning(c::id)
        .get_results(conn)?;
    for id in ids {
        let id = ClientId::try_from(id).map_err(column("clients", "id"))?;
        let why = Action::AccountDeleted.as_str();
        audit::insert(conn, &act(Action::ClientDeleted).client(&id).detail(why))?;
    }
    Ok(())
}

/// What deletion changes in a client: for a program of the version before, it is disabled.
#[diesel::dsl::auto_type(no_type_alias)]
fn end(now: Timestamp) -> _ {
    let (at, nobody): (i64, Option<String>) = (now.as_unix(), None);
    (
        c::deleted_at.eq(at),
        c::disabled_at.eq(at),
        c::disabled_count.eq(c::disabled_count + 1_i64),
        c::owner_user_id.eq(nobody),
    )
}

/// How much may be removed in a transaction, and how much was.
struct Room {
    limit: usize,
    removed: usize,
    /// Whether rows may have been left: for want of room, or because somebody else has them locked.
    left_some: bool,
}

impl Room {
    const fn of(limit: usize) -> Self {
        Self {
            limit,
            removed: 0,
            left_some: false,
        }
    }

    const fn left(&self) -> usize {
        self.limit.saturating_sub(self.removed)
    }

    /// Of the rows that are there, those that are free are removed.
    const fn remove(&mut self, there: usize, free: usize) {
        self.left_some |= free < there || there == self.left();
        self.removed += free;
    }
}

/// Locks as many rows of one table as there is room for and nobody else has locked; answers how many there are, and the
/// keys of those.
macro_rules! free {
    ($conn:expr, $room:expr, $table:ident.$key:ident, $of:expr) => {{
        let rows = $table::table.select($table::$key);
        let limit = i64::try_from($room.left()).unwrap_or(i64::MAX);
        let there: Vec<String> = rows.filter($of).limit(limit).load($conn)?;
        let mut free: Vec<String> = Vec::new();
        if !there.is_empty() {
            let these = rows.filter($of).filter($table::$key.eq_any(&there));
            free = unheld!($conn, these)?;
        }
        (there.len(), free)
    }};
}

/// Removes rows of one table.
macro_rules! take {
    ($conn:expr, $room:expr, $table:ident.$key:ident, $of:expr) => {{
        let (there, free) = free!($conn, $room, $table.$key, $of);
        if !free.is_empty() {
            let rows = $table::table.filter($of).filter($table::$key.eq_any(&free));
            diesel::delete(rows).execute($conn)?;
        }
        $room.remove(there, free.len());
    }};
}

/// Removes at most about `limit` rows of a client that is locked, its own if they are all; answers how many. It waits for
/// nobody: who has a row of it locked may be waiting for the client.
fn take_some(conn: &mut Conn, id: &str, limit: usize) -> Result<usize, Fault> {
    let mut room = Room::of(limit);
    take_grants(conn, id, &mut room)?;
    macro_rules! take_of_client {
        ($($table:ident.$key:ident),+) => {
            $(take!(conn, room, $table.$key, $table::client_id.eq(id));)+
        };
    }
    take_of_client!(
        authorization_codes.code_hash,
        session_clients.session_id,
        consents.user_id,
        subject_aliases.user_id,
        logout_deliveries.id
    );
    if !room.left_some {
        room.removed += diesel::delete(table.find(id)).execute(conn)?;
    }
    Ok(room.removed)
}

/// Removes grants of a client with their tokens, of which one may have many. Grants are locked first, as by everybody who
/// uses their tokens.
fn take_grants(conn: &mut Conn, client: &str, room: &mut Room) -> Result<(), Fault> {
    let (there, ids) = free!(conn, room, grants.id, grants::client_id.eq(client));
    let mut tokens = Room::of(room.left());
    let of = access_tokens::grant_id.eq_any(&ids);
    take!(conn, tokens, access_tokens.token_hash, of.clone());
    let of = refresh_tokens::grant_id.eq_any(&ids);
    take!(conn, tokens, refresh_tokens.token_hash, of.clone());
    if !tokens.left_some {
        diesel::delete(grants::table.filter(grants::id.eq_any(&ids))).execute(conn)?;
        room.remove(there, ids.len());
    }
    room.removed += tokens.removed;
    room.left_some |= tokens.left_some;
    Ok(())
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    use hodlxxi_kernel::audit::Origin;
    use hodlxxi_kernel::{OsEntropy, SystemClock};
    use hodlxxi_oauth::client::ClientStore as _;
    use hodlxxi_oauth::grant::ConsentStore as _;

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
    fn all_of_a_client_goes_be_it_more_than_goes_at_once_and_nothing_of_another() {
        let (_dir, database) = database();
        client_with(&database, 3);
        let id = client_with(&database, AT_ONCE + 1);
        assert!(database.delete_client(&id, &act()).unwrap());
        assert_eq!(database.client(&id).unwrap(), None);
        assert!(!database.delete_client(&id, &act()).unwrap());
        let whole = OF_CLIENTS.len() * (AT_ONCE + 1) + 1;
        let left = database.remove_deleted_clients(usize::MAX).unwrap();
        assert!(left < whole && left > whole / 2, "{left}");
        for kind in OF_CLIENTS {
            assert_eq!(count(&database, kind), 3, "{kind}");
        }
        assert_eq!(count(&database, "clients"), 1);
        assert_eq!(count(&database, "audit_entries"), 1);
        assert_eq!(database.remove_deleted_clients(usize::MAX).unwrap(), 0);
    }

    #[test]
    fn while_rows_of_it_are_left_it_is_there_for_nobody() {
        let (_dir, database) = database();
        let id = client_with(&database, AT_ONCE);
        let (act, now) = (&act(), Timestamp::from_unix(5));
        assert!(database.delete_client(&id, act).unwrap());
        assert_eq!(count(&database, "clients"), 1);
        assert!(count(&database, "consents") > 0);

        assert!(!database.set_client_verified(&id, true, act).unwrap());
        for disabled in [Some(now), None] {
            let set = database.set_client_disabled(&id, disabled, act);
            assert!(!set.unwrap());
        }
        assert_eq!(database.clients(None, 10).unwrap().clients, []);
        assert_eq!(database.count_clients().unwrap(), 0);
        let person = format!("{id}u10000").try_into().unwrap();
        assert!(database.connections(&person).unwrap().is_empty());
    }

    #[test]
    fn it_goes_in_steps_that_take_no_more_than_they_may() {
        let (_dir, database) = database();
        let ids = [10, 1].map(|rows| client_with(&database, rows));
        for id in &ids {
            let deleted = end(Timestamp::from_unix(5));
            let client = diesel::update(table.find(id.as_str()));
            let marked = database.write_tx(|conn| Ok(client.set(deleted).execute(conn)?));
            assert_eq!(marked.unwrap(), 1);
        }
        let all = || -> i64 { OF_CLIENTS.map(|kind| count(&database, kind)).iter().sum() };
        let mut before = all();
        assert_eq!(before, 88);
        while before > 0 {
            let removed = database.remove_deleted_clients(4).unwrap();
            assert!(removed > 0);
            // Of tokens and their grants so many each.
            assert!(before - all() <= 3 * 4, "{before}, {}", all());
            before = all();
        }
        while database.remove_deleted_clients(1).unwrap() > 0 {}
        assert_eq!(count(&database, "clients"), 0);
    }
}
