//! Grants and their access tokens. A grant's `revoked_at` decides over all its tokens.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, SecretHash, StoreError, Timestamp};
use hodlxxi_oauth::grant::{
    AccessTokenRecord, ActiveAccessToken, Grant, GrantStore, RedeemOutcome, Redemption,
    RefreshState, RotateOutcome, Rotation,
};
use hodlxxi_oauth::scope::ScopeSet;

use crate::audit;
use crate::client_rows;
use crate::clients;
use crate::conn::{Conn, each_backend, unheld};
use crate::database::Database;
use crate::fault::Fault;
use crate::row::{RowError, column, from_json, to_json};
use crate::schema::{access_tokens, clients as c, grants, refresh_tokens, users};
use crate::{redeem, refresh, revoke};

/// For how long after its redemption a second use of a code is noticed, in seconds.
const CODE_REMEMBERED: i64 = 3600;

#[derive(Queryable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
pub(crate) struct GrantRow {
    id: String,
    pub(crate) client_id: String,
    user_id: Option<String>,
    authorized: Option<String>,
    code_hash: Option<String>,
    created_at: i64,
    last_used_at: i64,
    pub(crate) revoked_at: Option<i64>,
    kept_until: i64,
}

impl GrantRow {
    /// A grant made now, of whose tokens the last ends at `ends_at`.
    pub(crate) fn new(
        grant: &Grant,
        code: Option<&SecretHash>,
        ends_at: Timestamp,
    ) -> Result<Self, Fault> {
        let authorized = grant.authorized.as_ref();
        let remembered = match code {
            Some(_) => grant.created_at.plus(CODE_REMEMBERED),
            None => grant.created_at,
        };
        Ok(Self {
            id: grant.id.to_string(),
            client_id: grant.client.to_string(),
            user_id: authorized.map(|authorized| authorized.user.to_string()),
            authorized: authorized.map(to_json).transpose()?,
            code_hash: code.map(SecretHash::to_text),
            created_at: grant.created_at.as_unix(),
            last_used_at: grant.created_at.as_unix(),
            revoked_at: None,
            kept_until: ends_at.max(remembered).as_unix(),
        })
    }
}

impl TryFrom<GrantRow> for Grant {
    type Error = RowError;

    fn try_from(row: GrantRow) -> Result<Self, RowError> {
        let authorized = row.authorized.as_deref();
        Ok(Self {
            id: row.id.try_into().map_err(column("grants", "id"))?,
            client: row
                .client_id
                .try_into()
                .map_err(column("grants", "client_id"))?,
            authorized: authorized
                .map(|text| from_json(text, "grants", "authorized"))
                .transpose()?,
            created_at: Timestamp::from_unix(row.created_at),
        })
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = access_tokens)]
struct AccessRow {
    token_hash: String,
    grant_id: String,
    scope: String,
    audience: String,
    issued_at: i64,
    expires_at: i64,
}

impl TryFrom<AccessRow> for AccessTokenRecord {
    type Error = RowError;

    fn try_from(row: AccessRow) -> Result<Self, RowError> {
        let hash = row.token_hash.parse();
        let grant = row.grant_id.try_into();
        Ok(Self {
            hash: hash.map_err(column("access_tokens", "token_hash"))?,
            grant: grant.map_err(column("access_tokens", "grant_id"))?,
            scope: ScopeSet::parse(&row.scope),
            audience: from_json(&row.audience, "access_tokens", "audience")?,
            issued_at: Timestamp::from_unix(row.issued_at),
            expires_at: Timestamp::from_unix(row.expires_at),
        })
    }
}

/// Keeps an access token.
pub(crate) fn insert_access(conn: &mut Conn, token: &AccessTokenRecord) -> Result<(), Fault> {
    let row = AccessRow {
        token_hash: token.hash.to_text(),
        grant_id: token.grant.to_string(),
        scope: token.scope.to_string(),
        audience: to_json(&token.audience)?,
        issued_at: token.issued_at.as_unix(),
        expires_at: token.expires_at.as_unix(),
    };
    each_backend!(conn, |conn| diesel::insert_into(access_tokens::table)
        .values(row)
        .execute(conn))?;
    Ok(())
}

