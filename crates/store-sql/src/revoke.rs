//! Revocation: of one grant, one family, or all that a person or a client has.

use diesel::prelude::*;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, SecretHash, Timestamp, UserId};

use crate::audit;
use crate::conn::Conn;
use crate::fault::Fault;
use crate::row::column;
use crate::schema::{access_tokens, grants, refresh_tokens};

/// For how long a revoked grant is kept, in seconds: so long a second use of its code is noticed.
const REVOKED_KEPT: i64 = 3600;

/// What revocation changes in a grant.
#[derive(AsChangeset)]
#[diesel(table_name = grants)]
struct Revoked {
    revoked_at: i64,
    kept_until: i64,
}

impl Revoked {
    const fn at(now: Timestamp) -> Self {
        Self {
            revoked_at: now.as_unix(),
            kept_until: now.plus(REVOKED_KEPT).as_unix(),
        }
    }
}

/// Revokes a grant; answers whether it was live.
pub(crate) fn grant(conn: &mut Conn, id: &str, now: Timestamp) -> Result<bool, Fault> {
    let live = grants::table.find(id).filter(grants::revoked_at.is_null());
    let revoked = diesel::update(live).set(Revoked::at(now)).execute(conn)?;
    Ok(revoked == 1)
}

/// Revokes the grant that a code became, again if need be; answers whether there is one.
pub(crate) fn of_code(conn: &mut Conn, code: &SecretHash, now: Timestamp) -> Result<bool, Fault> {
    let grant = grants::table.filter(grants::code_hash.eq(code.to_text()));
    let revoked = diesel::update(grant).set(Revoked::at(now)).execute(conn)?;
    Ok(revoked == 1)
}

/// Revokes the grant of a refresh token if `client` owns it; answers whether it was live. Runs inside a
/// write transaction.
pub(crate) fn refresh_family(
    conn: &mut Conn,
    token: &SecretHash,
    client: &ClientId,
    now: Timestamp,
    act: &AuditEntry,
) -> Result<bool, Fault> {
    let family = refresh_tokens::table
        .select(refresh_tokens::grant_id)
        .filter(refresh_tokens::token_hash.eq(token.to_text()));
    let live = grants::table
        .filter(grants::id.eq_any(family))
        .filter(grants::client_id.eq(client.as_str()))
        .filter(grants::revoked_at.is_null());
    let persons: Vec<Option<String>> = diesel::update(live)
        .set(Revoked::at(now))
        .returning(grants::user_id)
        .get_results(conn)?;
    record(conn, persons, act)
}

/// Revokes one access token if `client` owns it; answers whether there was one. A token that is not
/// kept is not live. Runs inside a write transaction.
pub(crate) fn access_token(
    conn: &mut Conn,
    token: &SecretHash,
    client: &ClientId,
    act: &AuditEntry,
) -> Result<bool, Fault> {
    let of_client = grants::table
        .select(grants::id)
        .filter(grants::client_id.eq(client.as_str()));
    let token = access_tokens::table
        .find(token.to_text())
        .filter(access_tokens::grant_id.eq_any(of_client));
    let grants: Vec<String> = diesel::delete(token)
        .returning(access_tokens::grant_id)
        .get_results(conn)?;
    let persons = grants::table
        .filter(grants::id.eq_any(grants))
        .select(grants::user_id)
        .load(conn)?;
    record(conn, persons, act)
}

/// Records what was revoked with the person whose grant it was; answers whether anything was.
fn record(conn: &mut Conn, persons: Vec<Option<String>>, act: &AuditEntry) -> Result<bool, Fault> {
    let Some(person) = persons.into_iter().next() else {
        return Ok(false);
    };
    let mut act = act.clone();
    act.person = person
        .map(UserId::try_from)
        .transpose()
        .map_err(column("grants", "user_id"))?;
    audit::insert_if(conn, true, &act)
}

/// Locks several grants in the order of their ids, as everybody does who revokes several: a person and a client may be
/// disabled at once.
fn lock(conn: &mut Conn, ids: &[String]) -> Result<(), Fault> {
    // SQLite has one writer at a time.
    if let Conn::Pg(pg) = conn {
        let these = grants::table.filter(grants::id.eq_any(ids));
        let in_order = these.order(grants::id).select(grants::id);
        let _: Vec<String> = in_order.for_no_key_update().load(pg)?;
    }
    Ok(())
}

/// Locks all grants of these people, who are locked and go, in the same order: with a person the database removes theirs in
/// any.
pub(crate) fn lock_of_users(conn: &mut Conn, users: &[&str]) -> Result<(), Fault> {
    let theirs = grants::table.filter(grants::user_id.eq_any(users));
    let ids: Vec<String> = theirs.select(grants::id).load(conn)?;
    lock(conn, &ids)
}

/// Revokes what `user` granted `client`; answers whether there was a live grant.
pub(crate) fn of_both(
    conn: &mut Conn,
    user: &UserId,
    client: &ClientId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let live = grants::table
        .filter(grants::user_id.eq(user.as_str()))
        .filter(grants::client_id.eq(client.as_str()))
        .filter(grants::revoked_at.is_null());
    let ids: Vec<String> = live.select(grants::id).load(conn)?;
    lock(conn, &ids)?;
    let revoked = diesel::update(live).set(Revoked::at(now)).execute(conn)?;
    Ok(revoked > 0)
}

/// Revokes all that `user` granted.
pub(crate) fn all_of_user(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<(), Fault> {
    of_user_since(conn, user, i64::MIN, now)
}

/// Revokes what `user` granted from `since` on.
pub(crate) fn of_user_since(
    conn: &mut Conn,
    user: &UserId,
    since: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    let live = grants::table
        .filter(grants::user_id.eq(user.as_str()))
        .filter(grants::created_at.ge(since))
        .filter(grants::revoked_at.is_null());
    let ids: Vec<String> = live.select(grants::id).load(conn)?;
    lock(conn, &ids)?;
    diesel::update(live).set(Revoked::at(now)).execute(conn)?;
    Ok(())
}

/// Revokes at most `limit` of what `client` was granted; answers how many it found to be live.
pub(crate) fn some_of_client(
    conn: &mut Conn,
    client: &ClientId,
    now: Timestamp,
    limit: usize,
) -> Result<usize, Fault> {
    let live = grants::table
        .filter(grants::client_id.eq(client.as_str()))
        .filter(grants::revoked_at.is_null());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let ids: Vec<String> = live.select(grants::id).limit(limit).load(conn)?;
    lock(conn, &ids)?;
    // Judged again: some may be revoked meanwhile.
    let some = live.filter(grants::id.eq_any(&ids));
    diesel::update(some).set(Revoked::at(now)).execute(conn)?;
    Ok(ids.len())
}
