//! Stateless challenges: the line of text that a person signs, and the id that proves we made it.
//!
//! The id carries what the text is made of, and a MAC (HMAC-SHA-256) over that, the identifier and
//! the session it is bound to. So nothing is stored when a challenge is issued, and the text is
//! made again from the id when the proof arrives. Deliberately absent: whether a challenge was used
//! before, which a [`ChallengeStore`](crate::account::ChallengeStore) remembers.

mod id;
mod purpose;
mod text;

use hodlxxi_kernel::{DerivedKey, Entropy, SecretHash, SessionId, Timestamp};
use thiserror::Error;

use crate::account::IssuedChallenge;
use id::Payload;
pub use purpose::{Purpose, PurposeError};
use text::Host;
pub use text::HostError;

/// How long a challenge can be answered, in seconds.
pub const LIFETIME: i64 = 300;

/// Issues challenges, and opens the ids that come back.
pub struct ChallengeIssuer {
    key: DerivedKey,
    host: Host,
}

/// A challenge, for the person who is to sign it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// To be sent back with the proof: 78 characters of base64url.
    pub id: String,
    /// The message to sign: one line of printable ASCII of at most 240 characters, without leading,
    /// trailing or doubled spaces.
    pub text: String,
    /// What the proof will be good for.
    pub purpose: Purpose,
    /// When it can no longer be answered.
    pub expires_at: Timestamp,
}

/// A challenge that came back: ours, for this identifier and session, and not expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedChallenge {
    /// The message that had to be signed.
    pub text: String,
    /// What the proof is good for.
    pub purpose: Purpose,
    /// Its life, and the name under which its use is remembered.
    pub issued: IssuedChallenge,
}

/// Why a challenge was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Not ours, or for another identifier or session.
    #[error("no such challenge for this identifier and session")]
    Unknown,
    /// Its time is over.
    #[error("the challenge has expired")]
    Expired,
}

impl ChallengeIssuer {
    /// An issuer that names `host` in the text: the authority of the issuer's URL, with its port if
    /// it has one.
    pub fn new(key: DerivedKey, host: &str) -> Result<Self, HostError> {
        let host = Host::parse(host)?;
        Ok(Self { key, host })
    }

    /// A new challenge for the identifier with these canonical bytes, bound to `session` if one is
    /// given.
    pub fn issue(
        &self,
        purpose: Purpose,
        identifier: &[u8],
        session: Option<&SessionId>,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Challenge {
        let payload = Payload {
            purpose,
            nonce: entropy.bytes(),
            expires_at: now.plus(LIFETIME),
        };
        Challenge {
            id: payload.seal(&self.key, identifier, session),
            text: self.host.text(&payload),
            purpose,
            expires_at: payload.expires_at,
        }
    }

    /// Opens the challenge with this id, which must have been issued for the same identifier.
    ///
    /// A challenge to log in works from any browser; one for any other purpose only in the session
    /// it was issued in.
    pub fn open(
        &self,
        id: &str,
        identifier: &[u8],
        session: Option<&SessionId>,
        now: Timestamp,
    ) -> Result<OpenedChallenge, OpenError> {
        let payload =
            Payload::open(id, &self.key, identifier, session).ok_or(OpenError::Unknown)?;
        if payload.expires_at <= now {
            return Err(OpenError::Expired);
        }
        Ok(OpenedChallenge {
            text: self.host.text(&payload),
            purpose: payload.purpose,
            issued: IssuedChallenge {
                name: SecretHash::of(id),
                issued_at: payload.expires_at.minus(LIFETIME),
                expires_at: payload.expires_at,
            },
        })
    }
}

#[cfg(test)]
mod tests;
