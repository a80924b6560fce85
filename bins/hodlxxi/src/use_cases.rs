//! Use cases that take more than one crate of the domain: the shell introduces them to each other.

use actix_web::http::StatusCode;
use hodlxxi_auth::account::{Freeze, Session, Unlink};
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::service::{FreshError, Refused, SignedIn, Verified, VerifyError, VerifyRequest};
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{ClientId, Secret, SessionId, SignInMethod, StoreError, UserId};
use hodlxxi_limit::Act;
use hodlxxi_oauth::jose::KeyRingError;
use hodlxxi_oauth::provider::{LogoutCall, RegistrationPolicy};

use crate::compose::App;
use crate::http::{Caller, Failure};
use crate::people::Visitor;

/// Rows of each kind that one clean-up removes at most: it stays short, and comes again soon.
pub(crate) const CLEAN_UP: u32 = 1_000;

/// Logouts told at one time.
const LOGOUTS: u32 = 20;

/// Why a proof led to nothing.
pub(crate) enum Unproven {
    /// What is answered as it is: a limit, where it was not tried or how it failed is no longer told, or
    /// what the domain alone has no words for.
    Limited(Failure),
    /// It was tried.
    Refused(VerifyError),
}

impl From<Failure> for Unproven {
    fn from(failure: Failure) -> Self {
        Self::Limited(failure)
    }
}

impl From<VerifyError> for Unproven {
    fn from(error: VerifyError) -> Self {
        Self::Refused(error)
    }
}

impl From<Unproven> for Failure {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::Limited(failure) => failure,
            Unproven::Refused(error) => error.into(),
        }
    }
}

impl App {
    /// Whoever is signed in by this cookie.
    pub(crate) fn visitor(&self, session: Option<&Secret>) -> Result<Option<Visitor>, StoreError> {
        let Some(secret) = session else {
            return Ok(None);
        };
        let found = self.sign_in().session(secret)?;
        Ok(found.map(|(session, level)| Visitor { session, level }))
    }

    /// Whoever is signed in by this cookie, or a refusal.
    pub(crate) fn known_visitor(&self, session: Option<&Secret>) -> Result<Visitor, Failure> {
        self.visitor(session)?.ok_or_else(Failure::session_required)
    }

    /// Lets a visitor in as a guest, in place of whoever was signed in.
    pub(crate) fn sign_in_guest(
        &self,
        session: Option<&Secret>,
        origin: &Origin,
    ) -> Result<SignedIn, Failure> {
        let current = self.visitor(session)?;
        let signed_in = self
            .sign_in()
            .guest(origin, current.as_ref().map(|visitor| &visitor.session))?;
        self.metrics().signed_in(SignInMethod::Guest);
        self.tell_if_replaced(current.as_ref(), &signed_in.session);
        Ok(signed_in)
    }

    /// Answers a challenge in a browser where `current` is signed in. Where a new session takes the
    /// place of that one, the applications that took part in it are told that it ended. Where too much has
    /// failed, a failure is answered like any request too many.
    pub(crate) fn verify(
        &self,
        request: VerifyRequest,
        current: Option<&Visitor>,
        caller: Caller,
    ) -> Result<Verified, Unproven> {
        let key = request.identifier.to_string();
        let act = Act::SignIn { key: &key };
        self.take(caller, act)?;
        let before = current.map(|visitor| &visitor.session);
        let outcome = self.sign_in().verify(request, before);
        match &outcome {
            Ok(Verified::SignedIn(new)) => self.metrics().signed_in(new.session.method()),
            Ok(_) => {}
            Err(VerifyError::MergeConflict(clients)) => {
                return Err(self.merge_conflict(clients)?.into());
            }
            Err(error) => {
                self.metrics().sign_in_refused();
                if error.is_failed_proof() {
                    self.failed(caller, act)?;
                }
            }
        }
        let verified = outcome?;
        self.tell_if_replaced(current, verified.session());
        let (user, ended) = verified.ended();
        self.tell_ended(user, ended);
        Ok(verified)
    }

    /// Why two accounts are not merged: the applications that are connected to both, by their names.
    fn merge_conflict(&self, clients: &[ClientId]) -> Result<Failure, Failure> {
        let mut names = Vec::new();
        for id in clients {
            let client = self.provider().client(id)?;
            let name = client.and_then(|client| client.metadata.client_name);
            names.push(name.unwrap_or_else(|| id.to_string()));
        }
        let detail = format!(
            "these applications are connected to both accounts, and would find two people to be one; disconnect them from one of the two first: {}",
            names.join(", ")
        );
        let code = "auth.merge_conflict";
        Ok(Failure::new(StatusCode::CONFLICT, code, detail))
    }

    /// Queues what applications are to be told of sessions that have ended, whatever comes of it.
    fn tell_ended(&self, user: &UserId, ended: &[SessionId]) {
        for id in ended {
            if let Err(error) = self.provider().session_ended(user, id) {
                tracing::error!(%error, "the logouts of an ended session could not be queued");
            }
        }
    }

