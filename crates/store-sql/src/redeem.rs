//! Redeeming a code: the unique column `grants.code_hash` lets it become one grant and no second.

use diesel::dsl::exists;
use diesel::prelude::*;
use hodlxxi_kernel::UserId;
use hodlxxi_oauth::grant::{RedeemOutcome, Redemption};

use crate::clients;
use crate::conn::{Conn, each_backend, first_locked};
use crate::fault::Fault;
use crate::grants::{GrantRow, insert_access};
use crate::refresh::{self, ends_at};
use crate::revoke;
use crate::schema::{authorization_codes as codes, grants, sessions, users};

/// Runs inside a write transaction.
pub(crate) fn redeem(conn: &mut Conn, redemption: &Redemption) -> Result<RedeemOutcome, Fault> {
    if may_be_redeemed(conn, redemption)? && insert_grant(conn, redemption)? {
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

/// Whether the code is live, and the client, the person and the session are still there. Until the
/// transaction ends neither client nor person can be disabled.
fn may_be_redeemed(conn: &mut Conn, redemption: &Redemption) -> Result<bool, Fault> {
    let grant = &redemption.grant;
    let Some(authorized) = &grant.authorized else {
        return Ok(false);
    };
    clients::note_use(conn, grant.client.as_str(), redemption.now)?;
    Ok(clients::lock_enabled(conn, &grant.client)?
        && lock_enabled(conn, &authorized.user)?
        && is_live(conn, redemption)?)
}

fn lock_enabled(conn: &mut Conn, user: &UserId) -> Result<bool, Fault> {
    let query = users::table
        .find(user.as_str())
        .filter(users::disabled_at.is_null())
        .select(users::id);
    let enabled: Option<String> = first_locked!(conn, for_share, query).optional()?;
    Ok(enabled.is_some())
}

fn is_live(conn: &mut Conn, redemption: &Redemption) -> Result<bool, Fault> {
    let session = sessions::table
        .filter(sessions::id.eq(codes::session_id))
        .filter(sessions::user_id.eq(codes::user_id));
    let code = codes::table
        .find(redemption.code.to_text())
        .filter(codes::client_id.eq(redemption.grant.client.as_str()))
        .filter(codes::expires_at.gt(redemption.now.as_unix()))
        .filter(exists(session));
    Ok(diesel::select(exists(code)).get_result(conn)?)
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
