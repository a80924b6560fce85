//! Why something could not be fetched.

use std::error::Error as _;

use thiserror::Error;

use super::resolver::Refused;

/// Why there is no client.
#[derive(Debug, Error)]
#[error("the client for what is fetched from elsewhere cannot be made: {0}")]
pub struct FetcherError(#[from] reqwest::Error);

/// Why something could not be fetched. No variant repeats the URI or anything that was sent.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The URI is none, or carries credentials.
    #[error("the URI cannot be fetched from")]
    Uri,
    /// The scheme is not https.
    #[error("only https is fetched")]
    Scheme,
    /// The host is no public address, or leads to none.
    #[error("the host is not on the public internet")]
    Address,
    /// The answer has a status that is no success; redirects are not followed.
    #[error("the answer has status {0}")]
    Status(u16),
    /// The answer is too large.
    #[error("the answer is larger than 64 KiB")]
    TooLarge,
    /// The answer is not UTF-8.
    #[error("the answer is not text")]
    NotText,
    /// It took too long.
    #[error("no answer within 5 seconds")]
    TimedOut,
    /// The other end cannot be reached, or does not speak as it should.
    #[error("the exchange failed")]
    Exchange(#[source] reqwest::Error),
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if inner.is::<Refused>() {
                return Self::Address;
            }
            cause = inner.source();
        }
        if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Exchange(error.without_url())
        }
    }
}