    /// Queues what applications are to be told if `now` took the place of another session. The
    /// sign-in has happened and stands, even if this fails.
    pub(crate) fn tell_if_replaced(&self, before: Option<&Visitor>, now: &Session) {
        let replaced = before.map(|visitor| &visitor.session);
        let Some(replaced) = replaced.filter(|session| session.id != now.id) else {
            return;
        };
        let told = self
            .provider()
            .session_ended(&replaced.user.id, &replaced.id);
        if let Err(error) = told {
            tracing::error!(%error, "the logouts of a replaced session could not be queued");
        }
    }

    /// Unlinks a key, and tells the applications that took part in sessions opened with it, which
    /// end.
    pub(crate) fn unlink(
        &self,
        of: &Session,
        identity: &Identity,
        origin: &Origin,
    ) -> Result<Unlink, FreshError> {
        let outcome = self.sign_in().unlink(of, identity, origin)?;
        if let Unlink::Unlinked { ended } = &outcome {
            for id in ended {
                self.provider().session_ended(&of.user.id, id)?;
            }
        }
        Ok(outcome)
    }

    /// Freezes a key, and tells the applications that took part in sessions opened with it, which end.
    pub(crate) fn freeze(
        &self,
        of: &Session,
        identity: &Identity,
        origin: &Origin,
    ) -> Result<Freeze, FreshError> {
        let outcome = self.sign_in().freeze(of, identity, origin)?;
        if let Freeze::Frozen { ended } = &outcome {
            self.tell_ended(&of.user.id, ended);
        }
        Ok(outcome)
    }

    /// Ends the sessions of a device that the person does not know, and tells the applications that took
    /// part in them.
    pub(crate) fn refuse_device(
        &self,
        of: &Session,
        mark: &str,
        origin: &Origin,
    ) -> Result<Refused, FreshError> {
        let refused = self.sign_in().refuse_device(of, mark, origin)?;
        self.tell_ended(&of.user.id, &refused.ended);
        Ok(refused)
    }

    /// Ends a session of the same person, and tells the applications that took part in it; answers
    /// whether there was one.
    pub(crate) fn end_session(
        &self,
        of: &Session,
        id: &SessionId,
        origin: &Origin,
    ) -> Result<bool, Failure> {
        // Told first: were the node to stop in between, a logout told too early does no harm, while
        // one never told leaves a session open elsewhere. And once more afterwards, for whoever
        // joined in between.
        let is_theirs = self
            .sign_in()
            .sessions(of)?
            .iter()
            .any(|session| session.id == *id);
        if !is_theirs {
            // Perhaps it ended a moment ago on a node that stopped before it told the caches so: this does.
            return Ok(self.sign_in().end_session(of, id, origin)?);
        }
        self.provider().session_ended(&of.user.id, id)?;
        let ended = self.sign_in().end_session(of, id, origin)?;
        self.provider().session_ended(&of.user.id, id)?;
        Ok(ended)
    }

    /// Ends the session of this cookie, if it has one.
    pub(crate) fn log_out(&self, session: Option<&Secret>, origin: &Origin) -> Result<(), Failure> {
        if let Some(visitor) = self.visitor(session)? {
            self.end_session(&visitor.session, &visitor.session.id, origin)?;
        }
        Ok(())
    }

    /// Ends all sessions of the person but this one, and tells the applications.
    pub(crate) fn end_other_sessions(
        &self,
        of: &Session,
        origin: &Origin,
    ) -> Result<(), StoreError> {
        let listed = self.sign_in().sessions(of)?;
        for session in listed.iter().filter(|session| session.id != of.id) {
            self.provider().session_ended(&of.user.id, &session.id)?;
        }
        // One step, so that a session opened meanwhile ends with the others.
        for id in self.sign_in().end_other_sessions(of, origin)? {
            self.provider().session_ended(&of.user.id, &id)?;
        }
        Ok(())
    }

    /// Takes over keys that other nodes made, and makes those that are due.
    pub(crate) fn refresh_keys(&self) -> Result<(), KeyRingError> {
        self.provider().keys().refresh()
    }

    /// Removes what expired; answers how many rows.
    pub(crate) fn clean_up(&self) -> Result<usize, StoreError> {
        let limits = self.limiter().purge(CLEAN_UP)?;
        let audit = self.auditor().expire(self.config().audit.days)?;
        let lightning = self.lnurl().purge(CLEAN_UP)?;
        Ok(limits
            + audit
            + lightning
            + self.sign_in().purge(CLEAN_UP)?
            + self.provider().purge(CLEAN_UP)?)
    }

    /// The logouts that applications have to be told of now.
    pub(crate) fn due_logouts(&self) -> Result<Vec<LogoutCall>, StoreError> {
        self.provider().due_logouts(LOGOUTS)
    }

    /// Whether visitors are let in without a key.
    pub(crate) fn guests_allowed(&self) -> bool {
        self.sign_in().guests()
    }

    /// Whether anybody may register an application.
    pub(crate) fn registration_is_open(&self) -> bool {
        self.provider().config().registration == RegistrationPolicy::Open
    }
}
