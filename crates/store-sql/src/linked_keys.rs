//! Changes of linked keys, beyond linking and unlinking.

use diesel::prelude::*;
use hodlxxi_auth::account::{DisplayName, Freeze, FreezeKey, LinkedKeyStore};
use hodlxxi_auth::identity::Identity;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{SessionId, StoreError, Timestamp, UserId};

use crate::audit;
use crate::conn::Conn;
use crate::database::Database;
use crate::fault::Fault;
use crate::schema::linked_keys::{self as k, table};
use crate::schema::{sessions, users};
use crate::sessions::session_ids;
use crate::{people, revoke};

/// What decides whether one of an account's keys may go.
#[derive(Queryable)]
pub(crate) struct Standing {
    pub(crate) identity: String,
    pub(crate) frozen_at: Option<i64>,
    added_at: i64,
}

/// The keys of `user`, who is locked until the transaction ends: of two keys that go at once each must
/// not find the other one left.
pub(crate) fn locked(conn: &mut Conn, user: &UserId) -> Result<Vec<Standing>, Fault> {
    people::lock(conn, user)?;
    let theirs = table.filter(k::user_id.eq(user.as_str()));
    Ok(theirs
        .select((k::identity, k::frozen_at, k::added_at))
        .load(conn)?)
}

/// Ends the sessions of `user` that were opened with a key; answers which.
pub(crate) fn end_sessions(
    conn: &mut Conn,
    user: &UserId,
    identity: &str,
) -> Result<Vec<SessionId>, Fault> {
    let opened_with = sessions::table
        .filter(sessions::user_id.eq(user.as_str()))
        .filter(sessions::identity.eq(identity));
    let ended = diesel::delete(opened_with)
        .returning(sessions::id)
        .get_results(conn)?;
    Ok(session_ids(ended)?)
}

impl LinkedKeyStore for Database {
    fn label_key(
        &self,
        user: &UserId,
        identity: &Identity,
        label: Option<&DisplayName>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let key = table
            .find(identity.to_string())
            .filter(k::user_id.eq(user.as_str()));
        let labelled = diesel::update(key).set(k::label.eq(label.map(DisplayName::as_str)));
        self.write_tx(|conn| {
            let changed = labelled.execute(conn)? == 1;
            audit::insert_if(conn, changed, act)
        })
    }

    fn make_primary(
        &self,
        user: &UserId,
        identity: &Identity,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let identity = identity.to_string();
        self.write_tx(|conn| {
            let keys = locked(conn, user)?;
            let usable = |key: &Standing| key.identity == identity && key.frozen_at.is_none();
            if !keys.iter().any(usable) {
                return Ok(false);
            }
            let before = table
                .filter(k::user_id.eq(user.as_str()))
                .filter(k::primary_since.is_not_null());
            diesel::update(before)
                .set(k::primary_since.eq(None::<i64>))
                .execute(conn)?;
            diesel::update(table.find(&identity))
                .set(k::primary_since.eq(now.as_unix()))
                .execute(conn)?;
            diesel::update(users::table.find(user.as_str()))
                .set(users::updated_at.eq(now.as_unix()))
                .execute(conn)?;
            audit::insert_if(conn, true, act)
        })
    }

    fn freeze_key(&self, freeze: &FreezeKey) -> Result<Freeze, StoreError> {
        self.write_long_tx(|conn| {
            let (user, now) = (&freeze.user, freeze.now);
            let keys = locked(conn, user)?;
            let find = |identity: &Identity| {
                let identity = identity.to_string();
                keys.iter().find(move |key| key.identity == identity)
            };
            let Some(key) = find(&freeze.identity) else {
                return Ok(Freeze::Unknown);
            };
            let with = find(&freeze.with).filter(|with| with.frozen_at.is_none());
            if with.is_none_or(|with| with.identity == key.identity) {
                return Ok(Freeze::NeedsAnotherKey);
            }
            if key.frozen_at.is_some() {
                return Ok(Freeze::AlreadyFrozen);
            }
            diesel::update(table.find(&key.identity))
                .set(k::frozen_at.eq(now.as_unix()))
                .execute(conn)?;
            let ended = end_sessions(conn, user, &key.identity)?;
            revoke::of_user_since(conn, user, key.added_at, now)?;
            audit::insert(conn, &freeze.act)?;
            Ok(Freeze::Frozen { ended })
        })
    }

    fn thaw_key(
        &self,
        user: &UserId,
        identity: &Identity,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let identity = identity.to_string();
        self.write_tx(|conn| {
            let is_it = |key: &Standing| key.identity == identity && key.frozen_at.is_some();
            let frozen = locked(conn, user)?.iter().any(is_it);
            if frozen {
                diesel::update(table.find(&identity))
                    .set(k::frozen_at.eq(None::<i64>))
                    .execute(conn)?;
            }
            audit::insert_if(conn, frozen, act)
        })
    }
}
