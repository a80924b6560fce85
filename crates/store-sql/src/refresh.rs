//! Refresh tokens: a family is the tokens of one grant, numbered by generation, so that a token's
//! successor is found, and can be but one.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use hodlxxi_kernel::audit::{Action, Outcome};
use hodlxxi_kernel::{SecretHash, Timestamp};
use hodlxxi_oauth::grant::{RefreshRecord, RefreshState, RotateOutcome, Rotation};

use crate::audit;
use crate::clients;
use crate::conn::{Conn, each_backend, unheld};
use crate::fault::Fault;
use crate::grants::{GrantRow, insert_access};
use crate::noted::Noted;
use crate::revoke;
use crate::row::{RowError, column, moment};
use crate::schema::refresh_tokens::{self as r, table};
use crate::schema::{clients as c, grants, users};

/// For how long the answer of a rotation is kept at most, in seconds: far longer than any grace.
const ANSWER_KEPT: i64 = 3600;

#[derive(Queryable, Insertable)]
#[diesel(table_name = r, treat_none_as_default_value = false)]
pub(crate) struct RefreshRow {
    token_hash: String,
    grant_id: String,
    generation: i64,
    issued_at: i64,
    idle_expires_at: i64,
    family_expires_at: i64,
    rotated_at: Option<i64>,
    sealed_answer: Option<Vec<u8>>,
}

/// A token with its grant, whether its client is enabled, and when its user was disabled, if they are.
#[derive(Queryable)]
pub(crate) struct Found {
    token: RefreshRow,
    grant: GrantRow,
    client_enabled: bool,
    user_disabled_at: Option<i64>,
}

impl Found {
    const fn is_revoked(&self) -> bool {
        self.grant.revoked_at.is_some() || !self.client_enabled || self.user_disabled_at.is_some()
    }
}

impl TryFrom<Found> for RefreshState {
    type Error = RowError;

    fn try_from(found: Found) -> Result<Self, RowError> {
        let revoked = found.is_revoked();
        let row = found.token;
        let hash = row.token_hash.parse();
        Ok(Self {
            token: RefreshRecord {
                hash: hash.map_err(column("refresh_tokens", "token_hash"))?,
                issued_at: Timestamp::from_unix(row.issued_at),
                idle_expires_at: Timestamp::from_unix(row.idle_expires_at),
                family_expires_at: Timestamp::from_unix(row.family_expires_at),
            },
            grant: found.grant.try_into()?,
            revoked,
            rotated_at: moment(row.rotated_at),
        })
    }
}

/// When a token that is not used ends.
pub(crate) fn ends_at(token: &RefreshRecord) -> Timestamp {
    token.idle_expires_at.min(token.family_expires_at)
}

/// Keeps a token.
pub(crate) fn insert(
    conn: &mut Conn,
    token: &RefreshRecord,
    grant: &str,
    generation: i64,
) -> Result<(), Fault> {
    let row = RefreshRow {
        token_hash: token.hash.to_text(),
        grant_id: grant.to_owned(),
        generation,
        issued_at: token.issued_at.as_unix(),
        idle_expires_at: token.idle_expires_at.as_unix(),
        family_expires_at: token.family_expires_at.as_unix(),
        rotated_at: None,
        sealed_answer: None,
    };
    each_backend!(conn, |conn| diesel::insert_into(table)
        .values(row)
        .execute(conn))?;
    Ok(())
}

/// The token with this hash, in whatever state.
pub(crate) fn find(conn: &mut Conn, hash: &SecretHash) -> Result<Option<Found>, Fault> {
    let query = table
        .inner_join(grants::table.inner_join(c::table).left_join(users::table))
        .filter(r::token_hash.eq(hash.to_text()))
        .select((
            r::all_columns,
            grants::all_columns,
            clients::enabled(),
            users::disabled_at.nullable(),
        ));
    Ok(each_backend!(conn, |conn| query.get_result(conn)).optional()?)
}

/// Runs inside a write transaction.
pub(crate) fn rotate(
    conn: &mut Conn,
    rotation: &Rotation,
    noted: &Noted,
) -> Result<RotateOutcome, Fault> {
    let outcome = decide(conn, rotation, noted)?;
    let act = rotation.act.clone();
    let act = match outcome {
        RotateOutcome::Rotated => act,
        RotateOutcome::Repeated(_) => act.became(rotation.act.action, Outcome::Repeated),
        RotateOutcome::Reused => act.became(Action::RefreshReused, Outcome::Done),
        RotateOutcome::Dead => act.became(Action::TokenRefused, Outcome::Refused),
    };
    audit::insert(conn, &act)?;
    Ok(outcome)
}