impl GrantStore for Database {
    fn redeem(&self, redemption: &Redemption) -> Result<RedeemOutcome, StoreError> {
        self.note_use(redemption.grant.client.as_str(), redemption.now)?;
        self.write_tx(|conn| redeem::redeem(conn, redemption))
    }

    fn issue(
        &self,
        grant: &Grant,
        access: &AccessTokenRecord,
        act: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.note_use(grant.client.as_str(), access.issued_at)?;
        self.write_tx(|conn| {
            let mut row = GrantRow::new(grant, None, access.expires_at)?;
            // Of a client disabled meanwhile, the grant is dead from the start.
            if clients::lock_enabled(conn, &grant.client)?.is_none() {
                row.revoked_at = Some(access.issued_at.as_unix());
            }
            each_backend!(conn, |conn| diesel::insert_into(grants::table)
                .values(row)
                .execute(conn))?;
            insert_access(conn, access)?;
            audit::insert(conn, act)
        })
    }

    fn access_token(
        &self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<ActiveAccessToken>, StoreError> {
        self.read(|conn| {
            let query = access_tokens::table
                .inner_join(grants::table.inner_join(c::table).left_join(users::table))
                .filter(access_tokens::token_hash.eq(hash.to_text()))
                .filter(access_tokens::expires_at.gt(now.as_unix()))
                .filter(grants::revoked_at.is_null())
                .filter(clients::enabled())
                .filter(users::disabled_at.is_null())
                .select((access_tokens::all_columns, grants::all_columns, c::tier));
            let rows: Option<(AccessRow, GrantRow, Option<String>)> =
                each_backend!(conn, |conn| query.get_result(conn)).optional()?;
            let Some((token, grant, tier)) = rows else {
                return Ok(None);
            };
            Ok(Some(ActiveAccessToken {
                token: token.try_into()?,
                grant: grant.try_into()?,
                tier: client_rows::tier(tier)?,
            }))
        })
    }

    fn refresh_token(&self, hash: &SecretHash) -> Result<Option<RefreshState>, StoreError> {
        self.read(|conn| {
            let found = refresh::find(conn, hash)?;
            Ok(found.map(RefreshState::try_from).transpose()?)
        })
    }

    fn rotate(&self, rotation: &Rotation) -> Result<RotateOutcome, StoreError> {
        self.write_tx(|conn| refresh::rotate(conn, rotation, self.noted()))
    }

    fn revoke_refresh_family(
        &self,
        hash: &SecretHash,
        client: &ClientId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_tx(|conn| revoke::refresh_family(conn, hash, client, now, act))
    }

    fn revoke_access_token(
        &self,
        hash: &SecretHash,
        client: &ClientId,
        _now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.write_tx(|conn| revoke::access_token(conn, hash, client, act))
    }

    fn purge_grants(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let limit = i64::from(limit);
        // One after the other: tokens and then their grants is not the order in which others lock them.
        self.write_tx(|conn| refresh::forget_answers(conn, now, limit))?;
        let access = self.write_tx(|conn| purge_access(conn, now, limit))?;
        let refresh = self.write_tx(|conn| refresh::purge(conn, now, limit))?;
        let grants = self.write_tx(|conn| purge_grants(conn, now, limit))?;
        Ok(access + refresh + grants)
    }
}

fn purge_access(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<usize, Fault> {
    let expired = access_tokens::table
        .select(access_tokens::token_hash)
        .filter(access_tokens::expires_at.lt(now.as_unix()))
        .limit(limit);
    let expired: Vec<String> = unheld!(conn, expired)?;
    let rows = access_tokens::table.filter(access_tokens::token_hash.eq_any(expired));
    Ok(diesel::delete(rows).execute(conn)?)
}

fn purge_grants(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<usize, Fault> {
    let refresh = refresh_tokens::table.filter(refresh_tokens::grant_id.eq(grants::id));
    let done = grants::table
        .select(grants::id)
        .filter(grants::kept_until.lt(now.as_unix()))
        .filter(not(exists(refresh)))
        .limit(limit);
    let ids: Vec<String> = unheld!(conn, done)?;
    Ok(diesel::delete(grants::table.filter(grants::id.eq_any(ids))).execute(conn)?)
}
