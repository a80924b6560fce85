//! What follows from a proof: a session, a linked key, or the end of an account.

use hodlxxi_kernel::audit::{Action, Origin, Outcome};
use hodlxxi_kernel::{AccessLevel, ClientId, Secret, SessionId, StoreError, Timestamp, UserId};
use thiserror::Error;

use super::{MAX_FAILURES, Opened, SignInService, SignedIn, UnfitSession};
use crate::account::{ChallengeUse, LinkKey, LinkOutcome, ProvenKey, Session, SignInAccount};
use crate::challenge::{OpenError, OpenedChallenge, Purpose};
use crate::verify::{
    EventError, Identifier, InvalidSignature, MalformedSignature, NostrEvent, SignatureError,
    UnsupportedScript, verify_event, verify_signature,
};

/// An answer to a challenge.
#[derive(Debug, Clone)]
pub struct VerifyRequest {
    /// The challenge's id.
    pub challenge_id: String,
    /// Who the person says they are: the same as when the challenge was asked for.
    pub identifier: Identifier,
    /// The proof.
    pub proof: Proof,
    /// Where it comes from.
    pub origin: Origin,
}

/// A proof, not verified yet.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The text of a BIP-137 or BIP-322 signature.
    Signature(String),
    /// A Nostr event.
    Event(Box<NostrEvent>),
}

/// What a proof led to.
#[derive(Clone)]
pub enum Verified {
    /// A new session.
    SignedIn(SignedIn),
    /// A key of the session's account; the session goes on.
    Linked {
        /// The key.
        key: ProvenKey,
        /// Whether it is new to the account.
        new_key: bool,
        /// The session that goes on.
        session: Session,
        /// What the session may do.
        access_level: AccessLevel,
    },
    /// The account of a key was merged into the session's; the session goes on.
    Merged {
        /// The key.
        key: ProvenKey,
        /// The account that went.
        gone: UserId,
        /// The ids of its sessions, which ended.
        ended: Vec<SessionId>,
        /// The session that goes on.
        session: Session,
        /// What the session may do.
        access_level: AccessLevel,
    },
    /// The session's account will be deleted; its sessions have ended, this one among them.
    Leaving {
        /// When it is deleted.
        deletes_at: Timestamp,
        /// The ids of the sessions that ended.
        ended: Vec<SessionId>,
        /// The session that was.
        session: Session,
        /// What the session might do.
        access_level: AccessLevel,
    },
}

impl Verified {
    /// The session that the browser has now, or has had until now.
    pub const fn session(&self) -> &Session {
        match self {
            Self::SignedIn(signed_in) => &signed_in.session,
            Self::Linked { session, .. }
            | Self::Merged { session, .. }
            | Self::Leaving { session, .. } => session,
        }
    }

    /// What that session may do.
    pub const fn access_level(&self) -> AccessLevel {
        match self {
            Self::SignedIn(signed_in) => signed_in.access_level,
            Self::Linked { access_level, .. }
            | Self::Merged { access_level, .. }
            | Self::Leaving { access_level, .. } => *access_level,
        }
    }

    /// The cookie's secret, where the session is new.
    pub const fn secret(&self) -> Option<&Secret> {
        match self {
            Self::SignedIn(signed_in) => Some(&signed_in.secret),
            Self::Linked { .. } | Self::Merged { .. } | Self::Leaving { .. } => None,
        }
    }

    /// The sessions that ended by it, with the account that they are told of.
    pub fn ended(&self) -> (&UserId, &[SessionId]) {
        let ended = match self {
            Self::SignedIn(_) | Self::Linked { .. } => &[][..],
            Self::Merged { ended, .. } | Self::Leaving { ended, .. } => ended,
        };
        (&self.session().user.id, ended)
    }

    /// When the account is deleted, if that was asked for.
    pub const fn deletes_at(&self) -> Option<Timestamp> {
        match self {
            Self::Leaving { deletes_at, .. } => Some(*deletes_at),
            _ => None,
        }
    }

    /// The proven key in hex, where the proof revealed one.
    pub fn pubkey_hex(&self) -> Option<String> {
        match self {
            Self::SignedIn(SignedIn { session, .. }) | Self::Leaving { session, .. } => {
                session.pubkey_hex()
            }
            Self::Linked { key, .. } | Self::Merged { key, .. } => key.pubkey_hex(),
        }
    }
}

