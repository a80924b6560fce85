//! Accounts and their keys.

use diesel::prelude::*;
use hodlxxi_auth::account::{
    AccountStore, DisplayName, LinkKey, LinkOutcome, LinkedKey, SignIn, SignInOutcome, Unlink,
    User, UserPage,
};
use hodlxxi_auth::identity::Identity;
use hodlxxi_kernel::audit::{AuditEntry, Outcome};
use hodlxxi_kernel::{AccessLevel, StoreError, Timestamp, UserId};

use crate::audit;
use crate::conn::{Conn, each_backend};
use crate::database::Database;
use crate::fault::Fault;
use crate::linked_keys as keys;
use crate::people::{KeyRow, UserRow, learned};
use crate::revoke;
use crate::row::RowError;
use crate::schema::{linked_keys, sessions, users};
use crate::sign_in;

impl AccountStore for Database {
    fn sign_in(&self, sign_in: &SignIn) -> Result<SignInOutcome, StoreError> {
        self.write_tx(|conn| sign_in::sign_in(conn, sign_in))
    }

    fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        self.read(|conn| {
            let query = users::table.find(id.as_str());
            let row: Option<UserRow> =
                each_backend!(conn, |conn| query.get_result(conn)).optional()?;
            Ok(row.map(User::try_from).transpose()?)
        })
    }

    fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, StoreError> {
        self.read(|conn| {
            let row: Option<UserRow> = users::table
                .inner_join(linked_keys::table)
                .filter(linked_keys::identity.eq(identity.to_string()))
                .select(users::all_columns)
                .get_result(conn)
                .optional()?;
            Ok(row.map(User::try_from).transpose()?)
        })
    }

    fn users(&self, before: Option<&UserId>, limit: u32) -> Result<UserPage, StoreError> {
        self.read(|conn| {
            let mut query = users::table
                .order(users::id.desc())
                .limit(i64::from(limit) + 1)
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(users::id.lt(before.as_str()));
            }
            let rows: Vec<UserRow> = query.load(conn)?;
            let mut users = rows.into_iter().map(User::try_from);
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let page: Vec<User> = users.by_ref().take(limit).collect::<Result<_, _>>()?;
            let next = page.last().filter(|_| users.next().is_some());
            Ok(UserPage {
                next: next.map(|user| user.id.clone()),
                users: page,
            })
        })
    }

    fn linked_keys(&self, user: &UserId) -> Result<Vec<LinkedKey>, StoreError> {
        self.read(|conn| {
            let query = linked_keys::table
                .filter(linked_keys::user_id.eq(user.as_str()))
                .order((linked_keys::added_at, linked_keys::identity));
            let rows: Vec<KeyRow> = each_backend!(conn, |conn| query.load(conn))?;
            let keys: Result<_, RowError> = rows.into_iter().map(LinkedKey::try_from).collect();
            Ok(keys?)
        })
    }

    fn link_key(&self, link: &LinkKey) -> Result<LinkOutcome, StoreError> {
        self.write_tx(|conn| {
            let outcome = link_key(conn, link)?;
            let result = match outcome {
                LinkOutcome::Linked => Outcome::Done,
                LinkOutcome::AlreadyYours => Outcome::Repeated,
                LinkOutcome::OtherAccount => Outcome::OtherAccount,
                LinkOutcome::KeyFrozen => Outcome::KeyFrozen,
            };
            let act = link.act.clone();
            audit::insert(conn, &act.became(link.act.action, result))?;
            Ok(outcome)
        })
    }

    fn unlink_key(
        &self,
        user: &UserId,
        identity: &Identity,
        act: &AuditEntry,
    ) -> Result<Unlink, StoreError> {
        self.write_tx(|conn| {
            let keys = keys::locked(conn, user)?;
            let is = |key: &&keys::Standing| key.identity == identity.to_string();
            let Some(key) = keys.iter().find(is) else {
                return Ok(Unlink::Unknown);
            };
            if !keys.iter().any(|key| key.frozen_at.is_none() && !is(&key)) {
                return Ok(Unlink::LastKey);
            }
            let ended = keys::end_sessions(conn, user, &key.identity)?;
            diesel::delete(linked_keys::table.find(&key.identity)).execute(conn)?;
            audit::insert(conn, act)?;
            Ok(Unlink::Unlinked { ended })
        })
    }

    fn set_name(
        &self,
        user: &UserId,
        name: Option<&DisplayName>,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let change = (
            users::name.eq(name.map(DisplayName::as_str)),
            users::updated_at.eq(now.as_unix()),
        );
        let account = diesel::update(users::table.find(user.as_str())).set(change);
        self.write_tx(|conn| {
            let changed = account.execute(conn)? == 1;
            audit::insert_if(conn, changed, act)
        })
    }

    fn set_granted_level(
        &self,
        user: &UserId,
        level: Option<AccessLevel>,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let change = (
            users::granted_level.eq(level.map(AccessLevel::as_str)),
            users::updated_at.eq(now.as_unix()),
        );
        let account = diesel::update(users::table.find(user.as_str())).set(change);
        self.write_tx(|conn| {
            let changed = account.execute(conn)? == 1;
            audit::insert_if(conn, changed, act)
        })
    }

    fn disable_user(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_long_tx(|conn| {
            let account = users::table.find(user.as_str());
            let enabled = account.filter(users::disabled_at.is_null());
            let disabled = diesel::update(enabled)
                .set(users::disabled_at.eq(now.as_unix()))
                .execute(conn)?;
            if disabled == 0 {
                // There is no such account, or whatever it had was ended before.
                let exists = diesel::select(diesel::dsl::exists(account)).get_result(conn)?;
                return audit::insert_if(conn, exists, act);
            }
            let sessions = sessions::table.filter(sessions::user_id.eq(user.as_str()));
            diesel::delete(sessions).execute(conn)?;
            revoke::all_of_user(conn, user, now)?;
            audit::insert_if(conn, true, act)
        })
    }

    fn enable_user(
        &self,
        user: &UserId,
        _now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let account = diesel::update(users::table.find(user.as_str()))
            .set(users::disabled_at.eq(None::<i64>));
        self.write_tx(|conn| {
            let changed = account.execute(conn)? == 1;
            audit::insert_if(conn, changed, act)
        })
    }
}

