//! Message signatures of 65 bytes (BIP-137), with the variants that wallets are found to make.
//!
//! The header tells a type of address and which of the possible keys signed; the key is recovered
//! and compared with the identifier. Electrum, Trezor and Sparrow use the headers of P2PKH for
//! segwit addresses too, and these are accepted. A high S is accepted, as Bitcoin Core does: the
//! bytes of a signature identify nothing here.

use bitcoin::secp256k1::Message;
use bitcoin::secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use bitcoin::sign_message::signed_msg_hash;
use hodlxxi_kernel::PublicKey;

use super::SECP;
use super::error::{InvalidSignature, SignatureError};
use super::identifier::{Identifier, Kind, Proven};
use super::output::OutputScript;

/// A compact signature and the header that says how to recover its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageSignature {
    header: Header,
    recovery: u8,
    compact: [u8; 64],
}

/// The type of address that a header was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Header {
    /// 27 to 30.
    P2pkhUncompressed,
    /// 31 to 34; in the wild for segwit addresses too.
    P2pkhCompressed,
    /// 35 to 38.
    P2shP2wpkh,
    /// 39 to 42.
    P2wpkh,
}

impl MessageSignature {
    /// Reads the 65 bytes; none if the length or the header is another.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&first, compact) = bytes.split_first()?;
        let header = match first {
            27..=30 => Header::P2pkhUncompressed,
            31..=34 => Header::P2pkhCompressed,
            35..=38 => Header::P2shP2wpkh,
            39..=42 => Header::P2wpkh,
            _ => return None,
        };
        Some(Self {
            header,
            recovery: (first - 27) & 3,
            compact: compact.try_into().ok()?,
        })
    }

    /// Verifies the signature of `message` by `identifier`.
    pub(super) fn verify(
        &self,
        identifier: &Identifier,
        message: &str,
    ) -> Result<Proven, SignatureError> {
        let key = self.recover(message).ok_or(InvalidSignature::Mismatch)?;
        let compressed = key.serialize();
        let matches = match identifier.kind() {
            Kind::Key(claimed) => claimed.x()[..] == compressed[1..],
            Kind::Address { output, .. } => {
                let candidate = match (output, self.header) {
                    (OutputScript::P2pkh(_), Header::P2pkhUncompressed) => {
                        OutputScript::p2pkh_of(&key.serialize_uncompressed())
                    }
                    (OutputScript::P2pkh(_), Header::P2pkhCompressed) => {
                        OutputScript::p2pkh_of(&compressed)
                    }
                    (OutputScript::P2sh(_), Header::P2pkhCompressed | Header::P2shP2wpkh) => {
                        OutputScript::p2wpkh_of(&compressed).nested()
                    }
                    (OutputScript::P2wpkh(_), Header::P2pkhCompressed | Header::P2wpkh) => {
                        OutputScript::p2wpkh_of(&compressed)
                    }
                    _ => return Err(InvalidSignature::Header.into()),
                };
                *output == candidate
            }
        };
        if !matches {
            return Err(InvalidSignature::Mismatch.into());
        }
        PublicKey::from_compressed(compressed)
            .map(Proven::Key)
            .map_err(|_| InvalidSignature::Mismatch.into())
    }

    fn recover(&self, message: &str) -> Option<bitcoin::secp256k1::PublicKey> {
        let recovery = RecoveryId::from_i32(self.recovery.into()).ok()?;
        let signature = RecoverableSignature::from_compact(&self.compact, recovery).ok()?;
        let digest = Message::from_digest(*signed_msg_hash(message).as_ref());
        SECP.recover_ecdsa(&digest, &signature).ok()
    }
}
