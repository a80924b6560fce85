//! The provider: its settings, its stores, and (in the modules below) its use cases.
//!
//! Each use case is one method of [`Provider`], called once a request. Deliberately absent: HTTP; how
//! a person signs in; caching of what stores answer.

mod authorize;
mod backchannel;
mod bearer;
mod client_auth;
mod config;
mod connections;
mod discovery;
mod introspect;
mod logout;
mod personal;
mod registration;
mod revoke;
mod sign_in;
mod subject;
#[cfg(test)]
mod tests;
mod token;
mod userinfo;
#[cfg(test)]
mod world;

use std::sync::Arc;

use hodlxxi_kernel::audit::{Action, AuditEntry, AuditLog, Origin};
use hodlxxi_kernel::{Clock, DerivedKey, Entropy, MasterKey, Timestamp};

pub use backchannel::LogoutCall;
pub use bearer::BearerError;
pub use client_auth::{AssertionError, ClientAuthError, ClientCredentials};
pub use config::{Issuer, IssuerError, ProviderConfig, RegistrationPolicy};
pub use introspect::{ActiveToken, Introspection};
pub use logout::{EndSession, LogoutError};
pub use registration::{
    ClientSecretError, MOST_OWN_CLIENTS, OwnClientError, RegisterError, Registered,
    RegistrationUpdate, SECRET_OVERLAP,
};
pub use token::{TokenError, TokenErrorCode, TokenRefusal, TokenResponse, TokenType};

use crate::client::{ClientKeys, ClientStore};
use crate::grant::{CodeStore, ConsentStore, GrantStore, LogoutStore, ReplayStore};
use crate::jose::{KeyRing, KeyStore};
use crate::person::{ProfileSource, SubjectSource};
use crate::seal::Sealer;

/// Everything the provider keeps or asks.
#[derive(Clone)]
pub struct Stores {
    /// Clients.
    pub clients: Arc<dyn ClientStore>,
    /// Authorization codes.
    pub codes: Arc<dyn CodeStore>,
    /// Grants and tokens.
    pub grants: Arc<dyn GrantStore>,
    /// Consents.
    pub consents: Arc<dyn ConsentStore>,
    /// Assertions seen.
    pub replays: Arc<dyn ReplayStore>,
    /// Logouts to be told.
    pub logouts: Arc<dyn LogoutStore>,
    /// Signing keys.
    pub keys: Arc<dyn KeyStore>,
    /// What may be told of people.
    pub profiles: Arc<dyn ProfileSource>,
    /// By which subjects clients know people who merged accounts.
    pub subjects: Arc<dyn SubjectSource>,
    /// The audit log; the same place as the others, since every change writes both in one step.
    pub audit: Arc<dyn AuditLog>,
}

/// An OAuth 2.0 authorization server and OpenID provider.
pub struct Provider {
    pub(crate) config: ProviderConfig,
    pub(crate) stores: Stores,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) client_keys: ClientKeys,
    sealer: Sealer,
    subject_key: DerivedKey,
    sid_key: DerivedKey,
    discovery: String,
}

impl Provider {
    /// A provider. `keys` are the signing keys kept in `stores.keys`; other keys are derived from
    /// `master`.
    pub fn new(
        config: ProviderConfig,
        stores: Stores,
        keys: Arc<KeyRing>,
        master: &MasterKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            discovery: discovery::document(&config, keys.algs()),
            sealer: Sealer::new(&master.derive("oauth requests")),
            subject_key: master.derive("oauth pairwise subjects"),
            sid_key: master.derive("oauth session ids"),
            config,
            stores,
            keys,
            clock,
            entropy,
            client_keys: ClientKeys::default(),
        }
    }

    /// The provider's settings.
    pub const fn config(&self) -> &ProviderConfig {
        &self.config
    }

    /// The stores.
    pub const fn stores(&self) -> &Stores {
        &self.stores
    }

    /// The signing keys.
    pub const fn keys(&self) -> &Arc<KeyRing> {
        &self.keys
    }

    /// The provider metadata (OpenID Connect Discovery, section 3; RFC 8414) as JSON text.
    pub fn discovery_json(&self) -> &str {
        &self.discovery
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An act by whoever `origin` says.
    fn act(&self, action: Action, origin: &Origin) -> AuditEntry {
        AuditEntry::new(action, origin, &*self.clock, &*self.entropy)
    }
}
