//! Redeeming a code: the unique column `grants.code_hash` lets it become one grant and no second.

use diesel::prelude::*;
use hodlxxi_kernel::audit::{Action, Outcome};
use hodlxxi_oauth::grant::{Authorized, Grant, RedeemOutcome, Redemption};

use crate::audit;
use crate::clients::enabled;
use crate::conn::{Conn, each_backend, locked};
use crate::consents;
use crate::fault::Fault;
use crate::grants::{GrantRow, insert_access};
use crate::refresh::{self, ends_at};
use crate::revoke;
use crate::schema::{clients, grants, session_clients, sessions, users};
use crate::subjects;

/// Runs inside a write transaction.
pub(crate) fn redeem(conn: &mut Conn, redemption: &Redemption) -> Result<RedeemOutcome, Fault> {
    let outcome = decide(conn, redemption)?;
    let act = redemption.act.clone();
    let act = match outcome {
        RedeemOutcome::Redeemed => act,
        RedeemOutcome::Reused => act.became(Action::CodeReused, Outcome::Done),
        RedeemOutcome::Refused => act.became(Action::TokenRefused, Outcome::Refused),
        RedeemOutcome::Renamed => return Ok(outcome),
    };
    audit::insert(conn, &act)?;
    Ok(outcome)
}

/// What the database says of a code.
enum Standing<'a> {
    /// It may be redeemed, for what was allowed.
    Good(&'a Authorized),
    /// It may, by another subject.
    Renamed,
    /// It is worth nothing.
    Worthless,
}

/// Client and person, as far as a code depends on them.
#[derive(Queryable)]
struct Parties {
    client_disabled_count: i64,
    /// When the person last merged an account into theirs.
    merged_at: Option<i64>,
}

fn decide(conn: &mut Conn, redemption: &Redemption) -> Result<RedeemOutcome, Fault> {
    match standing(conn, redemption)? {
        Standing::Renamed => return Ok(RedeemOutcome::Renamed),
        Standing::Good(authorized) if insert_grant(conn, redemption)? => {
            insert_participant(conn, redemption, authorized)?;
            insert_access(conn, &redemption.access)?;
            if let Some(token) = &redemption.refresh {
                refresh::insert(conn, token, redemption.grant.id.as_str(), 0)?;
            }
            return Ok(RedeemOutcome::Redeemed);
        }
        Standing::Good(_) | Standing::Worthless => {}
    }
    if revoke::of_code(conn, &redemption.code, redemption.now)? {
        Ok(RedeemOutcome::Reused)
    } else {
        Ok(RedeemOutcome::Refused)
    }
}

/// It is good if the code is live, and the client, the person, the consent and the session are
/// still what they were. Until the transaction ends neither client nor person can be disabled, the
/// person be merged, nor the consent be withdrawn or the session be ended.
fn standing<'a>(conn: &mut Conn, redemption: &'a Redemption) -> Result<Standing<'a>, Fault> {
    let grant = &redemption.grant;
    let Some(authorized) = &grant.authorized else {
        return Ok(Standing::Worthless);
    };
    if redemption.code_expires_at <= redemption.now {
        return Ok(Standing::Worthless);
    }
    let never_since = i64::from(redemption.client_disabled_count);
    let parties = lock_parties(conn, grant, authorized)?;
    let Some(parties) = parties.filter(|found| found.client_disabled_count == never_since) else {
        return Ok(Standing::Worthless);
    };
    if !consents::stands(conn, &grant.client, authorized)? {
        return Ok(Standing::Worthless);
    }
    let known_as = match parties.merged_at {
        Some(_) => subjects::known_as(conn, &authorized.user, &grant.client)?,
        None => None,
    };
    Ok(if known_as == authorized.known_as {
        Standing::Good(authorized)
    } else {
        Standing::Renamed
    })
}

/// Both, if they are enabled and the session is there. Whoever disables one, merges the person or
/// ends the session now waits, and finds what came of the code. The rows are locked in the order that
/// the tables are named in, which is that of whoever disables them.
fn lock_parties(
    conn: &mut Conn,
    grant: &Grant,
    authorized: &Authorized,
) -> Result<Option<Parties>, Fault> {
    // What two tables are joined on has to be owned.
    let session = sessions::id
        .eq(authorized.session.to_string())
        .and(sessions::user_id.eq(users::id));
    let query = clients::table
        .inner_join(users::table.on(users::id.eq(authorized.user.to_string())))
        .inner_join(sessions::table.on(session))
        .filter(clients::id.eq(grant.client.as_str()))
        .filter(enabled())
        .filter(users::disabled_at.is_null())
        .select((clients::disabled_count, users::merged_at));
    Ok(locked!(conn, for_share, query).optional()?)
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
