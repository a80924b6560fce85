//! LNURL-auth (LUD-04) as pure functions: the URL that a wallet is shown, what it answers, and whether that holds.
//!
//! Deliberately absent: whether a `k1` is ours and was used before, which a
//! [store](crate::session::AuthSessionStore) remembers.

mod action;
mod answer;
mod k1;
mod signature;

pub use action::{Action, ActionError};
pub use answer::{Answer, AnswerError, AuthUrl, AuthUrlError};
pub use k1::{K1, K1Error};
pub use signature::{InvalidSignature, verify};
