//! Authorization codes: a text each, and the ends of the live ones in a sorted set, for counting.

use std::sync::LazyLock;

use hodlxxi_kernel::{ClientId, SecretHash, StoreError, Timestamp};
use hodlxxi_oauth::client::RedirectUri;
use hodlxxi_oauth::grant::{AuthorizationCode, Authorized, CodeStore};
use redis::Script;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::life::kept_for;
use crate::redis::Redis;

static SAVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/save_code.lua")));
static FIND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/code.lua")));
static COUNT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/count_codes.lua")));

/// For how long after its end a second use of a code is noticed, in seconds.
const REUSE_NOTICED: i64 = 3600;

/// A code as it is kept, under its hash.
#[derive(Serialize, Deserialize)]
struct CodeText {
    client: ClientId,
    client_disabled_count: u32,
    redirect_uri: RedirectUri,
    redirect_uri_given: bool,
    code_challenge: Option<String>,
    authorized: Authorized,
    expires_at: Timestamp,
}

impl CodeText {
    fn of(code: &AuthorizationCode) -> Self {
        Self {
            client: code.client.clone(),
            client_disabled_count: code.client_disabled_count,
            redirect_uri: code.redirect_uri.clone(),
            redirect_uri_given: code.redirect_uri_given,
            code_challenge: code.code_challenge.clone(),
            authorized: code.authorized.clone(),
            expires_at: code.expires_at,
        }
    }

    fn with_hash(self, hash: SecretHash) -> AuthorizationCode {
        AuthorizationCode {
            hash,
            client: self.client,
            client_disabled_count: self.client_disabled_count,
            redirect_uri: self.redirect_uri,
            redirect_uri_given: self.redirect_uri_given,
            code_challenge: self.code_challenge,
            authorized: self.authorized,
            expires_at: self.expires_at,
        }
    }
}

impl Redis {
    fn live_codes(&self) -> String {
        self.key("codes", "live")
    }
}

impl CodeStore for Redis {
    fn save_code(&self, code: &AuthorizationCode) -> Result<(), StoreError> {
        let text = serde_json::to_string(&CodeText::of(code)).map_err(Fault::value("a code"))?;
        let (hash, now) = (code.hash.to_text(), self.now());
        self.run(&SAVE, |call| {
            call.key(self.key("code", &hash))
                .key(self.live_codes())
                .arg(&hash)
                .arg(text)
                .arg(kept_for(code.expires_at.plus(REUSE_NOTICED), now))
                .arg(code.expires_at.as_unix())
                .arg(now.as_unix());
        })
    }

    fn code(&self, hash: &SecretHash) -> Result<Option<AuthorizationCode>, StoreError> {
        let name = hash.to_text();
        let text: Option<String> = self.run(&FIND, |call| {
            call.key(self.key("code", &name))
                .key(self.live_codes())
                .arg(&name);
        })?;
        let Some(text) = text else {
            return Ok(None);
        };
        let code: CodeText = serde_json::from_str(&text).map_err(Fault::value("a code"))?;
        Ok(Some(code.with_hash(*hash)))
    }

    fn count_codes(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.run(&COUNT, |call| {
            call.key(self.live_codes()).arg(now.as_unix());
        })
    }

    fn purge_codes(&self, _now: Timestamp, _limit: u32) -> Result<usize, StoreError> {
        Ok(0)
    }
}
