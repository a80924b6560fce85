//! Why a signature signs nobody in.

use thiserror::Error;

/// Why [`verify_signature`](super::verify_signature) refused.
///
/// The three kinds are what the caller is told; each source says more, for whoever debugs a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The text is no signature of any accepted form.
    #[error("the signature is malformed")]
    Malformed(#[from] MalformedSignature),
    /// The proof may hold, but under rules that are not judged here.
    #[error("the script cannot be judged")]
    UnsupportedScript(#[from] UnsupportedScript),
    /// The proof does not hold for this identifier and message.
    #[error("the signature is invalid")]
    Invalid(#[from] InvalidSignature),
}

/// What is wrong with a signature's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MalformedSignature {
    /// More text than any signature needs.
    #[error("longer than any signature")]
    TooLong,
    /// Not base64 (RFC 4648, section 4).
    #[error("not base64")]
    Base64,
    /// None of: 65 bytes of BIP-137, a BIP-322 witness stack, a BIP-322 transaction.
    #[error("neither a message signature nor a BIP-322 proof")]
    Form,
    /// A BIP-322 proof of funds (`pof`, or a PSBT): no sign-in.
    #[error("a proof of funds is not a sign-in")]
    ProofOfFunds,
}

/// What keeps a proof from being judged (BIP-322: inconclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnsupportedScript {
    /// `to_sign` has another version than 0 or 2.
    #[error("the transaction has another version than 0 or 2")]
    Version,
    /// `to_sign` spends more than `to_spend`: a proof of funds.
    #[error("the transaction has further inputs")]
    FurtherInputs,
    /// The witness belongs to no script of one key, and only a key was named.
    #[error("the proof is not that of a single key")]
    NotOneKey,
    /// A nested witness program of another form than P2WPKH or P2WSH.
    #[error("the witness program is of an unknown form")]
    WitnessProgram,
    /// A taproot leaf of another version than 0xc0 (BIP-342).
    #[error("the leaf version is unknown")]
    LeafVersion,
    /// A taproot annex (BIP-341).
    #[error("the witness has an annex")]
    Annex,
    /// The script does not parse, or pushes data in a longer form than needed.
    #[error("the script cannot be read")]
    Encoding,
    /// An opcode outside the list of those understood, such as `OP_CODESEPARATOR`, the reserved
    /// NOPs and `OP_SUCCESSx`.
    #[error("the script has the opcode {0:#04x}")]
    Opcode(u8),
    /// A key in a form whose checks are not fixed: an unknown type of tapscript key, or one that is
    /// not compressed in segwit version 0.
    #[error("the script has a key of an unknown form")]
    KeyForm,
    /// A signature stands in the script that it signs, where `FindAndDelete` would remove it.
    #[error("the script holds its own signature")]
    FindAndDelete,
    /// The script was satisfied without a signature by a key that it commits to.
    #[error("the script was satisfied without a signature of a key it commits to")]
    NoSignature,
    /// The same proof holds for another message.
    #[error("the proof does not depend on the message")]
    AnyMessage,
    /// Consensus code and the pass over its further rules do not agree.
    #[error("the script's further rules could not be judged")]
    NotJudged,
}

/// What is wrong with a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidSignature {
    /// The signature is by another key, or for another message.
    #[error("by another key, or for another message")]
    Mismatch,
    /// The header of a message signature does not serve this type of address.
    #[error("the header does not serve this type of address")]
    Header,
    /// `to_sign` does not spend `to_spend`: another message, or another address.
    #[error("for another message, or another address")]
    ToSpend,
    /// `to_sign` has other outputs than the one of BIP-322.
    #[error("the transaction's output is not that of a signed message")]
    Output,
    /// Consensus code refuses the proof.
    #[error("the script is not satisfied")]
    Consensus,
    /// A signature with another flag than `SIGHASH_ALL` (taproot: or the default).
    #[error("a signature does not cover the whole transaction")]
    Sighash,
    /// A signature with a high S value (BIP-146, `LOW_S`).
    #[error("a signature has a high S value")]
    HighS,
    /// A key in no encoding that BIP-322 allows (`STRICTENC`).
    #[error("a key is not strictly encoded")]
    KeyEncoding,
    /// A failing signature that is not empty (BIP-146, `NULLFAIL`).
    #[error("a failing signature is not empty")]
    NullFail,
    /// Data pushed, or a number given, in a longer form than needed (`MINIMALDATA`).
    #[error("data or a number is not minimally encoded")]
    MinimalData,
    /// A condition that is neither empty nor exactly 1 (`MINIMALIF`).
    #[error("a condition is neither empty nor 1")]
    MinimalIf,
    /// More than one element is left at the end (`CLEANSTACK`).
    #[error("more than one element is left on the stack")]
    CleanStack,
    /// Valid only from a time or an age on (BIP-322: valid at time T and age S); signing in takes 0.
    #[error("valid only from a time or an age on")]
    Timelocked,
}
