//! Sign-in with a Lightning wallet: LNURL-auth and the accounts, introduced to each other.
//!
//! A browser begins, a wallet approves at whichever node it reaches, the browser redeems. What follows from the key is what
//! follows from any other key.

mod hub;

use hodlxxi_auth::account::Session;
use hodlxxi_auth::challenge::Purpose;
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::service::{Verified, VerifyError};
use hodlxxi_auth::verify::Identifier;
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{PublicKey, Secret, SignInMethod, StoreError};
use hodlxxi_limit::Act;
use hodlxxi_lnurl::auth::{Action, Answer, InvalidSignature};
use hodlxxi_lnurl::service::{AnswerRefused, Begun, Look, Standing};

use crate::compose::App;
use crate::http::{Caller, Failure};
use crate::people::Visitor;

pub(crate) use hub::{Hub, Told, Waiter};

/// Approvals read at one time.
const HEARD: u32 = 10_000;

/// How a sign-in stands for the browser that began it.
pub(crate) enum Checked {
    /// No wallet approved it yet; seconds that are left.
    Pending(i64),
    /// It was redeemed just now.
    Done {
        /// What it led to.
        verified: Box<Verified>,
        /// The wallet's key.
        key: PublicKey,
        /// Seconds that are left.
        expires_in: i64,
    },
    /// It was redeemed before, by this key and in the session that the browser has.
    DoneBefore(PublicKey, i64),
    /// Its time is over.
    Expired,
}

/// What it leads to that a person says their wallet approved.
pub(crate) enum Finished {
    /// It did not, as far as is known here.
    NotYet(Look),
    /// It did, by a key that has no account: the person is to say whether they want one.
    NewKey(PublicKey),
    /// It did. Nothing new if it was redeemed before.
    Done(Option<Box<Verified>>),
    /// Its time is over, or another browser's it is.
    Expired,
}

/// What a sign-in leads to.
const fn purpose(action: Action) -> Purpose {
    match action {
        Action::Register | Action::Login => Purpose::Login,
        Action::Link => Purpose::Link,
        Action::Auth => Purpose::StepUp,
    }
}

impl App {
    /// Begins a sign-in for the browser with this mark.
    pub(crate) fn begin_lightning(
        &self,
        action: Action,
        browser: &Secret,
        session: Option<&Secret>,
        caller: Caller,
    ) -> Result<Begun, Failure> {
        self.take(caller, Act::Challenge)?;
        if !action.needs_session() {
            return Ok(self.lnurl().begin(action, browser, None)?);
        }
        let visitor = self.known_visitor(session)?;
        let session = &visitor.session;
        self.sign_in().require_fit(purpose(action), session)?;
        Ok(self.lnurl().begin(action, browser, Some(&session.id))?)
    }

    /// Takes a wallet's answer, and wakes the page that waits for it.
    pub(crate) fn wallet_answered(
        &self,
        answer: &Answer,
        origin: &Origin,
        caller: Caller,
    ) -> Result<(), Failure> {
        let act = Act::SignIn {
            key: answer.claimed_key(),
        };
        self.take(caller, act)?;
        match self.lnurl().answer(answer) {
            Ok(approved) => {
                self.hub().tell(&[approved]);
                Ok(())
            }
            Err(AnswerRefused::Store(error)) => Err(error.into()),
            Err(error) => {
                self.metrics().sign_in_refused();
                if matches!(error, AnswerRefused::Signature(InvalidSignature::Wrong)) {
                    self.wrong_signature(answer, origin)?;
                    self.failed(caller, act)?;
                }
                Err(Failure::malformed(error.to_string()))
            }
        }
    }

    fn wrong_signature(&self, answer: &Answer, origin: &Origin) -> Result<(), StoreError> {
        // What was judged has a key.
        let Ok(identifier) = Identifier::parse_pubkey(answer.claimed_key()) else {
            return Ok(());
        };
        let method = SignInMethod::Lightning;
        self.sign_in().record_failed(&identifier, method, origin)
    }

