//! What a person says they are: a key, or an address of the configured network.

use std::str::FromStr;

use bitcoin::Address;
use bitcoin::address::NetworkUnchecked;
use hodlxxi_kernel::{PublicKey, PublicKeyError, SignInMethod};
use thiserror::Error;

use super::network::Network;
use super::output::OutputScript;
use crate::account::ProvenKey;
use crate::identity::Identity;

/// The longest identifier read, in bytes: a bech32 string has at most 90 characters (BIP-173).
const MAX_TEXT: usize = 128;

/// Why a text is not an [`Identifier`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IdentifierError {
    /// No key in any of the three forms.
    #[error("not a public key")]
    InvalidPubkey(#[source] PublicKeyError),
    /// No address of this network.
    #[error("not an address of this network")]
    InvalidAddress,
    /// An address, but of a script that cannot sign in.
    #[error("this kind of address cannot sign in")]
    UnsupportedScript,
}

/// Whom a proof is about, before there is a proof.
///
/// ```
/// use hodlxxi_auth::verify::{Identifier, Network};
/// let address = "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l";
/// let identifier = Identifier::parse_address(address, Network::Bitcoin)?;
/// assert_eq!(identifier.to_string(), address);
/// assert!(Identifier::parse_address(address, Network::Signet).is_err());
/// # Ok::<(), hodlxxi_auth::verify::IdentifierError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Key(PublicKey),
    Address { text: String, output: OutputScript },
}

impl Identifier {
    /// Reads a public key: 66 hex digits (compressed), 64 (x-only) or `npub1…`.
    pub fn parse_pubkey(text: &str) -> Result<Self, IdentifierError> {
        if text.len() > MAX_TEXT {
            return Err(IdentifierError::InvalidPubkey(PublicKeyError::Format));
        }
        PublicKey::parse(text.trim())
            .map(Self::from)
            .map_err(IdentifierError::InvalidPubkey)
    }

    /// Reads an address of `network`: base58check (P2PKH, P2SH), bech32 (BIP-173: P2WPKH, P2WSH)
    /// or bech32m (BIP-350: P2TR).
    pub fn parse_address(text: &str, network: Network) -> Result<Self, IdentifierError> {
        if text.len() > MAX_TEXT {
            return Err(IdentifierError::InvalidAddress);
        }
        let address = Address::<NetworkUnchecked>::from_str(text.trim())
            .ok()
            .and_then(|address| address.require_network(network.into()).ok())
            .ok_or(IdentifierError::InvalidAddress)?;
        let output = OutputScript::from_script(&address.script_pubkey())
            .ok_or(IdentifierError::UnsupportedScript)?;
        let text = address.to_string();
        Ok(Self(Kind::Address { text, output }))
    }

    /// Bytes that are equal exactly if two identifiers are the same for a challenge: keys by their
    /// x coordinate, addresses by their output script. A key and an address never are.
    pub fn canonical(&self) -> Vec<u8> {
        match &self.0 {
            Kind::Key(key) => [&b"k"[..], key.x()].concat(),
            Kind::Address { output, .. } => [&b"s"[..], output.script().as_bytes()].concat(),
        }
    }

    /// The identity that the identifier itself names; none where only a hash is told.
    pub fn identity(&self) -> Option<Identity> {
        self.named_x().copied().map(Identity::Key)
    }

    pub(super) const fn kind(&self) -> &Kind {
        &self.0
    }

    /// The x coordinate that the identifier itself names; none where only a hash is told.
    pub(super) const fn named_x(&self) -> Option<&[u8; 32]> {
        match &self.0 {
            Kind::Key(key) => Some(key.x()),
            Kind::Address {
                output: OutputScript::P2tr(x),
                ..
            } => Some(x),
            Kind::Address { .. } => None,
        }
    }

    /// What a proof of `key` by `method` adds to an account.
    pub(super) fn proven(&self, proven: Proven, method: SignInMethod) -> ProvenKey {
        let (identity, public_key) = match proven {
            Proven::Key(key) => (Identity::of_key(&key), Some(key)),
            Proven::Script(output) => (Identity::Script(output.script().into_bytes()), None),
        };
        let address = match &self.0 {
            Kind::Key(_) => None,
            Kind::Address { text, .. } => Some(text.clone()),
        };
        ProvenKey {
            identity,
            public_key,
            method,
            address,
        }
    }
}

/// What a proof showed: a key, or that a script was satisfied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proven {
    Key(PublicKey),
    Script(OutputScript),
}

impl From<PublicKey> for Identifier {
    fn from(key: PublicKey) -> Self {
        Self(Kind::Key(key))
    }
}

impl std::fmt::Display for Identifier {
    /// The address, or the key in hex.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Kind::Key(key) => f.write_str(&key.to_hex()),
            Kind::Address { text, .. } => f.write_str(text),
        }
    }
}
