//! Sessions: looked up at every request that has a cookie, hence by one query.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use hodlxxi_auth::account::{Session, SessionStore};
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{SecretHash, SessionId, StoreError, Timestamp, UserId};

use crate::conn::{Conn, each_backend, unheld};
use crate::database::Database;
use crate::fault::Fault;
use crate::people::{SessionRows, session};
use crate::row::{RowError, column, count};
use crate::schema::{linked_keys, session_clients, sessions, users};
use crate::{audit, revoke};

/// For how long who took part in a session is remembered after it is gone, in seconds: the time
/// there is to queue the logouts.
const PARTICIPANTS_KEPT: i64 = 24 * 3600;

/// Sessions with their accounts and keys.
macro_rules! with_account_and_key {
    () => {
        sessions::table
            .inner_join(users::table)
            .left_join(
                linked_keys::table.on(sessions::identity.eq(linked_keys::identity.nullable())),
            )
            .select((
                sessions::all_columns,
                users::all_columns,
                linked_keys::public_key.nullable(),
            ))
    };
}

impl SessionStore for Database {
    fn session(&self, secret: &SecretHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
        self.read(|conn| {
            let query = with_account_and_key!()
                .filter(sessions::secret_hash.eq(secret.to_text()))
                .filter(sessions::expires_at.gt(now.as_unix()))
                .filter(users::disabled_at.is_null());
            let rows: Option<SessionRows> =
                each_backend!(conn, |conn| query.get_result(conn)).optional()?;
            Ok(rows.map(session).transpose()?)
        })
    }

    fn touch(
        &self,
        id: &SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let row = diesel::update(sessions::table.find(id.as_str())).set((
            sessions::last_seen_at.eq(now.as_unix()),
            sessions::expires_at.eq(expires_at.as_unix()),
        ));
        self.write(|conn| {
            each_backend!(conn, |conn| row.execute(conn))?;
            Ok(())
        })
    }

    fn sessions_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        self.read(|conn| {
            let rows: Vec<SessionRows> = with_account_and_key!()
                .filter(sessions::user_id.eq(user.as_str()))
                .filter(sessions::expires_at.gt(now.as_unix()))
                .filter(users::disabled_at.is_null())
                .order((sessions::auth_time.desc(), sessions::id.desc()))
                .load(conn)?;
            Ok(rows.into_iter().map(session).collect::<Result<_, _>>()?)
        })
    }

    fn end_session(
        &self,
        user: &UserId,
        id: &SessionId,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let theirs = sessions::table
            .find(id.as_str())
            .filter(sessions::user_id.eq(user.as_str()));
        self.write_tx(|conn| {
            let ended = diesel::delete(theirs).execute(conn)? == 1;
            audit::insert_if(conn, ended, act)
        })
    }

    fn end_other_sessions(
        &self,
        user: &UserId,
        keep: Option<&SessionId>,
        act: &AuditEntry,
    ) -> Result<Vec<SessionId>, StoreError> {
        // No id is empty.
        let keep = keep.map_or("", SessionId::as_str);
        let others = sessions::table
            .filter(sessions::user_id.eq(user.as_str()))
            .filter(sessions::id.ne(keep));
        self.write_tx(|conn| {
            let ids: Vec<String> = diesel::delete(others)
                .returning(sessions::id)
                .get_results(conn)?;
            audit::insert_if(conn, !ids.is_empty(), act)?;
            Ok(session_ids(ids)?)
        })
    }

    fn count_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.read(|conn| {
            let live: i64 = sessions::table
                .filter(sessions::expires_at.gt(now.as_unix()))
                .count()
                .get_result(conn)?;
            Ok(count(live))
        })
    }

    fn purge_sessions(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        // One after the other: sessions and then accounts is not the order in which others lock them.
        let ended = self.write_tx(|conn| purge_expired(conn, now, limit))?;
        let guests = self.write_tx(|conn| purge_guests(conn, limit))?;
        let forgotten = self.write_tx(|conn| purge_participants(conn, now, limit))?;
        Ok(ended + guests + forgotten)
    }
}

fn purge_expired(conn: &mut Conn, now: Timestamp, limit: u32) -> Result<usize, Fault> {
    let expired = sessions::table
        .select(sessions::id)
        .filter(sessions::expires_at.lt(now.as_unix()))
        .limit(i64::from(limit));
    let expired: Vec<String> = unheld!(conn, expired)?;
    Ok(diesel::delete(sessions::table.filter(sessions::id.eq_any(expired))).execute(conn)?)
}

/// The ids of rows that were removed.
pub(crate) fn session_ids(ids: Vec<String>) -> Result<Vec<SessionId>, RowError> {
    let ids = ids.into_iter().map(SessionId::try_from);
    ids.collect::<Result<_, _>>()
        .map_err(column("sessions", "id"))
}

/// Removes guests' accounts that no session is left of.
fn purge_guests(conn: &mut Conn, limit: u32) -> Result<usize, Fault> {
    let gone = users::table
        .select(users::id)
        .filter(users::is_guest)
        .filter(not(exists(
            sessions::table.filter(sessions::user_id.eq(users::id)),
        )))
        .limit(i64::from(limit));
    let ids: Vec<String> = unheld!(conn, gone)?;
    let guests: Vec<&str> = ids.iter().map(String::as_str).collect();
    revoke::lock_of_users(conn, &guests)?;
    Ok(diesel::delete(users::table.filter(users::id.eq_any(guests))).execute(conn)?)
}

/// Forgets who took part in sessions that are long gone.
fn purge_participants(conn: &mut Conn, now: Timestamp, limit: u32) -> Result<usize, Fault> {
    let old = now.minus(PARTICIPANTS_KEPT).as_unix();
    let gone = session_clients::table
        .select((session_clients::client_id, session_clients::session_id))
        .filter(session_clients::first_code_expires_at.lt(old))
        .filter(not(exists(
            sessions::table.filter(sessions::id.eq(session_clients::session_id)),
        )))
        .limit(i64::from(limit));
    let gone: Vec<(String, String)> = unheld!(conn, gone)?;
    let mut of_client: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (client, session) in gone {
        of_client.entry(client).or_default().push(session);
    }
    let mut removed = 0;
    for (client, sessions) in of_client {
        let rows = session_clients::table
            .filter(session_clients::client_id.eq(client))
            .filter(session_clients::session_id.eq_any(sessions));
        removed += diesel::delete(rows).execute(conn)?;
    }
    Ok(removed)
}
