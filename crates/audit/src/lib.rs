#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! - [`seal`]: what a batch of entries is sealed by, and what is left of those that expired.
//! - [`key`]: who seals, and how anybody else checks it.
//! - [`verify`]: what is wrong with a log, entry by entry.
//! - [`history`]: what a person is shown of it.
//! - [`store`]: what a log asks of whoever keeps it.
//! - [`service`]: the use cases.
//! - `memory` and `contract` (features of these names): a store in memory, and the tests that every
//!   implementation must pass.
//!
//! Deliberately absent: which acts are recorded, and with what: that is said where they are done. So is
//! any protection of what is not sealed yet, about one second's worth.

mod export;
pub mod history;
pub mod key;
pub mod seal;
pub mod service;
pub mod store;
pub mod verify;

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "memory")]
pub mod memory;
