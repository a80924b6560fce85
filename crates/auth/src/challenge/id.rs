//! The id of a challenge: what the text is made of, under a MAC.
//!
//! Version (1 byte), purpose (1), nonce (16), expiry (8, seconds of Unix time, big-endian), MAC
//! (32), in base64url. The MAC covers the identifier and the session too, without carrying them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hodlxxi_kernel::{DerivedKey, SessionId, Timestamp};

use super::purpose::Purpose;

const VERSION: u8 = 1;

/// The length of what the MAC is over, and of the MAC, in bytes.
const BODY: usize = 26;
const TAG: usize = 32;

/// The length of an id in characters: no other is decoded.
pub(super) const ID: usize = 78;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Payload {
    pub(super) purpose: Purpose,
    pub(super) nonce: [u8; 16],
    pub(super) expires_at: Timestamp,
}

impl Payload {
    pub(super) fn seal(
        &self,
        key: &DerivedKey,
        identifier: &[u8],
        session: Option<&SessionId>,
    ) -> String {
        let body = self.encode();
        let tag = key.mac(&[&body, identifier, self.bound_session(session)]);
        URL_SAFE_NO_PAD.encode([body.as_slice(), &tag].concat())
    }

    pub(super) fn open(
        id: &str,
        key: &DerivedKey,
        identifier: &[u8],
        session: Option<&SessionId>,
    ) -> Option<Self> {
        if id.len() != ID {
            return None;
        }
        // The decoder refuses padding and stray trailing bits: one challenge has one id.
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let (body, tag) = bytes.split_first_chunk::<BODY>()?;
        let tag: &[u8; TAG] = tag.try_into().ok()?;
        let payload = Self::decode(body)?;
        key.verify(&[body, identifier, payload.bound_session(session)], tag)
            .then_some(payload)
    }

    /// The session that the MAC covers. Ids of sessions are never empty.
    fn bound_session<'a>(&self, session: Option<&'a SessionId>) -> &'a [u8] {
        match session {
            Some(session) if self.purpose.needs_session() => session.as_str().as_bytes(),
            _ => &[],
        }
    }

    fn encode(&self) -> [u8; BODY] {
        let mut body = [0; BODY];
        body[0] = VERSION;
        body[1] = self.purpose.to_byte();
        body[2..18].copy_from_slice(&self.nonce);
        body[18..].copy_from_slice(&self.expires_at.as_unix().to_be_bytes());
        body
    }

    fn decode(body: &[u8; BODY]) -> Option<Self> {
        let (&[version, purpose], rest) = body.split_first_chunk()?;
        let (&nonce, expiry) = rest.split_first_chunk()?;
        let expiry = i64::from_be_bytes(expiry.try_into().ok()?);
        if version != VERSION {
            return None;
        }
        Some(Self {
            purpose: Purpose::from_byte(purpose)?,
            nonce,
            expires_at: Timestamp::from_unix(expiry),
        })
    }
}
