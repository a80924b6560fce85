//! Sign-ins with Lightning wallets: a hash each, one script for each step. The approvals of the last minutes, and the ends of
//! what is under way, stand in a sorted set each.
//!
//! Each hash has the beginning of the memory that it was kept in, and is as good as none in another: an older copy of Redis
//! would hold as pending what was approved since.

use std::sync::LazyLock;

use hodlxxi_kernel::{PublicKey, SecretHash, StoreError, Timestamp};
use hodlxxi_lnurl::session::{
    Approval, Approved, AuthSession, AuthSessionStore, GRACE, NewAuthSession,
};
use redis::Script;

use crate::fault::Fault;
use crate::life::kept_for;
use crate::redis::{Redis, remembering};

/// The scripts, each with what they share in front.
fn script(code: &str) -> Script {
    remembering(&[include_str!("lua/lnurl.lua"), code].concat())
}

static CREATE: LazyLock<Script> = LazyLock::new(|| script(include_str!("lua/lnurl_create.lua")));
static APPROVE: LazyLock<Script> = LazyLock::new(|| script(include_str!("lua/lnurl_approve.lua")));
static PEEK: LazyLock<Script> = LazyLock::new(|| script(include_str!("lua/lnurl_peek.lua")));
static REDEEM: LazyLock<Script> = LazyLock::new(|| script(include_str!("lua/lnurl_redeem.lua")));
static SINCE: LazyLock<Script> = LazyLock::new(|| script(include_str!("lua/lnurl_since.lua")));
static COUNT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/count_codes.lua")));

/// How long an approval is listed, in seconds: whoever has not seen it by then looks for itself.
const LISTED: i64 = 60;

/// What the peek answers: browser, action, session (may be empty), end, key (may be empty), whether it was redeemed.
type Fields = (String, String, String, i64, String, bool);

impl Redis {
    fn sign_in(&self, k1: &SecretHash) -> String {
        self.key("lnurl", &k1.to_text())
    }

    fn approvals(&self) -> String {
        self.key("lnurls", "approved")
    }

    fn sign_ins_under_way(&self) -> String {
        self.key("lnurls", "live")
    }
}

impl AuthSessionStore for Redis {
    fn create(&self, session: &NewAuthSession) -> Result<(), StoreError> {
        let about = session.session.as_ref().map(ToString::to_string);
        self.run_remembering(&CREATE, |call, redis| {
            let now = redis.now();
            call.key(redis.sign_in(&session.k1))
                .key(redis.sign_ins_under_way())
                .arg(session.k1.to_text())
                .arg(session.browser.to_text())
                .arg(session.action.as_str())
                .arg(about.unwrap_or_default())
                .arg(session.expires_at.as_unix())
                .arg(kept_for(session.expires_at.plus(GRACE), now))
                .arg(now.as_unix());
        })
    }

    fn approve(&self, k1: &SecretHash, key: &PublicKey, now: i64) -> Result<Approval, StoreError> {
        let outcome: String = self.run_remembering(&APPROVE, |call, redis| {
            call.key(redis.sign_in(k1))
                .key(redis.approvals())
                .arg(k1.to_text())
                .arg(key.to_hex())
                .arg(now)
                .arg(now.div_euclid(1_000_000))
                .arg(LISTED);
        })?;
        match outcome.as_str() {
            "approved" => Ok(Approval::Approved),
            "used" => Ok(Approval::Used),
            "expired" => Ok(Approval::Expired),
            _ => Ok(Approval::Unknown),
        }
    }

    fn peek(&self, k1: &SecretHash) -> Result<Option<AuthSession>, StoreError> {
        let fields: Option<Fields> = self.run_remembering(&PEEK, |call, redis| {
            call.key(redis.sign_in(k1));
        })?;
        let Some((browser, action, session, end, key, redeemed)) = fields else {
            return Ok(None);
        };
        let session = Some(session).filter(|id| !id.is_empty());
        let session = session.map(|id| id.parse()).transpose();
        Ok(Some(AuthSession {
            browser: browser.parse().map_err(Fault::value("a browser's mark"))?,
            action: action.parse().map_err(Fault::value("an action"))?,
            session: session.map_err(Fault::value("a session's id"))?,
            expires_at: Timestamp::from_unix(end),
            approved_by: read_key(Some(key))?,
            redeemed,
        }))
    }

    fn redeem(
        &self,
        k1: &SecretHash,
        browser: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<PublicKey>, StoreError> {
        let key: Option<String> = self.run_remembering(&REDEEM, |call, redis| {
            call.key(redis.sign_in(k1))
                .key(redis.sign_ins_under_way())
                .arg(k1.to_text())
                .arg(browser.to_text())
                .arg(now.minus(GRACE).as_unix());
        })?;
        Ok(read_key(key)?)
    }

    fn approved_since(&self, since: i64, limit: u32) -> Result<Vec<Approved>, StoreError> {
        let listed: Vec<String> = self.run_remembering(&SINCE, |call, redis| {
            call.key(redis.approvals()).arg(since).arg(limit);
        })?;
        let approved = listed.iter().map(|text| read_approval(text));
        Ok(approved.collect::<Result<_, Fault>>()?)
    }

    fn count_auth_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.run(&COUNT, |call| {
            call.key(self.sign_ins_under_way()).arg(now.as_unix());
        })
    }

    fn purge_auth_sessions(&self, _now: Timestamp, _limit: u32) -> Result<usize, StoreError> {
        Ok(0)
    }
}

/// A key in hex; none where the text is empty.
fn read_key(hex: Option<String>) -> Result<Option<PublicKey>, Fault> {
    let hex = hex.filter(|hex| !hex.is_empty());
    let key = hex.map(|hex| PublicKey::parse(&hex)).transpose();
    key.map_err(Fault::value("a key"))
}

/// An entry of the approvals: the hash of `k1`, the key, and the moment, with spaces between them.
fn read_approval(text: &str) -> Result<Approved, Fault> {
    let mut parts = text.split(' ');
    let mut part = || parts.next().unwrap_or_default();
    let (k1, key, at) = (part(), part(), part());
    Ok(Approved {
        k1: k1.parse().map_err(Fault::value("the hash of a k1"))?,
        key: PublicKey::parse(key).map_err(Fault::value("a key"))?,
        at: at.parse().map_err(Fault::value("a moment"))?,
    })
}
