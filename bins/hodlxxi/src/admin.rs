//! What administrators do, at the command line and at the pages alike, and who is one.

use std::fmt;
use std::str::FromStr;

use hodlxxi_auth::account::User;
use hodlxxi_auth::identity::Identity;
use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{AccessLevel, IdError, PublicKey, Secret, StoreError, UserId};
use hodlxxi_limit::Act;

use crate::compose::App;
use crate::http::{Caller, Failure};
use crate::people::Visitor;

/// An account, as an operator names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRef {
    /// By its id.
    Id(UserId),
    /// By a key linked to it.
    Key(PublicKey),
}

impl FromStr for UserRef {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match PublicKey::parse(text) {
            Ok(key) => Ok(Self::Key(key)),
            Err(_) => text.parse().map(Self::Id),
        }
    }
}

impl fmt::Display for UserRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Key(key) => write!(f, "with the key {}", key.to_hex()),
        }
    }
}

/// An administrator who wants to change something.
pub(crate) enum Administrator {
    /// Who signed in a moment ago.
    Fresh(Box<Visitor>),
    /// Who has to sign in again first.
    Stale,
}

impl App {
    /// The administrator who is signed in by this cookie. For anybody else there is nothing here.
    pub(crate) fn administrator(&self, session: Option<&Secret>) -> Result<Visitor, Failure> {
        let visitor = self.visitor(session)?;
        visitor
            .filter(|visitor| visitor.level == AccessLevel::Special)
            .ok_or_else(Failure::not_found)
    }

    /// The administrator who is signed in by this cookie and changes something.
    pub(crate) fn changing_administrator(
        &self,
        session: Option<&Secret>,
        caller: Caller,
    ) -> Result<Administrator, Failure> {
        let visitor = self.administrator(session)?;
        let account = visitor.session.user.id.as_str();
        self.take(caller, Act::AccountChange { account })?;
        Ok(if self.sign_in().require_fresh(&visitor.session).is_ok() {
            Administrator::Fresh(Box::new(visitor))
        } else {
            Administrator::Stale
        })
    }

    /// The account of this name, if there is one.
    pub(crate) fn account(&self, named: &UserRef) -> Result<Option<User>, StoreError> {
        match named {
            UserRef::Id(id) => self.accounts().user(id),
            UserRef::Key(key) => self.accounts().user_by_identity(&Identity::of_key(key)),
        }
    }

    /// Disables an account and ends all of it; answers whether it exists. What the relying parties of each
    /// session are to be told is queued first: a logout told too early does no harm, and one never told does.
    pub(crate) fn disable_account(
        &self,
        user: &UserId,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        for session in self.sessions().sessions_of(user, self.now())? {
            self.provider().session_ended(user, &session.id)?;
        }
        let act = self.act(Action::UserDisabled, origin).person(user);
        self.accounts().disable_user(user, self.now(), &act)
    }

    /// Enables an account again; answers whether it exists.
    pub(crate) fn enable_account(
        &self,
        user: &UserId,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let act = self.act(Action::UserEnabled, origin).person(user);
        self.accounts().enable_user(user, self.now(), &act)
    }

    /// Gives an account a level, or takes it back, so that it has what its keys give; answers whether it exists.
    pub(crate) fn grant_level(
        &self,
        user: &UserId,
        level: Option<AccessLevel>,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let word = level.map_or("what its keys give", AccessLevel::as_str);
        let act = self.act(Action::LevelGranted, origin).person(user);
        self.accounts()
            .set_granted_level(user, level, self.now(), &act.detail(word))
    }
}
