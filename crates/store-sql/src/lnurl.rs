//! Sign-ins with Lightning wallets: one row each, whose update decides every race.

use diesel::prelude::*;
use hodlxxi_kernel::{PublicKey, PublicKeyError, SecretHash, StoreError, Timestamp};
use hodlxxi_lnurl::session::{
    Approval, Approved, AuthSession, AuthSessionStore, GRACE, NewAuthSession,
};

use crate::conn::{Conn, Keep, each_backend};
use crate::database::Database;
use crate::fault::Fault;
use crate::row::{RowError, column, count};
use crate::schema::lnurl_sessions::{self as l, table};

const TABLE: &str = "lnurl_sessions";

#[derive(Queryable, Insertable)]
#[diesel(table_name = l, treat_none_as_default_value = false)]
struct LnurlRow {
    k1_hash: String,
    browser_hash: String,
    action: String,
    session_id: Option<String>,
    expires_at: i64,
    public_key: Option<String>,
    approved_at: Option<i64>,
    redeemed: bool,
}

impl From<&NewAuthSession> for LnurlRow {
    fn from(new: &NewAuthSession) -> Self {
        Self {
            k1_hash: new.k1.to_text(),
            browser_hash: new.browser.to_text(),
            action: new.action.as_str().to_owned(),
            session_id: new.session.as_ref().map(ToString::to_string),
            expires_at: new.expires_at.as_unix(),
            public_key: None,
            approved_at: None,
            redeemed: false,
        }
    }
}

impl TryFrom<LnurlRow> for AuthSession {
    type Error = RowError;

    fn try_from(row: LnurlRow) -> Result<Self, RowError> {
        let browser = row.browser_hash.parse();
        let action = row.action.parse();
        let session = row.session_id.map(|id| id.parse()).transpose();
        Ok(Self {
            browser: browser.map_err(column(TABLE, "browser_hash"))?,
            action: action.map_err(column(TABLE, "action"))?,
            session: session.map_err(column(TABLE, "session_id"))?,
            expires_at: Timestamp::from_unix(row.expires_at),
            approved_by: key(row.public_key)?,
            redeemed: row.redeemed,
        })
    }
}

impl AuthSessionStore for Database {
    fn create(&self, session: &NewAuthSession) -> Result<(), StoreError> {
        let row = LnurlRow::from(session);
        // Lost in a power cut it is unknown, and the person asks for another.
        self.write_lazy_tx(|conn| {
            each_backend!(conn, |conn| diesel::insert_into(table)
                .values(row)
                .execute(conn))?;
            Ok(((), Keep::Yes))
        })
    }

    fn approve(&self, k1: &SecretHash, key: &PublicKey, now: i64) -> Result<Approval, StoreError> {
        let k1 = k1.to_text();
        let second = now.div_euclid(1_000_000);
        let live = table
            .filter(l::k1_hash.eq(&k1))
            .filter(l::approved_at.is_null())
            .filter(l::expires_at.gt(second));
        let by = (
            l::public_key.eq(Some(key.to_hex())),
            l::approved_at.eq(Some(now)),
        );
        self.write_tx(|conn| {
            let approved = each_backend!(conn, |conn| diesel::update(live).set(by).execute(conn))?;
            if approved > 0 {
                return Ok(Approval::Approved);
            }
            Ok(match find(conn, &k1)? {
                None => Approval::Unknown,
                Some(row) if row.approved_at.is_some() => Approval::Used,
                Some(_) => Approval::Expired,
            })
        })
    }

    fn peek(&self, k1: &SecretHash) -> Result<Option<AuthSession>, StoreError> {
        self.read(|conn| {
            let row = find(conn, &k1.to_text())?;
            Ok(row.map(AuthSession::try_from).transpose()?)
        })
    }

    fn redeem(
        &self,
        k1: &SecretHash,
        browser: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<PublicKey>, StoreError> {
        let approved = table
            .filter(l::k1_hash.eq(k1.to_text()))
            .filter(l::browser_hash.eq(browser.to_text()))
            .filter(l::approved_at.is_not_null())
            .filter(l::redeemed.eq(false))
            .filter(l::expires_at.gt(now.minus(GRACE).as_unix()));
        self.write(|conn| {
            let by: Option<Option<String>> = each_backend!(conn, |conn| diesel::update(approved)
                .set(l::redeemed.eq(true))
                .returning(l::public_key)
                .get_result(conn)
                .optional())?;
            Ok(key(by.flatten())?)
        })
    }

    fn approved_since(&self, since: i64, limit: u32) -> Result<Vec<Approved>, StoreError> {
        self.read(|conn| {
            let query = table
                .filter(l::approved_at.ge(since))
                .order(l::approved_at)
                .select((l::k1_hash, l::public_key, l::approved_at))
                .limit(i64::from(limit));
            let rows: Vec<(String, Option<String>, Option<i64>)> =
                each_backend!(conn, |conn| query.load(conn))?;
            let approved = rows.into_iter().map(|(k1, by, at)| {
                let k1 = k1.parse().map_err(column(TABLE, "k1_hash"))?;
                // A row without a key was not approved: the query finds none.
                let approved = key(by)?.zip(at);
                Ok(approved.map(|(key, at)| Approved { k1, key, at }))
            });
            let approved: Result<Vec<_>, RowError> =
                approved.filter_map(Result::transpose).collect();
            Ok(approved?)
        })
    }

    fn count_auth_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.read(|conn| {
            let live: i64 = table
                .filter(l::expires_at.gt(now.as_unix()))
                .filter(l::redeemed.eq(false))
                .count()
                .get_result(conn)?;
            Ok(count(live))
        })
    }

    fn purge_auth_sessions(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let old = diesel::alias!(l as old);
        let expired = old
            .select(old.field(l::k1_hash))
            .filter(old.field(l::expires_at).lt(now.as_unix()))
            .limit(i64::from(limit));
        self.write(|conn| {
            Ok(diesel::delete(table.filter(l::k1_hash.eq_any(expired))).execute(conn)?)
        })
    }
}

fn find(conn: &mut Conn, k1: &str) -> Result<Option<LnurlRow>, Fault> {
    let query = table.find(k1);
    Ok(each_backend!(conn, |conn| query.get_result(conn)).optional()?)
}

fn key(hex: Option<String>) -> Result<Option<PublicKey>, RowError> {
    let read: Result<Option<PublicKey>, PublicKeyError> =
        hex.map(|hex| PublicKey::parse(&hex)).transpose();
    read.map_err(column(TABLE, "public_key"))
}
