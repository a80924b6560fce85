//! The line of text that a person reads on a wallet's screen, and signs.

use chrono::{DateTime, SecondsFormat};
use thiserror::Error;

use super::id::Payload;

/// The longest host: with it and the longest purpose a text has 240 characters, more than which
/// hardware wallets refuse.
const MAX_HOST: usize = 98;

/// Why a text cannot be the host that challenges name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HostError {
    /// Empty, or with characters other than visible ASCII.
    #[error("a host is visible ASCII")]
    Characters,
    /// The challenge would be longer than hardware wallets sign.
    #[error("a host in a challenge has at most 98 characters")]
    TooLong,
}

/// The host that the texts name, with its port if it has one.
pub(super) struct Host(String);

impl Host {
    pub(super) fn parse(host: &str) -> Result<Self, HostError> {
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(HostError::Characters);
        }
        if host.len() > MAX_HOST {
            return Err(HostError::TooLong);
        }
        Ok(Self(host.to_owned()))
    }

    /// The text of a challenge.
    pub(super) fn text(&self, payload: &Payload) -> String {
        let Payload {
            purpose,
            nonce,
            expires_at,
        } = payload;
        let expiry = DateTime::from_timestamp(expires_at.as_unix(), 0)
            .unwrap_or_default()
            .to_rfc3339_opts(SecondsFormat::Secs, true);
        format!(
            "HODLXXI: {} {}. Purpose {}, nonce {}, valid until {expiry}",
            purpose.sentence(),
            self.0,
            purpose.as_str(),
            hex::encode(nonce),
        )
    }
}
