//! Signing in: the account is found or made and the session opened, in one transaction.

use diesel::prelude::*;
use hodlxxi_auth::account::{ProvenKey, Replaced, SignIn, SignInAccount, SignInOutcome};
use hodlxxi_kernel::audit::{Action, AuditEntry, Outcome};
use hodlxxi_kernel::{Timestamp, UserId};

use crate::audit;
use crate::conn::{Conn, each_backend, locked};
use crate::fault::Fault;
use crate::news;
use crate::people::{KeyRow, SessionRow, UserRow, learned, session};
use crate::row::column;
use crate::schema::{linked_keys, sessions, users};

/// An account, what is known of the key that led to it, and whether it was made just now.
struct Account {
    user: UserRow,
    public_key: Option<String>,
    is_frozen: bool,
    is_new: bool,
}

/// Runs inside a write transaction.
pub(crate) fn sign_in(conn: &mut Conn, sign_in: &SignIn) -> Result<SignInOutcome, Fault> {
    let now = sign_in.session.auth_time;
    let account = match (&sign_in.key, &sign_in.account) {
        (None, SignInAccount::FoundOrNew(id)) => Some(new_guest(conn, id, now)?),
        (None, SignInAccount::Only(_)) => None,
        (Some(key), SignInAccount::FoundOrNew(id)) => match owner(conn, key)? {
            Some(account) => Some(account),
            None => Some(new_account(conn, id, key, now)?),
        },
        (Some(key), SignInAccount::Only(id)) => {
            owner(conn, key)?.filter(|account| account.user.id == id.as_str())
        }
    };
    let Some(account) = account else {
        if let SignInAccount::Only(id) = &sign_in.account {
            failed(conn, &sign_in.act, id, Outcome::OtherAccount)?;
        }
        return Ok(SignInOutcome::OtherAccount);
    };
    if account.user.disabled_at.is_some() {
        let id = account.user.id.try_into().map_err(column("users", "id"))?;
        failed(conn, &sign_in.act, &id, Outcome::Disabled)?;
        return Ok(SignInOutcome::Disabled);
    }
    if account.is_frozen {
        let id = account.user.id.try_into().map_err(column("users", "id"))?;
        failed(conn, &sign_in.act, &id, Outcome::KeyFrozen)?;
        return Ok(SignInOutcome::KeyFrozen);
    }
    let mut user = account.user;
    let mut public_key = account.public_key;
    if let Some(key) = &sign_in.key {
        public_key = learned(public_key, key.public_key);
        if !account.is_new {
            let used = diesel::update(linked_keys::table.find(key.identity.to_string())).set((
                linked_keys::public_key.eq(&public_key),
                linked_keys::last_used_at.eq(now.as_unix()),
            ));
            each_backend!(conn, |conn| used.execute(conn))?;
        }
        news::see(conn, &user.id, key, &sign_in.session, account.is_new)?;
    }
    let deletion_cancelled = user.deletes_at.take().is_some();
    let mut act = sign_in.act.clone();
    if deletion_cancelled {
        let account = users::table.find(&user.id);
        diesel::update(account)
            .set(users::deletes_at.eq(None::<i64>))
            .execute(conn)?;
        act = act.became(Action::DeletionCancelled, Outcome::Done);
    }
    if let Some(replaced) = &sign_in.session.replaces {
        end(conn, replaced, &user.id)?;
    }
    let row = SessionRow::new(&user.id, sign_in);
    let row: SessionRow = each_backend!(conn, |conn| diesel::insert_into(sessions::table)
        .values(row)
        .returning(sessions::all_columns)
        .get_result(conn))?;
    let session = session((row, user, public_key))?;
    audit::insert(conn, &act.person(&session.user.id))?;
    Ok(SignInOutcome::SignedIn {
        session,
        new_account: account.is_new,
        deletion_cancelled,
    })
}

/// Ends the session that a sign-in of `by` replaces, and records that where it was another person's.
fn end(conn: &mut Conn, replaced: &Replaced, by: &str) -> Result<(), Fault> {
    let ended: Option<String> = diesel::delete(sessions::table.find(replaced.id.as_str()))
        .returning(sessions::user_id)
        .get_result(conn)
        .optional()?;
    let Some(whose) = ended.filter(|whose| whose != by) else {
        return Ok(());
    };
    let whose = UserId::try_from(whose).map_err(column("sessions", "user_id"))?;
    audit::insert(conn, &replaced.act.clone().person(&whose))
}

/// Records that a sign-in to this account failed.
fn failed(conn: &mut Conn, act: &AuditEntry, account: &UserId, why: Outcome) -> Result<(), Fault> {
    let act = act.clone().became(Action::SignInFailed, why);
    audit::insert(conn, &act.person(account))
}

/// The account of the key, kept from being disabled until the transaction ends.
fn owner(conn: &mut Conn, key: &ProvenKey) -> Result<Option<Account>, Fault> {
    let query = users::table
        .inner_join(linked_keys::table)
        .filter(linked_keys::identity.eq(key.identity.to_string()))
        .select((
            users::all_columns,
            linked_keys::public_key,
            linked_keys::frozen_at,
        ));
    let found: Option<(UserRow, Option<String>, Option<i64>)> =
        locked!(conn, for_no_key_update, query).optional()?;
    Ok(found.map(|(user, public_key, frozen_at)| Account {
        user,
        public_key,
        is_frozen: frozen_at.is_some(),
        is_new: false,
    }))
}

/// Makes the account of a key that has none; or, if a concurrent sign-in made it first, finds that.
fn new_account(
    conn: &mut Conn,
    id: &UserId,
    key: &ProvenKey,
    now: Timestamp,
) -> Result<Account, Fault> {
    let user = insert_user(conn, UserRow::new(id, false, now))?;
    let linked = each_backend!(conn, |conn| diesel::insert_into(linked_keys::table)
        .values(KeyRow::first(id.as_str(), key, now))
        .on_conflict(linked_keys::identity)
        .do_nothing()
        .execute(conn))?;
    if linked == 0 {
        diesel::delete(users::table.find(id.as_str())).execute(conn)?;
        return owner(conn, key)?.ok_or(Fault::Sql(diesel::result::Error::NotFound));
    }
    Ok(Account {
        user,
        public_key: key.public_key.map(|key| key.to_hex()),
        is_frozen: false,
        is_new: true,
    })
}

fn new_guest(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<Account, Fault> {
    Ok(Account {
        user: insert_user(conn, UserRow::new(id, true, now))?,
        public_key: None,
        is_frozen: false,
        is_new: true,
    })
}

fn insert_user(conn: &mut Conn, row: UserRow) -> Result<UserRow, Fault> {
    Ok(diesel::insert_into(users::table)
        .values(row)
        .returning(users::all_columns)
        .get_result(conn)?)
}
