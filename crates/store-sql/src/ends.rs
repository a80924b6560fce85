//! The end of accounts that their owners leave.

use diesel::prelude::*;
use hodlxxi_auth::account::{AccountEndStore, Deletion, DeletionOutcome, Merge, MergeOutcome};
use hodlxxi_kernel::audit::{Action, AuditEntry};
use hodlxxi_kernel::{StoreError, Timestamp, UserId};

use crate::clients::lock_owned;
use crate::conn::{Conn, locked};
use crate::database::Database;
use crate::deleting::delete_owned;
use crate::fault::Fault;
use crate::linked_keys;
use crate::row::{RowError, column};
use crate::schema::{sessions, users};
use crate::sessions::session_ids;
use crate::{audit, merge, revoke};

impl AccountEndStore for Database {
    fn merge(&self, merge: &Merge) -> Result<MergeOutcome, StoreError> {
        self.write_long_tx(|conn| merge::merge(conn, merge))
    }

    fn request_deletion(&self, deletion: &Deletion) -> Result<DeletionOutcome, StoreError> {
        let (user, identity) = (&deletion.user, deletion.identity.to_string());
        self.write_long_tx(|conn| {
            let keys = linked_keys::locked(conn, user)?;
            match keys.iter().find(|key| key.identity == identity) {
                None => return Ok(DeletionOutcome::OtherAccount),
                Some(key) if key.frozen_at.is_some() => return Ok(DeletionOutcome::KeyFrozen),
                Some(_) => {}
            }
            diesel::update(users::table.find(user.as_str()))
                .set(users::deletes_at.eq(deletion.deletes_at.as_unix()))
                .execute(conn)?;
            let theirs = sessions::table.filter(sessions::user_id.eq(user.as_str()));
            let ended = diesel::delete(theirs)
                .returning(sessions::id)
                .get_results(conn)?;
            revoke::all_of_user(conn, user, deletion.now)?;
            audit::insert(conn, &deletion.act)?;
            Ok(DeletionOutcome::Requested {
                ended: session_ids(ended)?,
            })
        })
    }

    fn due_deletions(&self, now: Timestamp, limit: u32) -> Result<Vec<UserId>, StoreError> {
        let due = users::table
            .filter(users::deletes_at.le(now.as_unix()))
            .order(users::deletes_at)
            .select(users::id)
            .limit(i64::from(limit));
        self.read(|conn| Ok(user_ids(due.load(conn)?)?))
    }

    fn delete_account(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &dyn Fn(Action) -> AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_long_tx(|conn| delete(conn, user, now, act))
    }
}

fn delete(
    conn: &mut Conn,
    user: &UserId,
    now: Timestamp,
    act: &dyn Fn(Action) -> AuditEntry,
) -> Result<bool, Fault> {
    lock_owned(conn, user.as_str())?;
    // Somebody who signs in at this moment is waited for, or waits and finds no account.
    let due = users::table
        .find(user.as_str())
        .filter(users::deletes_at.le(now.as_unix()))
        .select(users::id);
    let due: Option<String> = locked!(conn, for_update, due).optional()?;
    if due.is_none() {
        return Ok(false);
    }
    delete_owned(conn, user, now, act)?;
    let erased = audit::erase(conn, user)?;
    // All that is kept of them refers to them, and goes with them.
    revoke::lock_of_users(conn, &[user.as_str()])?;
    diesel::delete(users::table.find(user.as_str())).execute(conn)?;
    let act = act(Action::AccountDeleted).detail(&erased.to_string());
    audit::insert(conn, &act)?;
    Ok(true)
}

fn user_ids(ids: Vec<String>) -> Result<Vec<UserId>, RowError> {
    let ids = ids.into_iter().map(UserId::try_from);
    ids.collect::<Result<_, _>>().map_err(column("users", "id"))
}
