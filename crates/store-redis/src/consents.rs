//! What people allowed clients, cached in front of the store that keeps it.

use std::sync::Arc;

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, ConsentId, StoreError, Timestamp, UserId};
use hodlxxi_oauth::grant::{Connection, Consent, ConsentStore};
use hodlxxi_oauth::scope::ScopeSet;
use serde::{Deserialize, Serialize};

use crate::redis::Redis;

/// Consents as another store keeps them, looked up in Redis first.
///
/// Every change of a consent goes through this, on every node, and every change of a person through
/// [`PeopleCache`](crate::PeopleCache).
pub struct ConsentCache {
    redis: Redis,
    consents: Arc<dyn ConsentStore>,
}

/// A consent as the cache keeps it.
#[derive(Serialize, Deserialize)]
struct ConsentText {
    id: ConsentId,
    scope: String,
    claims: Vec<String>,
}

impl From<&Consent> for ConsentText {
    fn from(consent: &Consent) -> Self {
        Self {
            id: consent.id.clone(),
            scope: consent.scope.to_string(),
            claims: consent.claims.clone(),
        }
    }
}

impl From<ConsentText> for Consent {
    fn from(text: ConsentText) -> Self {
        Self {
            id: text.id,
            scope: ScopeSet::parse(&text.scope),
            claims: text.claims,
        }
    }
}

impl ConsentCache {
    /// A cache in front of `consents`.
    pub fn new(redis: Redis, consents: Arc<dyn ConsentStore>) -> Self {
        Self { redis, consents }
    }
}

impl ConsentStore for ConsentCache {
    fn consent(&self, user: &UserId, client: &ClientId) -> Result<Option<Consent>, StoreError> {
        let key = self.redis.key("consent", &format!("{user}:{client}"));
        self.redis.read_through::<ConsentText, Consent>(
            &key,
            || self.consents.consent(user, client),
            |_| user.to_string(),
        )
    }

    fn remember_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        consent: &Consent,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<ConsentId, StoreError> {
        let outcome = self
            .consents
            .remember_consent(user, client, consent, now, act);
        self.redis.changed([user.as_str()]);
        outcome
    }

    fn withdraw_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let outcome = self.consents.withdraw_consent(user, client, now, act);
        self.redis.changed([user.as_str()]);
        outcome
    }

    fn connections(&self, user: &UserId) -> Result<Vec<Connection>, StoreError> {
        self.consents.connections(user)
    }
}