/// Why a proof led to nothing.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// Not ours, or for another identifier or session.
    #[error("no such challenge for this identifier and session")]
    ChallengeUnknown,
    /// The challenge's time is over.
    #[error("the challenge has expired")]
    ChallengeExpired,
    /// The challenge was spent, or burned by wrong signatures.
    #[error("the challenge was used before")]
    ChallengeUsed,
    /// The text is no signature of any accepted form.
    #[error("the signature is malformed")]
    MalformedSignature(#[source] MalformedSignature),
    /// The proof may hold, but under rules that are not judged here.
    #[error("the script cannot be judged")]
    UnsupportedScript(#[source] UnsupportedScript),
    /// The signature does not hold.
    #[error("the signature is invalid")]
    InvalidSignature(#[source] InvalidSignature),
    /// The Nostr event does not hold.
    #[error("the event is invalid")]
    InvalidEvent(#[source] EventError),
    /// Nostr events do not serve this purpose: their signers may be set to approve unseen.
    #[error("a Nostr event does not serve this purpose")]
    MethodNotAllowed,
    /// The account is disabled.
    #[error("the account is disabled")]
    AccountDisabled,
    /// The key to link belongs to another account, or the key to step up with to none or another.
    #[error("the key belongs to another account")]
    KeyOfOtherAccount,
    /// The key is frozen: its owner said that it was lost or stolen.
    #[error("the key is frozen")]
    KeyFrozen,
    /// The session does not serve this purpose.
    #[error(transparent)]
    Unfit(#[from] UnfitSession),
    /// The key to merge with belongs to this account, or to none.
    #[error("the key has no other account that could be merged into this one")]
    NothingToMerge,
    /// These clients are connected to both accounts, and would find two people to be one.
    #[error("an application is connected to both accounts: disconnect one of them first")]
    MergeConflict(Vec<ClientId>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl VerifyError {
    /// Whether a proof was tried and does not hold: what a guesser does. Not what is malformed, late or
    /// comes twice, which happens to honest programs.
    pub const fn is_failed_proof(&self) -> bool {
        matches!(self, Self::InvalidSignature(_) | Self::InvalidEvent(_))
    }
}

impl From<OpenError> for VerifyError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Unknown => Self::ChallengeUnknown,
            OpenError::Expired => Self::ChallengeExpired,
        }
    }
}

impl From<SignatureError> for VerifyError {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::Malformed(why) => Self::MalformedSignature(why),
            SignatureError::UnsupportedScript(why) => Self::UnsupportedScript(why),
            SignatureError::Invalid(why) => Self::InvalidSignature(why),
        }
    }
}

impl VerifyError {
    /// Whether it counts against the challenge: a proof that was judged, and is wrong.
    const fn is_failure(&self) -> bool {
        matches!(self, Self::InvalidSignature(_) | Self::InvalidEvent(_))
    }
}

impl SignInService {
    /// Answers a challenge: opens it, verifies the proof, and only then asks the store, once,
    /// whether the challenge is still live. `current` is the session of the browser, which a
    /// sign-in replaces.
    pub fn verify(
        &self,
        request: VerifyRequest,
        current: Option<&Session>,
    ) -> Result<Verified, VerifyError> {
        let VerifyRequest {
            challenge_id,
            identifier,
            proof,
            origin,
        } = request;
        let challenge = self.issuer.open(
            &challenge_id,
            &identifier.canonical(),
            current.map(|session| &session.id),
            self.clock.now(),
        )?;
        let act = Act::of(challenge.purpose, current)?;
        if let Some(session) = act.session() {
            self.require_fit(challenge.purpose, session)?;
        }
        if matches!(proof, Proof::Event(_)) && !challenge.purpose.takes_events() {
            return Err(VerifyError::MethodNotAllowed);
        }
        let key = match self.prove(&identifier, &proof, &challenge.text) {
            Ok(key) => key,
            Err(error) if error.is_failure() => {
                let from = Claim {
                    identifier: &identifier,
                    session: act.session(),
                    origin: &origin,
                };
                return Err(self.fail(&challenge, &from, error)?);
            }
            Err(error) => return Err(error),
        };
        self.spend(&challenge)?;
        self.follow(&act, key, &origin, current)
    }

    /// What follows from a proven key: the one place, whoever judged the proof.
    pub(super) fn follow(
        &self,
        act: &Act<'_>,
        key: ProvenKey,
        origin: &Origin,
        current: Option<&Session>,
    ) -> Result<Verified, VerifyError> {
        let account = match act {
            Act::Login => self.found_or_new(),
            Act::StepUp(session) => SignInAccount::Only(session.user.id.clone()),
            Act::Link(session) => return self.link(session, key, origin),
            Act::Merge(session) => return self.merge(session, key, origin),
            Act::Delete(session) => return self.leave(session, &key, origin),
        };
        match self.open_session(Some(key), account, origin, current)? {
            Opened::SignedIn(signed_in) => Ok(Verified::SignedIn(signed_in)),
            Opened::Disabled => Err(VerifyError::AccountDisabled),
            Opened::KeyFrozen => Err(VerifyError::KeyFrozen),
            Opened::OtherAccount => Err(VerifyError::KeyOfOtherAccount),
        }
    }

    fn prove(
        &self,
        identifier: &Identifier,
        proof: &Proof,
        text: &str,
    ) -> Result<ProvenKey, VerifyError> {
        match proof {
            Proof::Signature(signature) => Ok(verify_signature(identifier, text, signature)?),
            Proof::Event(event) => {
                let (relay, now) = (&self.config.issuer, self.clock.now());
                verify_event(identifier, event, text, relay, now).map_err(VerifyError::InvalidEvent)
            }
        }
    }

    fn spend(&self, challenge: &OpenedChallenge) -> Result<(), VerifyError> {
        let challenges = &self.stores.challenges;
        match challenges.spend(&challenge.issued, MAX_FAILURES)? {
            ChallengeUse::Live => Ok(()),
            ChallengeUse::Used => Err(VerifyError::ChallengeUsed),
        }
    }

    /// Counts a wrong proof and records it, as often as the challenge allows; what the person is told:
    /// that it was wrong, or came too late.
    fn fail(
        &self,
        challenge: &OpenedChallenge,
        from: &Claim<'_>,
        error: VerifyError,
    ) -> Result<VerifyError, StoreError> {
        let challenges = &self.stores.challenges;
        match challenges.fail(&challenge.issued, MAX_FAILURES)? {
            ChallengeUse::Live => {
                self.record_failure(challenge.purpose.as_str(), from)?;
                Ok(error)
            }
            ChallengeUse::Used => Ok(VerifyError::ChallengeUsed),
        }
    }

    /// Records that a proof did not hold, with whom it was about: the person of the session that the
    /// challenge is bound to, or else whose key was named.
    pub(super) fn record_failure(&self, detail: &str, from: &Claim<'_>) -> Result<(), StoreError> {
        let act = self.act(Action::SignInFailed, from.origin);
        let act = act.became(Action::SignInFailed, Outcome::InvalidProof);
        let mut act = act.key(&from.identifier.to_string()).detail(detail);
        let concerned = match (from.session, from.identifier.identity()) {
            (Some(session), _) => Some(session.user.id.clone()),
            (None, Some(named)) => {
                let owner = self.stores.accounts.user_by_identity(&named)?;
                owner.map(|user| user.id)
            }
            (None, None) => None,
        };
        if let Some(person) = &concerned {
            act = act.person(person);
        }
        self.stores.audit.record(&act)
    }

    fn link(
        &self,
        session: &Session,
        key: ProvenKey,
        origin: &Origin,
    ) -> Result<Verified, VerifyError> {
        let act = self.act_of(session, Action::KeyLinked, origin);
        let link = LinkKey {
            act: act.key(&key.shown()).detail(key.method.as_str()),
            user: session.user.id.clone(),
            key,
            now: self.clock.now(),
        };
        let new_key = match self.stores.accounts.link_key(&link)? {
            LinkOutcome::Linked => true,
            LinkOutcome::AlreadyYours => false,
            LinkOutcome::OtherAccount => return Err(VerifyError::KeyOfOtherAccount),
            LinkOutcome::KeyFrozen => return Err(VerifyError::KeyFrozen),
        };
        Ok(Verified::Linked {
            key: link.key,
            new_key,
            session: session.clone(),
            access_level: self.config.access.level(session),
        })
    }
}

/// Who a proof was said to be by, and where it came from.
pub(super) struct Claim<'a> {
    pub(super) identifier: &'a Identifier,
    pub(super) session: Option<&'a Session>,
    pub(super) origin: &'a Origin,
}

/// What a proof is to lead to, with the session it needs.
pub(super) enum Act<'a> {
    Login,
    Link(&'a Session),
    Merge(&'a Session),
    StepUp(&'a Session),
    Delete(&'a Session),
}

impl<'a> Act<'a> {
    pub(super) fn of(purpose: Purpose, current: Option<&'a Session>) -> Result<Self, VerifyError> {
        match (purpose, current) {
            (Purpose::Login, _) => Ok(Self::Login),
            // The id's MAC covers the session, so that it cannot be missing.
            (_, None) => Err(VerifyError::ChallengeUnknown),
            (Purpose::Link, Some(session)) => Ok(Self::Link(session)),
            (Purpose::Merge, Some(session)) => Ok(Self::Merge(session)),
            (Purpose::StepUp, Some(session)) => Ok(Self::StepUp(session)),
            (Purpose::Delete, Some(session)) => Ok(Self::Delete(session)),
        }
    }

    /// The session that the challenge is bound to.
    pub(super) const fn session(&self) -> Option<&'a Session> {
        match self {
            Self::Login => None,
            Self::Link(session)
            | Self::Merge(session)
            | Self::StepUp(session)
            | Self::Delete(session) => Some(session),
        }
    }
}