fn link_key(conn: &mut Conn, link: &LinkKey) -> Result<LinkOutcome, Fault> {
    let identity = link.key.identity.to_string();
    let linked = each_backend!(conn, |conn| diesel::insert_into(linked_keys::table)
        .values(KeyRow::new(link.user.as_str(), &link.key, link.now))
        .on_conflict(linked_keys::identity)
        .do_nothing()
        .execute(conn))?;
    if linked == 1 {
        // A guest who links a key is one no more.
        diesel::update(
            users::table
                .find(link.user.as_str())
                .filter(users::is_guest),
        )
        .set(users::is_guest.eq(false))
        .execute(conn)?;
        return Ok(LinkOutcome::Linked);
    }
    let row = linked_keys::table.find(&identity);
    let (owner, stored, frozen_at): (String, Option<String>, Option<i64>) = row
        .select((
            linked_keys::user_id,
            linked_keys::public_key,
            linked_keys::frozen_at,
        ))
        .get_result(conn)?;
    if owner != link.user.as_str() {
        return Ok(LinkOutcome::OtherAccount);
    }
    if frozen_at.is_some() {
        return Ok(LinkOutcome::KeyFrozen);
    }
    let public_key = learned(stored.clone(), link.key.public_key);
    if public_key != stored {
        diesel::update(row)
            .set(linked_keys::public_key.eq(public_key))
            .execute(conn)?;
    }
    Ok(LinkOutcome::AlreadyYours)
}
