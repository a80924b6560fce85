//! The server's use cases: begin a sign-in, take a wallet's answer, tell the browser, and let it redeem.
//!
//! The browser has the id, a secret of 256 bits; the wallet gets `k1`, which is a MAC over the id. So whoever has the id
//! can be shown the code once more by any node, while nobody finds the id by the code, and neither is kept: a store knows
//! the hash of `k1`.
//!
//! Deliberately absent: whose key it is and what follows from that; HTTP and cookies.

use std::sync::Arc;

use hodlxxi_kernel::{
    Clock, DerivedKey, Entropy, MasterKey, PublicKey, Secret, SecretHash, SessionId, StoreError,
    Timestamp,
};
use thiserror::Error;

use crate::auth::{Action, Answer, AuthUrl, InvalidSignature, K1};
use crate::code::{CodeError, Endpoint};
use crate::session::{
    Approval, Approved, AuthSession, AuthSessionStore, GRACE, LIFETIME, NewAuthSession,
};

/// Characters of a sign-in's id: no other text is looked for.
const ID: usize = 43;

/// The use cases: see the [module](self).
pub struct LnurlAuth {
    callback: Endpoint,
    store: Arc<dyn AuthSessionStore>,
    key: DerivedKey,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// A sign-in that was just begun.
pub struct Begun {
    /// For the browser that asked: by this it asks how its sign-in stands.
    pub id: Secret,
    /// What its wallet is shown.
    pub url: AuthUrl,
    /// From when on no wallet may approve it.
    pub expires_at: Timestamp,
}

/// Why no sign-in was begun.
#[derive(Debug, Error)]
pub enum BeginError {
    /// The action is about a session, and there is none.
    #[error("this action needs a session")]
    SessionRequired,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a wallet's answer led to nothing.
#[derive(Debug, Error)]
pub enum AnswerRefused {
    /// The signature does not hold; the sign-in was not looked for.
    #[error(transparent)]
    Signature(#[from] InvalidSignature),
    /// The code was used before, by this wallet or another.
    #[error("this code was used before; ask for a new one")]
    Used,
    /// The code's time is over.
    #[error("this code has expired; ask for a new one")]
    Expired,
    /// The code is not of this server, or was made too long ago.
    #[error("this code is not known here; ask for a new one")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a sign-in stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No wallet approved it yet.
    Pending,
    /// A wallet approved it by this key, and the browser may redeem it.
    Approved(PublicKey),
    /// The browser redeemed it.
    Redeemed(PublicKey),
    /// Its time is over.
    Expired,
}

/// A sign-in as its browser may see it.
#[derive(Debug, Clone)]
pub struct Look {
    /// How it stands.
    pub standing: Standing,
    /// What it is for.
    pub action: Action,
    /// The person's session that it is about.
    pub session: Option<SessionId>,
    /// Seconds until no wallet may approve it any more; 0 from then on.
    pub expires_in: i64,
    /// What its wallet is shown.
    pub url: AuthUrl,
}

impl LnurlAuth {
    /// Sign-ins whose wallets call `callback`, a URL without query, kept in `store`. Each `k1` is made with a key derived
    /// from `master`.
    ///
    /// Wallets choose their key by the host in `callback`: with another host everybody has another key.
    pub fn new(
        callback: &str,
        store: Arc<dyn AuthSessionStore>,
        master: &MasterKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, CodeError> {
        Ok(Self {
            callback: Endpoint::parse(callback)?,
            store,
            key: master.derive("lnurl-auth"),
            clock,
            entropy,
        })
    }

    /// Begins a sign-in for the browser with this mark: a secret that it keeps in a cookie.
    ///
    /// Actions about a session need one, and are bound to it.
    pub fn begin(
        &self,
        action: Action,
        browser: &Secret,
        session: Option<&SessionId>,
    ) -> Result<Begun, BeginError> {
        let session = match (action.needs_session(), session) {
            (false, _) => None,
            (true, Some(session)) => Some(session.clone()),
            (true, None) => return Err(BeginError::SessionRequired),
        };
        let id = Secret::generate(&*self.entropy);
        let k1 = self.k1(id.expose());
        let expires_at = self.clock.now().plus(LIFETIME);
        self.store.create(&NewAuthSession {
            k1: k1.hash(),
            browser: browser.hash(),
            action,
            session,
            expires_at,
        })?;
        Ok(Begun {
            id,
            url: self.url(k1, action),
            expires_at,
        })
    }

    /// Takes a wallet's answer: judges its signature, and only then asks the store, once. A failure changes nothing.
    pub fn answer(&self, answer: &Answer) -> Result<Approved, AnswerRefused> {
        let key = answer.verify()?;
        let (k1, at) = (answer.k1().hash(), self.clock.unix_micros());
        match self.store.approve(&k1, &key, at)? {
            Approval::Approved => Ok(Approved { k1, key, at }),
            Approval::Used => Err(AnswerRefused::Used),
            Approval::Expired => Err(AnswerRefused::Expired),
            Approval::Unknown => Err(AnswerRefused::Unknown),
        }
    }

    /// What the sign-in with this id is known by where approvals are listed, whether there is one or not.
    pub fn name(&self, id: &str) -> SecretHash {
        self.k1(id).hash()
    }

    /// The sign-in with this id, for the browser that began it; none for anybody else.
    pub fn look(&self, id: &str, browser: &Secret) -> Result<Option<Look>, StoreError> {
        if id.len() != ID {
            return Ok(None);
        }
        let k1 = self.k1(id);
        let found = self.store.peek(&k1.hash())?;
        let Some(found) = found.filter(|found| found.browser == browser.hash()) else {
            return Ok(None);
        };
        let now = self.clock.now();
        Ok(Some(Look {
            standing: standing(&found, now),
            action: found.action,
            expires_in: found.expires_at.seconds_since(now).clamp(0, LIFETIME),
            session: found.session,
            url: self.url(k1, found.action),
        }))
    }

    /// Redeems the approval of the sign-in with this id, for the browser that began it: the key, once.
    pub fn redeem(&self, id: &str, browser: &Secret) -> Result<Option<PublicKey>, StoreError> {
        let k1 = self.k1(id).hash();
        self.store.redeem(&k1, &browser.hash(), self.clock.now())
    }

    /// What wallets approved at `since` (microseconds of Unix time) or later, oldest first, at most `limit`: by this a
    /// process learns what others were told.
    pub fn approved_since(&self, since: i64, limit: u32) -> Result<Vec<Approved>, StoreError> {
        self.store.approved_since(since, limit)
    }

    /// How many sign-ins are under way.
    pub fn count(&self) -> Result<u64, StoreError> {
        self.store.count_auth_sessions(self.clock.now())
    }

    /// Forgets sign-ins some time after their end, at most `limit`; answers how many.
    pub fn purge(&self, limit: u32) -> Result<usize, StoreError> {
        // Another node's clock may be behind, and still let a browser redeem what is forgotten here.
        let before = self.clock.now().minus(GRACE + CLOCK_SKEW);
        self.store.purge_auth_sessions(before, limit)
    }

    fn k1(&self, id: &str) -> K1 {
        K1::new(self.key.mac(&[id.as_bytes()]))
    }

    fn url(&self, k1: K1, action: Action) -> AuthUrl {
        AuthUrl::asking(&self.callback, k1, action)
    }
}

/// How far the clocks of several nodes may differ, in seconds.
const CLOCK_SKEW: i64 = 300;

fn standing(found: &AuthSession, now: Timestamp) -> Standing {
    match found.approved_by {
        Some(key) if found.redeemed => Standing::Redeemed(key),
        Some(key) if now < found.expires_at.plus(GRACE) => Standing::Approved(key),
        None if now < found.expires_at => Standing::Pending,
        _ => Standing::Expired,
    }
}

#[cfg(test)]
mod tests;
