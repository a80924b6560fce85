#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! - [`code`]: the text in a QR code and in links (LUD-01, LUD-17), and which URLs may stand in it.
//! - [`auth`]: LNURL-auth (LUD-04) as pure functions: what a wallet is asked, what it answers, and whether
//!   that holds.
//! - [`session`]: a sign-in under way, and the store that keeps it.
//! - [`service`]: the server's use cases, composed of the above.
//! - `wallet`, with the feature of that name: the wallet's side.
//!
//! Deliberately absent: HTTP, SQL, QR codes as pictures, accounts. Time and randomness come in as arguments.

pub mod auth;
pub mod code;
pub mod service;
pub mod session;

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "wallet")]
pub mod wallet;
