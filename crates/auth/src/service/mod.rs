//! The use cases: sign in, link a key, confirm it is you, be a guest, and see to what one has.
//!
//! Each is one method of [`SignInService`], and each reads or writes as little as it can: a challenge
//! is asked for without a store, a sign-in spends the challenge and is written in one step, a
//! request with a cookie reads once.
//!
//! What changes by which keys an account is reached, or takes all of it along, takes a session that was opened a moment ago
//! ([`SessionPolicy::fresh`]); one module here judges that.
//!
//! Deliberately absent: what applications have to be told of it; cookies and HTTP.
//!
//! A whole sign-in, on the stores in memory:
//!
//! ```
//! use std::sync::Arc;
//!
//! use base64::{Engine, engine::general_purpose::STANDARD};
//! use bitcoin::secp256k1::{Message, Secp256k1, SecretKey};
//! use bitcoin::sign_message::{MessageSignature, signed_msg_hash};
//! use hodlxxi_auth::account::{AccessPolicy, SessionPolicy};
//! use hodlxxi_auth::challenge::Purpose;
//! use hodlxxi_auth::memory::MemoryStore;
//! use hodlxxi_auth::service::{Proof, SignInConfig, SignInService, SignInStores, VerifyRequest};
//! use hodlxxi_auth::verify::{Identifier, Network};
//! use hodlxxi_kernel::audit::Origin;
//! use hodlxxi_kernel::{AccessLevel, MasterKey, OsEntropy, SystemClock};
//!
//! let store = Arc::new(MemoryStore::default());
//! let service = SignInService::new(
//!     SignInConfig {
//!         issuer: "https://auth.example.org".to_owned(),
//!         network: Network::Bitcoin,
//!         sessions: SessionPolicy::default(),
//!         access: AccessPolicy::default(),
//!         guests: false,
//!     },
//!     SignInStores {
//!         challenges: store.clone(),
//!         accounts: store.clone(),
//!         sessions: store.clone(),
//!         audit: store,
//!     },
//!     &MasterKey::generate(&OsEntropy),
//!     Arc::new(SystemClock),
//!     Arc::new(OsEntropy),
//! )?;
//!
//! // Whoever signs in says which key is theirs, and gets a line of text to sign.
//! let (secp, secret_key) = (Secp256k1::new(), SecretKey::from_slice(&[0x21; 32])?);
//! let identifier = Identifier::parse_pubkey(&secret_key.public_key(&secp).to_string())?;
//! let challenge = service.challenge(&identifier, Purpose::Login, None)?;
//! assert!(challenge.text.starts_with("HODLXXI: log in to auth.example.org."));
//!
//! // Their wallet signs it (BIP-137).
//! let digest = Message::from_digest(*signed_msg_hash(&challenge.text).as_ref());
//! let signature = secp.sign_ecdsa_recoverable(&digest, &secret_key);
//! let signature = STANDARD.encode(MessageSignature::new(signature, true).serialize());
//!
//! // The signature comes back: an account, a session, and the secret for its cookie.
//! let request = VerifyRequest {
//!     challenge_id: challenge.id,
//!     identifier,
//!     proof: Proof::Signature(signature),
//!     origin: Origin::request(None, None, None),
//! };
//! let verified = service.verify(request.clone(), None)?;
//! let secret = verified.secret().ok_or("a login opens a session")?;
//! let (session, level) = service.session(secret)?.ok_or("the session is live")?;
//! assert_eq!((&session, level), (verified.session(), AccessLevel::Limited));
//!
//! // A challenge works once.
//! assert!(service.verify(request, None).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account;
mod elsewhere;
mod ends;
mod fresh;
mod news;
mod session;
mod verify;

use std::sync::Arc;

use hodlxxi_kernel::audit::{Action, Actor, AuditEntry, AuditLog, Origin};
use hodlxxi_kernel::{
    AccessLevel, Clock, Entropy, MasterKey, Secret, SessionId, SignInMethod, StoreError, UserId,
};
use thiserror::Error;

