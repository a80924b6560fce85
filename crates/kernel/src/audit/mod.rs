//! The vocabulary of the audit log: who did what, from where, and what came of it.
//!
//! Every layer speaks it: the shell says where a request comes from ([`Origin`]), the domain what is
//! done ([`AuditEntry`]), and the stores write it down in the same step as the act itself.
//!
//! Deliberately absent: how entries are sealed and verified, which is a crate of its own.

mod origin;
mod part;
mod record;
mod words;

pub use origin::Origin;
pub use part::Part;
pub use record::{AuditRecord, FieldHash, Personal};
pub use words::{Action, Actor, Outcome};

pub use crate::id::AuditId;
use crate::{ClientId, Clock, Entropy, SessionId, StoreError, Timestamp, UserId};

/// The longest detail, in characters.
const MAX_DETAIL: usize = 200;
/// The longest key or address, in characters.
const MAX_KEY: usize = 100;

/// One act, about to be written down.
///
/// ```
/// use hodlxxi_kernel::audit::{Action, AuditEntry, AuditRecord, Origin};
/// use hodlxxi_kernel::{OsEntropy, SystemClock};
/// let entry = AuditEntry::new(Action::KeyRotated, &Origin::server(), &SystemClock, &OsEntropy)
///     .detail("RS256");
/// assert_eq!(AuditRecord::from(&entry).action, "keys.rotated");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id: an entry is written down once, and an act that is tried again has another.
    pub id: AuditId,
    /// When it was.
    pub at: Timestamp,
    /// What was done.
    pub action: Action,
    /// What came of it.
    pub outcome: Outcome,
    /// Who did it, and from where.
    pub origin: Origin,
    /// The account concerned.
    pub person: Option<UserId>,
    /// The client concerned.
    pub client: Option<ClientId>,
    /// The session concerned.
    pub session: Option<SessionId>,
    /// The key or address concerned.
    pub key: Option<String>,
    /// More on what was done; nothing that belongs to a person, since it is never erased.
    pub detail: Option<String>,
    /// What the hash of the personal fields is salted with.
    salt: [u8; 16],
}

impl AuditEntry {
    /// An act that is done now; whom and what it concerns is added by the methods below.
    pub fn new(action: Action, origin: &Origin, clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
        let (person, session) = origin.administrator.clone().unzip();
        Self {
            id: AuditId::generate(clock, entropy),
            at: clock.now(),
            action,
            outcome: Outcome::Done,
            origin: origin.clone(),
            person,
            client: None,
            session,
            key: None,
            detail: None,
            salt: entropy.bytes(),
        }
    }

    /// The same, concerning this account.
    #[must_use]
    pub fn person(mut self, person: &UserId) -> Self {
        self.person = Some(person.clone());
        self
    }

    /// The same, concerning this client.
    #[must_use]
    pub fn client(mut self, client: &ClientId) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// The same, concerning this session.
    #[must_use]
    pub fn session(mut self, session: &SessionId) -> Self {
        self.session = Some(session.clone());
        self
    }

    /// The same, concerning this key or address; cut to 100 characters.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.chars().take(MAX_KEY).collect());
        self
    }

    /// The same, with more on what was done; cut to 200 characters.
    #[must_use]
    pub fn detail(mut self, detail: &str) -> Self {
        self.detail = Some(detail.chars().take(MAX_DETAIL).collect());
        self
    }

    /// The same, done in this role.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.origin.actor = actor;
        self
    }

    /// What it turned out to be.
    #[must_use]
    pub fn became(mut self, action: Action, outcome: Outcome) -> Self {
        (self.action, self.outcome) = (action, outcome);
        self
    }
}

/// Writes acts down that write nothing else, and tells a person's.
pub trait AuditLog: Send + Sync {
    /// Writes one entry down, durable once this returns.
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Entries of `part` that concern `person`, newest (by id) first, beginning after `before`; at most
    /// `limit`.
    fn concerning(
        &self,
        person: &UserId,
        part: Part,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OsEntropy, SystemClock};

    #[test]
    fn what_strangers_send_is_bounded() {
        let entry = AuditEntry::new(
            Action::SignInFailed,
            &Origin::server(),
            &SystemClock,
            &OsEntropy,
        )
        .key(&"k".repeat(1_000))
        .detail(&"d".repeat(1_000));
        assert_eq!(entry.key.map(|key| key.len()), Some(MAX_KEY));
        assert_eq!(entry.detail.map(|detail| detail.len()), Some(MAX_DETAIL));
    }

    #[test]
    fn an_administrators_session_is_told_whomever_the_act_concerns() {
        let clock = &SystemClock;
        let (admin, other) = (
            UserId::generate(clock, &OsEntropy),
            UserId::generate(clock, &OsEntropy),
        );
        let session = SessionId::generate(clock, &OsEntropy);
        let origin = Origin::request(None, None, None).by_administrator(&admin, &session);
        let entry = AuditEntry::new(Action::ClientVerified, &origin, clock, &OsEntropy);
        assert_eq!(
            (&entry.person, &entry.session),
            (&Some(admin), &Some(session.clone()))
        );
        let entry = entry.person(&other);
        assert_eq!((entry.person, entry.session), (Some(other), Some(session)));
        assert_eq!(entry.origin.actor.as_str(), "administrator");
    }

    #[test]
    fn equal_acts_have_unrelated_personal_hashes() {
        let entry = || {
            let origin = Origin::request("203.0.113.9".parse().ok(), None, None);
            let entry = AuditEntry::new(Action::SignedIn, &origin, &SystemClock, &OsEntropy);
            AuditRecord::from(&entry)
        };
        let (one, other) = (entry(), entry());
        assert_ne!(one.personal_hash, other.personal_hash);
        assert_eq!(one.personal.map(|p| p.hash()), Some(one.personal_hash));
    }
}
