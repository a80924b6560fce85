//! The words that every layer of HODLXXI shares.
//!
//! Time and randomness as arguments ([`Clock`], [`Entropy`]), typed ids, secrets that do not print
//! ([`Secret`]), keys derived from one master key ([`MasterKey`]), public keys as people know them
//! ([`PublicKey`]), access levels, the vocabulary of the audit log ([`audit`]), until when somebody waits
//! ([`Deadline`]), and the one error that a store may answer ([`StoreError`]).
//!
//! Deliberately absent: I/O of any kind, protocol logic, and anything only one layer needs.

mod access;
pub mod audit;
mod deadline;
mod deployment;
mod entropy;
mod id;
mod key;
mod master;
mod secret;
mod store_error;
mod tier;
mod time;

pub use access::{AccessLevel, SignInMethod, UnknownWord};
pub use deadline::Deadline;
pub use deployment::{CLOCKS_APART, Deployment, memory_begins};
pub use entropy::{Entropy, OsEntropy};
pub use id::{ClientId, ConsentId, GrantId, IdError, SessionId, UserId};
pub use key::{PublicKey, PublicKeyError};
pub use master::{DerivedKey, MasterKey, MasterKeyError};
pub use secret::{Secret, SecretHash, SecretHashError};
pub use store_error::{StoreError, StoreErrorKind};
pub use tier::ClientTier;
pub use time::{Clock, ManualClock, SystemClock, Timestamp};

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
