//! What the crate promises to whoever uses it: vectors, other wallets' answers, what is refused, and properties.

#![expect(clippy::expect_used, reason = "a broken promise is a failed test")]

mod auth;
mod code;
mod properties;
mod wallet;
