//! Verification against the vectors of the standards, other wallets' signatures, and forgeries.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed, in a helper too"
)]

mod bip137;
mod bip322_forgeries;
mod bip322_opcodes;
mod bip322_scripts;
mod bip322_vectors;
mod identifiers;
mod nostr;
mod properties;
mod signer;