    /// How a sign-in stands for the browser with this mark; where its wallet approved it, the browser is signed in by that.
    /// None for any other browser, and outside the session that it is about.
    pub(crate) fn check_lightning(
        &self,
        id: &str,
        browser: &Secret,
        session: Option<&Secret>,
        origin: &Origin,
    ) -> Result<Option<Checked>, Failure> {
        let Some(look) = self.lnurl().look(id, browser)? else {
            return Ok(None);
        };
        let key = match look.standing {
            Standing::Pending => return Ok(Some(Checked::Pending(look.expires_in))),
            Standing::Expired => return Ok(Some(Checked::Expired)),
            Standing::Approved(key) | Standing::Redeemed(key) => key,
        };
        let current = self.visitor(session)?;
        if matches!(look.standing, Standing::Approved(_)) {
            let here = current.as_ref().map(|visitor| &visitor.session);
            if look.session.is_some() && look.session.as_ref() != here.map(|here| &here.id) {
                return Ok(None);
            }
            // Judged before the approval is spent, so that a fresh sign-in is all that is missing.
            if let Some(here) = here {
                self.sign_in().require_fit(purpose(look.action), here)?;
            }
            if let Some(key) = self.lnurl().redeem(id, browser)? {
                let verified = self.approved(&look, &key, current.as_ref(), origin)?;
                return Ok(Some(Checked::Done {
                    verified: Box::new(verified),
                    key,
                    expires_in: look.expires_in,
                }));
            }
            // Another window of this browser was quicker.
        }
        self.redeemed_before(&look, key, current.as_ref())
    }

    /// The same for a person at a page, who is asked first where an account would be made (`wants_account` once they said yes).
    pub(crate) fn finish_lightning(
        &self,
        id: &str,
        browser: &Secret,
        session: Option<&Secret>,
        wants_account: bool,
        origin: &Origin,
    ) -> Result<Finished, Failure> {
        let Some(look) = self.lnurl().look(id, browser)? else {
            return Ok(Finished::Expired);
        };
        match look.standing {
            Standing::Pending => return Ok(Finished::NotYet(look)),
            Standing::Approved(key) if !look.action.needs_session() && !wants_account => {
                let owner = self.accounts().user_by_identity(&Identity::of_key(&key))?;
                if owner.is_none() {
                    return Ok(Finished::NewKey(key));
                }
            }
            _ => {}
        }
        let checked = self.check_lightning(id, browser, session, origin)?;
        Ok(match checked {
            Some(Checked::Done { verified, .. }) => Finished::Done(Some(verified)),
            Some(Checked::DoneBefore(..)) => Finished::Done(None),
            Some(Checked::Pending(_) | Checked::Expired) | None => Finished::Expired,
        })
    }

    /// Does what the sign-in was for. It was redeemed: where this fails the person begins again.
    fn approved(
        &self,
        look: &Look,
        key: &PublicKey,
        current: Option<&Visitor>,
        origin: &Origin,
    ) -> Result<Verified, VerifyError> {
        let before = current.map(|visitor| &visitor.session);
        let purpose = purpose(look.action);
        let method = SignInMethod::Lightning;
        let outcome = self.sign_in().accept(key, method, purpose, origin, before);
        match &outcome {
            Ok(verified) => {
                self.metrics().signed_in(method);
                self.tell_if_replaced(current, verified.session());
            }
            Err(_) => self.metrics().sign_in_refused(),
        }
        outcome
    }

    /// Whether the browser has the session, or the person the key, that came of it.
    fn redeemed_before(
        &self,
        look: &Look,
        key: PublicKey,
        current: Option<&Visitor>,
    ) -> Result<Option<Checked>, Failure> {
        let is_its_key = |session: &Session| session.identity() == Some(&Identity::of_key(&key));
        let came_of_it = match (look.action, current) {
            (_, None) => false,
            (Action::Link, Some(visitor)) => {
                let here = &visitor.session;
                let keys = self.sign_in().linked_keys(here)?;
                let has_it = keys
                    .iter()
                    .any(|had| had.identity == Identity::of_key(&key));
                look.session.as_ref() == Some(&here.id) && has_it
            }
            (_, Some(visitor)) => {
                let here = &visitor.session;
                here.method() == SignInMethod::Lightning && is_its_key(here)
            }
        };
        Ok(Some(if came_of_it {
            Checked::DoneBefore(key, look.expires_in)
        } else {
            Checked::Expired
        }))
    }

    /// Wakes pages whose sign-in was approved at another node. To be called a few times a second while any page waits.
    pub(crate) fn hear_approvals(&self) -> Result<(), StoreError> {
        let now = self.now_micros();
        let mut since = self.hub().heard_from(now);
        loop {
            let approved = self.lnurl().approved_since(since, HEARD)?;
            self.hub().tell(&approved);
            let cut_short = approved.len() >= HEARD as usize;
            match approved.last().filter(|_| cut_short) {
                Some(last) if last.at > since => since = last.at,
                _ => break,
            }
        }
        self.hub().set_heard(now);
        Ok(())
    }
}
