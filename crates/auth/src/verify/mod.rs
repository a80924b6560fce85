//! Verification: whether a signature proves the key or script that a person named.
//!
//! - [`Identifier`]: what a person says they are, a key or an address.
//! - [`verify_signature`]: BIP-137 with its variants, and BIP-322 simple and full.
//! - [`verify_event`]: a Nostr event that answers a challenge.
//! - [`bip322`]: BIP-322 by itself, with its answer "valid at time T and age S".
//!
//! Everything here is a pure function of its arguments. Deliberately absent: challenges, accounts,
//! and whether a signature was seen before, which is the challenge's business.

mod bip137;
pub mod bip322;
mod error;
mod identifier;
mod network;
mod nostr;
mod output;
mod text;

use std::sync::LazyLock;

use bitcoin::secp256k1::{Secp256k1, VerifyOnly};
use hodlxxi_kernel::SignInMethod;

pub use bip137::MessageSignature;
pub use error::{InvalidSignature, MalformedSignature, SignatureError, UnsupportedScript};
pub use identifier::{Identifier, IdentifierError};
pub use network::{Network, NetworkError};
pub use nostr::{EventError, NostrEvent, NostrEventError, verify_event};
pub use output::OutputScript;
pub use text::{MAX_SIGNATURE_TEXT, Signature};

use crate::account::ProvenKey;

/// One verification context for the whole process.
static SECP: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);

/// Verifies that whoever is `identifier` signed `message`.
///
/// The form of the signature is told by its shape: see [`Signature`]. Only what is valid at time 0
/// and age 0 (BIP-322) is accepted. The message is taken as it is, to the byte.
///
/// ```
/// use hodlxxi_auth::verify::{Identifier, Network, verify_signature};
///
/// let address = "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l";
/// let identifier = Identifier::parse_address(address, Network::Bitcoin)?;
/// let signature = "smpAkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2\
///     KsqoNSk89pO7F29zJLUx9a/sASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=";
/// let proven = verify_signature(&identifier, "Hello World", signature)?;
/// assert_eq!(
///     proven.public_key.map(|key| key.to_hex()).as_deref(),
///     Some("02c7f12003196442943d8588e01aee840423cc54fc1521526a3b85c2b0cbd58872"),
/// );
/// assert!(verify_signature(&identifier, "Hello, World", signature).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify_signature(
    identifier: &Identifier,
    message: &str,
    signature: &str,
) -> Result<ProvenKey, SignatureError> {
    let proven = match Signature::parse(signature)? {
        Signature::Message(signature) => signature.verify(identifier, message)?,
        Signature::Bip322(proof) => bip322::sign_in(identifier, message, &proof)?,
    };
    Ok(identifier.proven(proven, SignInMethod::Bitcoin))
}
