//! Redeeming a code: the unique column `grants.code_hash` lets it become one grant and no second.

use diesel::prelude::*;
use hodlxxi_kernel::UserId;
use hodlxxi_oauth::grant::{Authorized, RedeemOutcome, Redemption};

use crate::clients;
use crate::conn::{Conn, each_backend, first_locked};
use crate::consents;
use crate::fault::Fault;
use crate::grants::{GrantRow, insert_access};
use crate::refresh::{self, ends_at};
use crate::revoke;
use crate::schema::{grants, session_clients, sessions, users};

/// Runs inside a write transaction.
pub(crate) fn redeem(conn: &mut Conn, redemption: &Redemption) -> Result<RedeemOutcome, Fault> {
    if let Some(authorized) = may_be_redeemed(conn, redemption)?
        && insert_grant(conn, redemption)?
    {
        insert_participant(conn, redemption, authorized)?;
        insert_access(conn, &redemption.access)?;
        if let Some(token) = &redemption.refresh {
            refresh::insert(conn, token, redemption.grant.id.as_str(), 0)?;
        }
        return Ok(RedeemOutcome::Redeemed);
    }
    if revoke::of_code(conn, &redemption.code, redemption.now)? {
        Ok(RedeemOutcome::Reused)
    } else {
        Ok(RedeemOutcome::Refused)
    }
}

/// What was allowed, if the code is live, and the client, the person, the consent and the session are
/// still what they were. Until the transaction ends neither client nor person can be disabled, nor
/// the consent be withdrawn or the session be ended.
fn may_be_redeemed<'a>(
    conn: &mut Conn,
    redemption: &'a Redemption,
) -> Result<Option<&'a Authorized>, Fault> {
    let grant = &redemption.grant;
    let Some(authorized) = &grant.authorized else {
        return Ok(None);
    };
    if redemption.code_expires_at <= redemption.now {
        return Ok(None);
    }
    clients::note_use(conn, grant.client.as_str(), redemption.now)?;
    let never_since = Some(i64::from(redemption.client_disabled_count));
    let stands = clients::lock_enabled(conn, &grant.client)? == never_since
        && lock_enabled(conn, &authorized.user)?
        && consents::stands(conn, &grant.client, authorized)?
        && lock_session(conn, authorized)?;
    Ok(stands.then_some(authorized))
}

fn lock_enabled(conn: &mut Conn, user: &UserId) -> Result<bool, Fault> {
    let query = users::table
        .find(user.as_str())
        .filter(users::disabled_at.is_null())
        .select(users::id);
    let enabled: Option<String> = first_locked!(conn, for_share, query).optional()?;
    Ok(enabled.is_some())
}

/// Whether the session is still there. Whoever ends it now waits, and finds who took part.
fn lock_session(conn: &mut Conn, authorized: &Authorized) -> Result<bool, Fault> {
    let query = sessions::table
        .find(authorized.session.as_str())
        .filter(sessions::user_id.eq(authorized.user.as_str()))
        .select(sessions::id);
    let there: Option<String> = first_locked!(conn, for_key_share, query).optional()?;
    Ok(there.is_some())
}

/// Notes that the client took part in the session.
fn insert_participant(
    conn: &mut Conn,
    redemption: &Redemption,
    authorized: &Authorized,
) -> Result<(), Fault> {
    let row = (
        session_clients::session_id.eq(authorized.session.as_str()),
        session_clients::user_id.eq(authorized.user.as_str()),
        session_clients::client_id.eq(redemption.grant.client.as_str()),
        session_clients::first_code_expires_at.eq(redemption.code_expires_at.as_unix()),
    );
    each_backend!(conn, |conn| diesel::insert_into(session_clients::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Keeps the grant; answers false if the code became one before.
fn insert_grant(conn: &mut Conn, redemption: &Redemption) -> Result<bool, Fault> {
    let access_ends = redemption.access.expires_at;
    let refresh_ends = redemption.refresh.as_ref().map(ends_at);
    let row = GrantRow::new(
        &redemption.grant,
        Some(&redemption.code),
        refresh_ends.map_or(access_ends, |end| end.max(access_ends)),
    )?;
    let inserted = each_backend!(conn, |conn| diesel::insert_into(grants::table)
        .values(row)
        .on_conflict(grants::code_hash)
        .do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}
