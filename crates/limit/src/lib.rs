#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! [`Quota`] decides, [`LimitStore`] keeps, and [`Limiter`] knows what each act is held to: the table of
//! quotas is in `policy`.
//!
//! Deliberately absent: HTTP, and what is done about a store that cannot be reached.

mod act;
#[cfg(feature = "contract")]
pub mod contract;
mod key;
mod limiter;
mod memory;
mod policy;
mod quota;
mod store;

pub use act::{Act, Address};
pub use key::LimitKey;
pub use limiter::{Counting, LimitError, Limiter, Standing};
pub use memory::MemoryLimits;
pub use policy::Policy;
pub use quota::{CLOCK_SKEW, Level, Outcome, Quota, Verdict};
pub use store::{Ask, LimitStore};
