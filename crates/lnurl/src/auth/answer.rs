//! The URL that a wallet is shown, and the query that it calls it with.

use thiserror::Error;
use url::form_urlencoded;

use super::action::Action;
use super::k1::K1;
use super::signature::{InvalidSignature, verify};
use crate::code::{CodeError, Endpoint};
use hodlxxi_kernel::PublicKey;

/// The longest query that is read, in bytes; an honest one has about 350.
const MAX_QUERY: usize = 2_000;

/// What a wallet reads from the URL of an LNURL whose tag is `login`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthUrl {
    endpoint: Endpoint,
    k1: K1,
    action: Option<Action>,
}

/// Why a URL asks for no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AuthUrlError {
    /// It is no URL of an LNURL.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The parameter `tag` is not `login`.
    #[error("the LNURL does not ask for a sign-in")]
    Tag,
    /// No `k1`, or not 64 hex digits, or two of them.
    #[error("the LNURL has no k1 of 64 hex digits")]
    K1,
    /// An `action` that is not known.
    #[error("the LNURL asks for an action that is not known")]
    Action,
}

impl AuthUrl {
    /// The URL by which `callback`, whose query it takes the place of, asks to have `k1` signed.
    pub fn asking(callback: &Endpoint, k1: K1, action: Action) -> Self {
        let query = format!("tag=login&k1={}&action={}", k1.to_hex(), action.as_str());
        Self {
            endpoint: callback.with_query(&query),
            k1,
            action: Some(action),
        }
    }

    /// Reads whatever a person may paste or scan: see [`Endpoint::read`].
    pub fn read(text: &str) -> Result<Self, AuthUrlError> {
        Self::of(Endpoint::read(text)?)
    }

    /// Reads the URL that an LNURL stands for.
    pub fn of(endpoint: Endpoint) -> Result<Self, AuthUrlError> {
        let query = endpoint.url().query().unwrap_or_default();
        let tag = only(query, "tag").map_err(|_| AuthUrlError::Tag)?;
        if tag.as_deref() != Some("login") {
            return Err(AuthUrlError::Tag);
        }
        let k1 = only(query, "k1").map_err(|_| AuthUrlError::K1)?;
        let k1 = k1.and_then(|text| text.parse().ok());
        let k1 = k1.ok_or(AuthUrlError::K1)?;
        let action = only(query, "action").map_err(|_| AuthUrlError::Action)?;
        let action = action.map(|word| word.parse()).transpose();
        let action = action.map_err(|_| AuthUrlError::Action)?;
        Ok(Self {
            endpoint,
            k1,
            action,
        })
    }

    /// The URL, to be coded and called.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What is to be signed.
    pub fn k1(&self) -> &K1 {
        &self.k1
    }

    /// What the signature is said to be for; a wallet shows it.
    pub fn action(&self) -> Option<Action> {
        self.action
    }

    /// The URL that a wallet calls with its signature (DER, hex) by `key` (compressed, hex).
    pub fn answered(&self, sig: &str, key: &str) -> String {
        let mut url = self.endpoint.url().clone();
        url.query_pairs_mut()
            .append_pair("sig", sig)
            .append_pair("key", key);
        url.into()
    }
}

/// What a wallet sent: not judged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    k1: K1,
    sig: String,
    key: String,
}

/// Why a query is no [`Answer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AnswerError {
    /// Longer than any honest one.
    #[error("the query is too long")]
    TooLong,
    /// One of `k1`, `sig` and `key` is missing or empty, or is there twice.
    #[error("k1, sig and key must each be there once")]
    Parameters,
    /// The `k1` is not 64 hex digits.
    #[error("a k1 is 64 hex digits")]
    K1,
}

impl Answer {
    /// Reads a query, without its question mark. Other parameters may be in it, and are not looked at.
    pub fn parse(query: &str) -> Result<Self, AnswerError> {
        if query.len() > MAX_QUERY {
            return Err(AnswerError::TooLong);
        }
        let field = |name| {
            let value = only(query, name).map_err(|_| AnswerError::Parameters)?;
            value
                .filter(|value| !value.is_empty())
                .ok_or(AnswerError::Parameters)
        };
        let k1 = field("k1")?;
        Ok(Self {
            sig: field("sig")?,
            key: field("key")?,
            k1: k1.parse().map_err(|_| AnswerError::K1)?,
        })
    }

    /// What was to be signed.
    pub fn k1(&self) -> &K1 {
        &self.k1
    }

    /// The key that it is said to be signed by.
    pub fn claimed_key(&self) -> &str {
        &self.key
    }

    /// The key, if the signature holds.
    pub fn verify(&self) -> Result<PublicKey, InvalidSignature> {
        verify(&self.k1, &self.sig, &self.key)
    }
}

/// The parameter was there twice.
struct Twice;

/// The value of a parameter that may be there once.
fn only(query: &str, name: &str) -> Result<Option<String>, Twice> {
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let value = values.next().map(|(_, value)| value.into_owned());
    match values.next() {
        Some(_) => Err(Twice),
        None => Ok(value),
    }
}
