//! Sign-in by a signed Nostr event (NIP-01; kind 22242 as in NIP-42).
//!
//! The event answers a challenge by content and by tag, names this server in its tag `relay`, and
//! is fresh. Deliberately absent: every other kind, and relays.

use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::{Message, XOnlyPublicKey, schnorr};
use hodlxxi_kernel::{PublicKey, SignInMethod, Timestamp};
use serde::Deserialize;
use thiserror::Error;

use super::SECP;
use super::identifier::{Identifier, Proven};
use crate::account::ProvenKey;

/// The kind of an authentication event (NIP-42).
const AUTHENTICATION: u16 = 22242;

/// How far `created_at` may be from now, in seconds, either way.
const TOLERANCE: i64 = 600;

/// The longest content, and all tags together, in bytes.
const MAX_TEXT: usize = 4096;

/// The most tags, and the most elements of one.
const MAX_TAGS: usize = 32;

/// A signed event, well formed but not verified.
///
/// Reads from JSON strictly: ids, keys and signatures are lower-case hex of the right length, and
/// every text is bounded. Members that NIP-01 does not know are ignored: the id does not cover them.
///
/// ```
/// use hodlxxi_auth::verify::NostrEvent;
/// assert!(serde_json::from_str::<NostrEvent>(r#"{"kind":22242}"#).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Wire")]
pub struct NostrEvent {
    id: [u8; 32],
    pubkey: [u8; 32],
    created_at: i64,
    kind: u16,
    tags: Vec<Vec<String>>,
    content: String,
    sig: [u8; 64],
}

/// Why JSON of the right types is no [`NostrEvent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NostrEventError {
    /// `id`, `pubkey` or `sig` is not lower-case hex of the right length.
    #[error("id, pubkey and sig are lower-case hex of 32, 32 and 64 bytes")]
    Hex,
    /// Too many tags, or too much text.
    #[error("the event is too large")]
    TooLarge,
    /// A control character whose escape NIP-01 does not fix.
    #[error("the event holds a control character")]
    ControlCharacter,
}

/// Why [`verify_event`] refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EventError {
    /// The identifier names no key that an event could be by: an address that only tells a hash.
    #[error("an event proves a key, and the identifier names none")]
    NoKey,
    /// Not of kind 22242.
    #[error("not an authentication event")]
    Kind,
    /// The content is not the challenge.
    #[error("the content is not the challenge")]
    Content,
    /// There is not exactly one tag `challenge`, or it is another.
    #[error("the tag `challenge` is not the challenge")]
    Challenge,
    /// There is not exactly one tag `relay`, or it names another server.
    #[error("the tag `relay` names another server")]
    Relay,
    /// Created more than ten minutes from now.
    #[error("created too long ago, or in the future")]
    Time,
    /// By another key than the identifier's.
    #[error("by another key")]
    Key,
    /// The id is not the hash of the event.
    #[error("the id is not the hash of the event")]
    Id,
    /// The signature does not hold.
    #[error("the signature is invalid")]
    Signature,
}

/// Verifies that `event`, made within ten minutes of `now`, answers `challenge` to `relay` by the
/// key of `identifier`.
///
/// The key an event shows has no parity, so the result has none.
pub fn verify_event(
    identifier: &Identifier,
    event: &NostrEvent,
    challenge: &str,
    relay: &str,
    now: Timestamp,
) -> Result<ProvenKey, EventError> {
    let x = identifier.named_x().ok_or(EventError::NoKey)?;
    if event.kind != AUTHENTICATION {
        return Err(EventError::Kind);
    }
    if event.content != challenge {
        return Err(EventError::Content);
    }
    if event.tag("challenge") != Some(challenge) {
        return Err(EventError::Challenge);
    }
    if event.tag("relay") != Some(relay) {
        return Err(EventError::Relay);
    }
    let age = now.seconds_since(Timestamp::from_unix(event.created_at));
    if !(-TOLERANCE..=TOLERANCE).contains(&age) {
        return Err(EventError::Time);
    }
    if event.pubkey != *x {
        return Err(EventError::Key);
    }
    if event.computed_id() != event.id {
        return Err(EventError::Id);
    }
    verify_schnorr(&event.sig, &event.id, &event.pubkey).ok_or(EventError::Signature)?;
    let key = PublicKey::from_x(event.pubkey).map_err(|_| EventError::Signature)?;
    Ok(identifier.proven(Proven::Key(key), SignInMethod::Nostr))
}

