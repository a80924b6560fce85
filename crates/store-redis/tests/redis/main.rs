//! What the stores promise, tried on the Redis server that `HODLXXI_TEST_REDIS` names (see
//! `tests/with-servers`), each test under a deployment of its own.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a broken promise is a failed test"
)]

mod cache;
mod contract;
mod fixture;
mod lnurl;
mod memory;
mod processes;
mod server;
mod unnoted;
