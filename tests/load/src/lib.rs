//! The running server under load: how fast it is, and how fast its bare stack would be.
//!
//! The server is measured as it is installed: the built binary, a process of its own, on the databases
//! that people run it on. Beside it, in the same minutes, a bare server ([`bare`]) does the same number
//! of statements and signatures with the same libraries and nothing else, so that the figure that
//! counts is a ratio. Deliberately absent: any crate of the product, and any mock.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a measurement that cannot be taken ends by panicking"
)]

pub mod aim;
pub mod bare;
pub mod census;
pub mod line;
pub mod operation;
pub mod plan;
pub mod process;
pub mod report;
pub mod run;
pub mod servers;
pub mod world;