/// Verifies a signature of 32 bytes (BIP-340).
fn verify_schnorr(signature: &[u8; 64], message: &[u8; 32], x: &[u8; 32]) -> Option<()> {
    let key = XOnlyPublicKey::from_slice(x).ok()?;
    let signature = schnorr::Signature::from_slice(signature).ok()?;
    let message = Message::from_digest(*message);
    SECP.verify_schnorr(&signature, &message, &key).ok()
}

impl NostrEvent {
    /// The value of the one tag `name`; none if there is not exactly one.
    fn tag(&self, name: &str) -> Option<&str> {
        let mut named = self
            .tags
            .iter()
            .filter(|tag| tag.first().is_some_and(|first| first == name));
        let tag = named.next()?;
        match named.next() {
            None => tag.get(1).map(String::as_str),
            Some(_) => None,
        }
    }

    /// The SHA-256 of the event's serialization (NIP-01).
    fn computed_id(&self) -> [u8; 32] {
        let fields = serde_json::json!([
            0,
            hex::encode(self.pubkey),
            self.created_at,
            self.kind,
            self.tags,
            self.content
        ]);
        sha256::Hash::hash(fields.to_string().as_bytes()).to_byte_array()
    }
}

/// An event as JSON has it.
#[derive(Deserialize)]
struct Wire {
    id: String,
    pubkey: String,
    created_at: i64,
    kind: u16,
    tags: Vec<Vec<String>>,
    content: String,
    sig: String,
}

impl TryFrom<Wire> for NostrEvent {
    type Error = NostrEventError;
    fn try_from(wire: Wire) -> Result<Self, NostrEventError> {
        let texts = || wire.tags.iter().flatten().chain([&wire.content]);
        if wire.tags.len() > MAX_TAGS
            || wire.tags.iter().any(|tag| tag.len() > MAX_TAGS)
            || texts().map(String::len).sum::<usize>() > MAX_TEXT
        {
            return Err(NostrEventError::TooLarge);
        }
        // NIP-01 escapes seven characters and takes all others as they are; JSON writers escape
        // the remaining control characters too. No honest event holds one.
        let unclear = |c: char| c < ' ' && !matches!(c, '\n' | '\r' | '\t' | '\u{8}' | '\u{c}');
        if texts().any(|text| text.contains(unclear)) {
            return Err(NostrEventError::ControlCharacter);
        }
        Ok(Self {
            id: lower_hex(&wire.id)?,
            pubkey: lower_hex(&wire.pubkey)?,
            created_at: wire.created_at,
            kind: wire.kind,
            tags: wire.tags,
            content: wire.content,
            sig: lower_hex(&wire.sig)?,
        })
    }
}

fn lower_hex<const N: usize>(text: &str) -> Result<[u8; N], NostrEventError> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(NostrEventError::Hex);
    }
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| NostrEventError::Hex)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTORS: &str = include_str!("../../../../tests/vectors/bip-0340_test-vectors.csv");

    #[test]
    fn the_vectors_of_bip_340_verify_as_published() {
        let (mut verified, mut other_lengths) = (0, 0);
        for line in VECTORS.lines().skip(1) {
            let columns: Vec<&str> = line.split(',').collect();
            let [_, _, key, _, message, signature, result, ..] = columns.as_slice() else {
                panic!("columns: {line}")
            };
            let bytes = |text: &str| hex::decode(text).expect("hex");
            // The id of an event has 32 bytes; four vectors sign messages of other lengths.
            let Ok(message) = bytes(message).try_into() else {
                other_lengths += 1;
                continue;
            };
            let key = bytes(key).try_into().expect("32 bytes");
            let signature = bytes(signature).try_into().expect("64 bytes");
            let valid = verify_schnorr(&signature, &message, &key).is_some();
            assert_eq!(valid, *result == "TRUE", "{line}");
            verified += 1;
        }
        assert_eq!((verified, other_lengths), (15, 4));
    }
}
