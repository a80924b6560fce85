//! What the stores promise, tried on a real database: one SQLite file for each test, or, with
//! `HODLXXI_TEST_DATABASE_URL` set to a PostgreSQL server, one schema for each test.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a broken promise is a failed test"
)]

mod contract;
mod failures;
mod fixture;
mod schema;
