//! Logout: asked for by a relying party (OpenID Connect RP-Initiated Logout 1.0).

use hodlxxi_kernel::{ClientId, StoreError, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Provider;
use super::token::ID_TOKEN;
use crate::authorize::{ClientShown, add_query, csp_source};
use crate::params::Params;
use crate::person::Person;

/// What the question of logout is bound to.
const PURPOSE: &[u8] = b"logout";
/// How long it may be answered, in seconds.
const VALID_FOR: i64 = 3_600;

/// What a request for logout leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndSession {
    /// End the session, if there is one, and go to `redirect`, or say on a page that it is done.
    Done {
        /// A registered URI, with `state`.
        redirect: Option<String>,
    },
    /// Ask the person, then [`confirm_logout`](Provider::confirm_logout).
    Ask {
        /// What the form carries.
        resume: String,
        /// Who asked, and where the form's answer may be redirected to, as a source of the page's
        /// Content-Security-Policy (`form-action`); none where it is not redirected.
        back_to: Option<(Box<ClientShown>, String)>,
    },
}

/// Why a request for logout is not followed: shown on a page.
#[derive(Debug, Error)]
pub enum LogoutError {
    /// A parameter is given twice.
    #[error("a parameter is given more than once")]
    Repeated,
    /// The form is older than an hour, or not ours.
    #[error("this form is too old: ask for the logout again")]
    Stale,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an ID token of ours, expired or not, tells of whom it was made for.
pub(super) struct Hint {
    pub(super) client: ClientId,
    pub(super) subject: String,
    sid: String,
}

/// The question, as the form carries it.
#[derive(Serialize, Deserialize)]
struct Question {
    redirect: Option<String>,
    asked_at: Timestamp,
}

impl Provider {
    /// Takes a request for logout. A hint of the session at hand ends it at once; without one a form
    /// asks, and nothing is redirected.
    pub fn end_session(
        &self,
        params: &Params,
        person: Option<&Person>,
    ) -> Result<EndSession, LogoutError> {
        const PARAMETERS: [&str; 4] = [
            "id_token_hint",
            "client_id",
            "post_logout_redirect_uri",
            "state",
        ];
        if PARAMETERS.iter().any(|name| params.is_repeated(name)) {
            return Err(LogoutError::Repeated);
        }
        let hint = params
            .get("id_token_hint")
            .and_then(|hint| self.read_hint(hint));
        let named = params.get("client_id");
        let hint = hint.filter(|hint| named.is_none_or(|id| id == hint.client.as_str()));
        let back = match &hint {
            Some(hint) => self.logout_return(&hint.client, params)?,
            None => None,
        };
        let redirect = back.as_ref().map(|back| back.location.clone());
        let Some(person) = person else {
            return Ok(EndSession::Done { redirect });
        };
        let is_of_session = |hint: Hint| hint.sid == self.sid(&hint.client, &person.session);
        if hint.is_some_and(is_of_session) {
            return Ok(EndSession::Done { redirect });
        }
        let question = Question {
            redirect,
            asked_at: self.now(),
        };
        // A struct of text and numbers always serializes.
        let plain = serde_json::to_vec(&question).unwrap_or_default();
        let resume = self.sealer.seal_text(&*self.entropy, PURPOSE, &plain);
        let back_to = back.map(|back| (Box::new(back.client), back.form_action));
        Ok(EndSession::Ask { resume, back_to })
    }

    /// Where to go after the person confirmed that they want to log out.
    pub fn confirm_logout(&self, resume: &str) -> Result<Option<String>, LogoutError> {
        let plain = self.sealer.open_text(PURPOSE, resume);
        let plain = plain.map_err(|_| LogoutError::Stale)?;
        let question: Question = serde_json::from_slice(&plain).map_err(|_| LogoutError::Stale)?;
        if self.now() >= question.asked_at.plus(VALID_FOR) {
            return Err(LogoutError::Stale);
        }
        Ok(question.redirect)
    }

    /// Reads an ID token as a hint: the signature must be ours, its time does not matter.
    pub(super) fn read_hint(&self, token: &str) -> Option<Hint> {
        let claims = self.keys.verify(ID_TOKEN, token).ok()?;
        let text = |name| claims.get(name).and_then(serde_json::Value::as_str);
        if text("iss") != Some(self.config.issuer.as_str()) {
            return None;
        }
        Some(Hint {
            client: text("aud")?.parse().ok()?,
            subject: text("sub")?.to_owned(),
            sid: text("sid")?.to_owned(),
        })
    }

    /// Where `client` registered that a logout may return to, if the request names such a place.
    fn logout_return(
        &self,
        client: &ClientId,
        params: &Params,
    ) -> Result<Option<Return>, StoreError> {
        let Some(requested) = params.get("post_logout_redirect_uri") else {
            return Ok(None);
        };
        let client = self.stores.clients.client(client)?;
        let client = client.filter(|client| client.disabled_at.is_none());
        Ok(client.and_then(|client| {
            let uri = client.metadata.post_logout_redirect_uri(requested)?;
            let state = params.get("state").map(|state| ("state", state.to_owned()));
            Some(Return {
                location: match state {
                    Some(state) => add_query(uri.as_str(), &[state]),
                    None => uri.as_str().to_owned(),
                },
                form_action: csp_source(&uri),
                client: ClientShown::new(&client, &uri),
            })
        }))
    }
}

/// Where the browser goes after a logout.
struct Return {
    client: ClientShown,
    form_action: String,
    location: String,
}
