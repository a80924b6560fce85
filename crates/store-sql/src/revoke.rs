//! Revocation: of one grant, one family, or all that a person or a client has.

use diesel::prelude::*;
use hodlxxi_kernel::{ClientId, SecretHash, Timestamp, UserId};

use crate::conn::Conn;
use crate::fault::Fault;
use crate::schema::{grants, refresh_tokens};

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

/// Revokes the grant of a refresh token if `client` owns it; answers whether it was live.
pub(crate) fn refresh_family(
    conn: &mut Conn,
    token: &SecretHash,
    client: &ClientId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let family = refresh_tokens::table
        .select(refresh_tokens::grant_id)
        .filter(refresh_tokens::token_hash.eq(token.to_text()));
    let live = grants::table
        .filter(grants::id.eq_any(family))
        .filter(grants::client_id.eq(client.as_str()))
        .filter(grants::revoked_at.is_null());
    let revoked = diesel::update(live).set(Revoked::at(now)).execute(conn)?;
    Ok(revoked == 1)
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
    let revoked = diesel::update(live).set(Revoked::at(now)).execute(conn)?;
    Ok(revoked > 0)
}

/// Revokes all that `user` granted.
pub(crate) fn all_of_user(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<(), Fault> {
    let live = grants::table
        .filter(grants::user_id.eq(user.as_str()))
        .filter(grants::revoked_at.is_null());
    diesel::update(live).set(Revoked::at(now)).execute(conn)?;
    Ok(())
}

/// Revokes all that `client` was granted.
pub(crate) fn all_of_client(
    conn: &mut Conn,
    client: &ClientId,
    now: Timestamp,
) -> Result<(), Fault> {
    let live = grants::table
        .filter(grants::client_id.eq(client.as_str()))
        .filter(grants::revoked_at.is_null());
    diesel::update(live).set(Revoked::at(now)).execute(conn)?;
    Ok(())
}