use crate::account::{
    AccessPolicy, AccountStore, ChallengeStore, NewSession, ProvenKey, Replaced, Session,
    SessionPolicy, SessionStore, SignIn, SignInAccount, SignInOutcome,
};
use crate::challenge::{Challenge, ChallengeIssuer, HostError, OpenError, Purpose};
use crate::verify::{Identifier, IdentifierError, Network};

pub use ends::DELETION_GRACE;
pub use fresh::{FreshError, StaleSession, UnfitSession};
pub use news::Refused;
pub use session::GuestError;
pub use verify::{Proof, Verified, VerifyError, VerifyRequest};

/// How many wrong signatures burn a challenge.
pub const MAX_FAILURES: u32 = 5;

/// What the audit log says of a session that ended because somebody else signed in with the same browser.
pub const REPLACED: &str = "replaced";

/// What sign-in is configured by.
#[derive(Debug, Clone)]
pub struct SignInConfig {
    /// The issuer's URL: scheme, host and port. Challenges name its host; Nostr events name all of
    /// it in their tag `relay`.
    pub issuer: String,
    /// The network whose addresses sign in.
    pub network: Network,
    /// How long sessions live.
    pub sessions: SessionPolicy,
    /// Who has which access level.
    pub access: AccessPolicy,
    /// Whether visitors without a key are let in.
    pub guests: bool,
}

/// The stores that sign-in works on.
#[derive(Clone)]
pub struct SignInStores {
    /// Spent and failed challenges.
    pub challenges: Arc<dyn ChallengeStore>,
    /// Accounts and their keys.
    pub accounts: Arc<dyn AccountStore>,
    /// Sessions; the same place as the accounts, since a sign-in writes both in one step.
    pub sessions: Arc<dyn SessionStore>,
    /// The audit log; the same place as the accounts, since every change writes both in one step.
    pub audit: Arc<dyn AuditLog>,
}

/// The use cases of people: see the [module](self).
pub struct SignInService {
    config: SignInConfig,
    stores: SignInStores,
    issuer: ChallengeIssuer,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// Why a [`SignInService`] cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignInConfigError {
    /// The issuer is no URL of a scheme and a host.
    #[error("the issuer is not a URL of a scheme and a host")]
    Issuer,
    /// Challenges cannot name the issuer's host.
    #[error("challenges cannot name the issuer's host")]
    Host(#[from] HostError),
}

/// Why no challenge was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChallengeError {
    /// The purpose needs a session.
    #[error("this purpose needs a session")]
    SessionRequired,
    /// The session does not serve the purpose.
    #[error(transparent)]
    Unfit(#[from] UnfitSession),
}

/// A session that was just opened.
#[derive(Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The cookie's secret, told this once.
    pub secret: Secret,
    /// What the session may do.
    pub access_level: AccessLevel,
    /// Whether the account was made by this sign-in.
    pub new_account: bool,
    /// Whether the account was to be deleted, and is not any more.
    pub deletion_cancelled: bool,
}

