//! What the suite stands on: the real server as a process, and everything that meets it from outside
//! (a person with a key, a browser without scripts, a relying party, programs of others).
//!
//! It knows the server only as the world does, by the public contract: no crate of the product is
//! linked here, so that a mistake shared by server and test cannot hide.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a harness ends its test by panicking"
)]

pub mod application;
pub mod audit;
pub mod browser;
pub mod clock;
pub mod form;
pub mod front;
pub mod guide;
pub mod installation;
pub mod kind;
pub mod lightning;
pub mod listener;
pub mod node;
pub mod person;
pub mod postgres;
pub mod programs;
pub mod redis;
pub mod relying_party;
pub mod server;
pub mod token;
pub mod waiting;
