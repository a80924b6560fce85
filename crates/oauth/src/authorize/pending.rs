//! A request on its way through sign-in and consent: carried by the browser, sealed, so that nothing
//! of it is stored.

use hodlxxi_kernel::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::person::Person;

/// How long a request may take from its arrival to the code, in seconds.
const VALID_FOR: i64 = 3_600;

/// A request under way.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// Its parameters, form-urlencoded.
    pub(crate) query: String,
    /// When it arrived.
    pub(crate) arrived_at: Timestamp,
    /// Whether it was posted: no cookie came along, so the session of then is not known and the
    /// arrival counts from the next look at it.
    #[serde(default)]
    pub(crate) posted: bool,
    /// The session that the browser had at the arrival.
    #[serde(default)]
    pub(crate) seen: Option<SessionId>,
    /// Who was asked for consent; nobody else can give it.
    #[serde(default)]
    pub(crate) asked: Option<Asked>,
}

/// Who was asked for consent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    user: UserId,
    session: SessionId,
}

impl Asked {
    pub(crate) fn of(person: &Person) -> Self {
        Self {
            user: person.user.clone(),
            session: person.session.clone(),
        }
    }
}

impl Pending {
    /// Whether the request is too old to go on.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        now >= self.arrived_at.plus(VALID_FOR)
    }

    /// Whether `person` signed in for this request: in another session than the one seen at its
    /// arrival, and not before it.
    pub(crate) fn is_fresh(&self, person: &Person) -> bool {
        person.auth_time >= self.arrived_at && self.seen.as_ref() != Some(&person.session)
    }
}
