//! People: how they prove a key, which account it is, and the sessions that follow.
//!
//! - [`verify`]: BIP-137 (with its variants in the wild), BIP-322 and Nostr signatures.
//! - [`challenge`]: stateless challenges; only spent and failed ones are remembered.
//! - [`account`]: accounts, linked keys, sessions and the stores that keep them.
//! - [`service`]: the use cases, composed of the above.
//!
//! Deliberately absent: HTTP, cookies, SQL. Time and randomness come in as arguments.
//!
//! The feature `memory` adds stores in memory, for examples and tests; the feature `contract` the
//! suite that every implementation of the stores must pass.

pub mod account;
pub mod challenge;
pub mod identity;
pub mod service;
pub mod verify;

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "memory")]
pub mod memory;
