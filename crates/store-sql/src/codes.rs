//! Authorization codes, until they are redeemed or expire.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use hodlxxi_kernel::{SecretHash, StoreError, Timestamp};
use hodlxxi_oauth::client::RedirectUri;
use hodlxxi_oauth::grant::{AuthorizationCode, CodeStore};

use crate::conn::{each_backend, unheld};
use crate::database::Database;
use crate::fault::Fault;
use crate::row::{RowError, column, count, from_json, to_json};
use crate::schema::authorization_codes::{self as c, table};
use crate::schema::grants;

#[derive(Queryable, Insertable)]
#[diesel(table_name = c, treat_none_as_default_value = false)]
struct CodeRow {
    code_hash: String,
    client_id: String,
    redirect_uri: String,
    redirect_uri_given: bool,
    code_challenge: Option<String>,
    user_id: String,
    session_id: String,
    authorized: String,
    expires_at: i64,
    client_disabled_count: i64,
}

impl CodeRow {
    fn new(code: &AuthorizationCode) -> Result<Self, Fault> {
        Ok(Self {
            code_hash: code.hash.to_text(),
            client_id: code.client.to_string(),
            redirect_uri: code.redirect_uri.as_str().to_owned(),
            redirect_uri_given: code.redirect_uri_given,
            code_challenge: code.code_challenge.clone(),
            user_id: code.authorized.user.to_string(),
            session_id: code.authorized.session.to_string(),
            authorized: to_json(&code.authorized)?,
            expires_at: code.expires_at.as_unix(),
            client_disabled_count: code.client_disabled_count.into(),
        })
    }
}

impl TryFrom<CodeRow> for AuthorizationCode {
    type Error = RowError;

    fn try_from(row: CodeRow) -> Result<Self, RowError> {
        let hash = row.code_hash.parse();
        let client = row.client_id.try_into();
        let disabled_count = row.client_disabled_count.try_into();
        let redirect_uri: Result<RedirectUri, _> = serde_json::from_value(row.redirect_uri.into());
        Ok(Self {
            hash: hash.map_err(column("authorization_codes", "code_hash"))?,
            client: client.map_err(column("authorization_codes", "client_id"))?,
            client_disabled_count: disabled_count
                .map_err(column("authorization_codes", "client_disabled_count"))?,
            redirect_uri: redirect_uri.map_err(column("authorization_codes", "redirect_uri"))?,
            redirect_uri_given: row.redirect_uri_given,
            code_challenge: row.code_challenge,
            authorized: from_json(&row.authorized, "authorization_codes", "authorized")?,
            expires_at: Timestamp::from_unix(row.expires_at),
        })
    }
}

impl CodeStore for Database {
    fn save_code(&self, code: &AuthorizationCode) -> Result<(), StoreError> {
        self.write(|conn| {
            let row = CodeRow::new(code)?;
            each_backend!(conn, |conn| diesel::insert_into(table)
                .values(row)
                .execute(conn))?;
            Ok(())
        })
    }

    fn code(&self, hash: &SecretHash) -> Result<Option<AuthorizationCode>, StoreError> {
        self.read(|conn| {
            let query = table.find(hash.to_text());
            let row: Option<CodeRow> =
                each_backend!(conn, |conn| query.get_result(conn)).optional()?;
            Ok(row.map(AuthorizationCode::try_from).transpose()?)
        })
    }

    fn count_codes(&self, now: Timestamp) -> Result<u64, StoreError> {
        let redeemed = grants::table.filter(grants::code_hash.eq(c::code_hash.nullable()));
        self.read(|conn| {
            let live: i64 = table
                .filter(c::expires_at.gt(now.as_unix()))
                .filter(not(exists(redeemed)))
                .count()
                .get_result(conn)?;
            Ok(count(live))
        })
    }

    fn purge_codes(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let expired = table
            .select(c::code_hash)
            .filter(c::expires_at.lt(now.as_unix()))
            .limit(i64::from(limit));
        self.write_tx(|conn| {
            let expired: Vec<String> = unheld!(conn, expired)?;
            Ok(diesel::delete(table.filter(c::code_hash.eq_any(expired))).execute(conn)?)
        })
    }
}