impl SignInService {
    /// Sign-in as `config` says, on `stores`; challenges are sealed by a key derived from `master`.
    pub fn new(
        config: SignInConfig,
        stores: SignInStores,
        master: &MasterKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, SignInConfigError> {
        let (_, host) = config
            .issuer
            .split_once("://")
            .filter(|(scheme, host)| !scheme.is_empty() && !host.contains('/'))
            .ok_or(SignInConfigError::Issuer)?;
        let issuer = ChallengeIssuer::new(master.derive("challenge"), host)?;
        Ok(Self {
            config,
            stores,
            issuer,
            clock,
            entropy,
        })
    }

    /// The stores.
    pub const fn stores(&self) -> &SignInStores {
        &self.stores
    }

    /// Reads an address of the configured network.
    pub fn address(&self, text: &str) -> Result<Identifier, IdentifierError> {
        Identifier::parse_address(text, self.config.network)
    }

    /// Whether visitors without a key are let in.
    pub fn guests(&self) -> bool {
        self.config.guests
    }

    /// A challenge for `identifier`. Nothing is written.
    ///
    /// Purposes other than [`Purpose::Login`] need a session and are bound to it; some need one that was
    /// opened a moment ago, and a merge one that no Nostr key opened.
    pub fn challenge(
        &self,
        identifier: &Identifier,
        purpose: Purpose,
        session: Option<&Session>,
    ) -> Result<Challenge, ChallengeError> {
        let bound_to = match (purpose, session) {
            (Purpose::Login, _) => None,
            (_, None) => return Err(ChallengeError::SessionRequired),
            (_, Some(session)) => {
                self.require_fit(purpose, session)?;
                Some(&session.id)
            }
        };
        let now = self.clock.now();
        // No earlier than what is remembered of challenges, or it would pass for one that was forgotten.
        let begins = self.stores.challenges.remembers_from();
        let issued_at = begins.map_or(now, |begins| begins.max(now));
        let identifier = identifier.canonical();
        Ok(self
            .issuer
            .issue(purpose, &identifier, bound_to, issued_at, &*self.entropy))
    }

    /// The challenge with this id once more, for a page that asks again. Whether it was used is not
    /// looked up.
    pub fn reopen(
        &self,
        id: &str,
        identifier: &Identifier,
        session: Option<&Session>,
    ) -> Result<Challenge, OpenError> {
        let session = session.map(|session| &session.id);
        let now = self.clock.now();
        let opened = self
            .issuer
            .open(id, &identifier.canonical(), session, now)?;
        Ok(Challenge {
            id: id.to_owned(),
            text: opened.text,
            purpose: opened.purpose,
            expires_at: opened.issued.expires_at,
        })
    }

    /// Writes down a sign-in that replaces the browser's `current` session.
    fn open_session(
        &self,
        key: Option<ProvenKey>,
        account: SignInAccount,
        origin: &Origin,
        current: Option<&Session>,
    ) -> Result<Opened, StoreError> {
        let secret = Secret::generate(&*self.entropy);
        let now = self.clock.now();
        let id = SessionId::generate(&*self.clock, &*self.entropy);
        let method = key.as_ref().map_or(SignInMethod::Guest, |key| key.method);
        let mut act = self.act(Action::SignedIn, origin).by(Actor::Person);
        act = act.session(&id).detail(method.as_str());
        if let Some(key) = &key {
            act = act.key(&key.shown());
        }
        let sign_in = SignIn {
            key,
            account,
            act,
            session: NewSession {
                id,
                secret_hash: secret.hash(),
                auth_time: now,
                expires_at: self.config.sessions.expiry(now, now),
                user_agent: origin.user_agent.clone(),
                replaces: current.map(|current| self.replaced(current, origin)),
            },
        };
        Ok(match self.stores.accounts.sign_in(&sign_in)? {
            SignInOutcome::SignedIn {
                session,
                new_account,
                deletion_cancelled,
            } => Opened::SignedIn(SignedIn {
                access_level: self.config.access.level(&session),
                session,
                secret,
                new_account,
                deletion_cancelled,
            }),
            SignInOutcome::Disabled => Opened::Disabled,
            SignInOutcome::KeyFrozen => Opened::KeyFrozen,
            SignInOutcome::OtherAccount => Opened::OtherAccount,
        })
    }

    /// The browser's session, to be ended by a sign-in.
    fn replaced(&self, current: &Session, origin: &Origin) -> Replaced {
        let act = self.act(Action::SessionEnded, origin);
        Replaced {
            id: current.id.clone(),
            act: act.session(&current.id).detail(REPLACED),
        }
    }

    /// An act by whoever `origin` says.
    fn act(&self, action: Action, origin: &Origin) -> AuditEntry {
        AuditEntry::new(action, origin, &*self.clock, &*self.entropy)
    }

    /// An act of the person whose session it is.
    fn act_of(&self, session: &Session, action: Action, origin: &Origin) -> AuditEntry {
        let act = self.act(action, origin).by(Actor::Person);
        act.person(&session.user.id).session(&session.id)
    }

    /// The account of the key, or a new one.
    fn found_or_new(&self) -> SignInAccount {
        SignInAccount::FoundOrNew(UserId::generate(&*self.clock, &*self.entropy))
    }
}

/// What [`SignInService::open_session`] led to.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and nearly always the large one"
)]
enum Opened {
    SignedIn(SignedIn),
    Disabled,
    KeyFrozen,
    OtherAccount,
}

#[cfg(test)]
mod tests;