fn decide(conn: &mut Conn, rotation: &Rotation, noted: &Noted) -> Result<RotateOutcome, Fault> {
    let now = rotation.now.as_unix();
    let Some(found) = find(conn, &rotation.presented)? else {
        return Ok(RotateOutcome::Dead);
    };
    let row = &found.token;
    if found.is_revoked() || row.family_expires_at <= now {
        return Ok(RotateOutcome::Dead);
    }
    if row.rotated_at.is_none() {
        if row.idle_expires_at <= now {
            return Ok(RotateOutcome::Dead);
        }
        let client = &found.grant.client_id;
        if !clients::is_noted(noted, client, rotation.now) {
            clients::note_use(conn, client, rotation.now)?;
        }
        // First of all, as with whoever removes a client or revokes a grant: their tokens come after it.
        if !use_grant(conn, rotation, &row.grant_id)? {
            return Ok(RotateOutcome::Dead);
        }
        if mark_rotated(conn, rotation)? {
            succeed(conn, rotation, &found)?;
            return Ok(RotateOutcome::Rotated);
        }
    }
    if let Some(answer) = repeatable(conn, rotation)? {
        return Ok(RotateOutcome::Repeated(answer));
    }
    if revoke::grant(conn, &row.grant_id, rotation.now)? {
        Ok(RotateOutcome::Reused)
    } else {
        // Revoked or removed meanwhile.
        Ok(RotateOutcome::Dead)
    }
}

/// Notes the grant's use; answers false if it was revoked or removed meanwhile. Until the transaction ends it cannot be.
fn use_grant(conn: &mut Conn, rotation: &Rotation, grant: &str) -> Result<bool, Fault> {
    let live = grants::table
        .find(grant)
        .filter(grants::revoked_at.is_null());
    let end = ends_at(&rotation.successor).max(rotation.access.expires_at);
    let end = end.as_unix().into_sql::<BigInt>();
    // It may be kept for longer already: a concurrent rotation, too, notes an end.
    let end = case_when(grants::kept_until.lt(end), end).otherwise(grants::kept_until);
    let used = diesel::update(live).set((
        grants::last_used_at.eq(rotation.now.as_unix()),
        grants::kept_until.eq(end),
    ));
    Ok(each_backend!(conn, |conn| used.execute(conn))? == 1)
}

/// Uses the token up; answers false if a concurrent rotation did.
fn mark_rotated(conn: &mut Conn, rotation: &Rotation) -> Result<bool, Fault> {
    let unused = table
        .find(rotation.presented.to_text())
        .filter(r::rotated_at.is_null());
    let mark = diesel::update(unused).set((
        r::rotated_at.eq(rotation.now.as_unix()),
        r::sealed_answer.eq(&rotation.sealed_answer),
    ));
    Ok(each_backend!(conn, |conn| mark.execute(conn))? == 1)
}

/// Keeps the new tokens, and forgets the answer that the predecessor could repeat until now.
fn succeed(conn: &mut Conn, rotation: &Rotation, found: &Found) -> Result<(), Fault> {
    let row = &found.token;
    insert(conn, &rotation.successor, &row.grant_id, row.generation + 1)?;
    insert_access(conn, &rotation.access)?;
    if row.generation > 0 {
        let predecessor = table
            .filter(r::grant_id.eq(&row.grant_id))
            .filter(r::generation.eq(row.generation - 1));
        let forget = diesel::update(predecessor).set(r::sealed_answer.eq(None::<Vec<u8>>));
        each_backend!(conn, |conn| forget.execute(conn))?;
    }
    Ok(())
}

/// The answer of the rotation, if it was within the grace and the successor is still unused.
fn repeatable(conn: &mut Conn, rotation: &Rotation) -> Result<Option<Vec<u8>>, Fault> {
    let earliest = rotation.now.minus(rotation.grace).as_unix();
    let successor = diesel::alias!(r as successor);
    let answer: Option<Option<Vec<u8>>> = table
        .inner_join(
            successor.on(successor
                .field(r::grant_id)
                .eq(r::grant_id)
                .and(successor.field(r::generation).eq(r::generation + 1))),
        )
        .filter(r::token_hash.eq(rotation.presented.to_text()))
        .filter(r::rotated_at.ge(earliest))
        .filter(successor.field(r::rotated_at).is_null())
        .select(r::sealed_answer)
        .get_result(conn)
        .optional()?;
    Ok(answer.flatten())
}

/// Forgets answers of rotations that are long past any grace.
pub(crate) fn forget_answers(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<(), Fault> {
    let old = table
        .select(r::token_hash)
        .filter(r::sealed_answer.is_not_null())
        .filter(r::rotated_at.lt(now.minus(ANSWER_KEPT).as_unix()))
        .limit(limit);
    let old: Vec<String> = unheld!(conn, old)?;
    diesel::update(table.filter(r::token_hash.eq_any(old)))
        .set(r::sealed_answer.eq(None::<Vec<u8>>))
        .execute(conn)?;
    Ok(())
}

/// Removes tokens of grants that serve nothing any more, and rotated ones that would have expired
/// by now: their second use need not be noticed any longer.
pub(crate) fn purge(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<usize, Fault> {
    let of_done = table
        .inner_join(grants::table)
        .filter(grants::kept_until.lt(now.as_unix()))
        .select(r::token_hash)
        .limit(limit);
    let mut done: Vec<String> = unheld!(conn, of_done)?;
    let rotated = table
        .filter(r::rotated_at.is_not_null())
        .filter(r::idle_expires_at.lt(now.as_unix()))
        .select(r::token_hash)
        .limit(limit.saturating_sub_unsigned(done.len() as u64));
    let rotated: Vec<String> = unheld!(conn, rotated)?;
    done.extend(rotated);
    Ok(diesel::delete(table.filter(r::token_hash.eq_any(done))).execute(conn)?)
}
