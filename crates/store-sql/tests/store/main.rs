//! What the stores promise, tried on both databases: a SQLite file for each test, and a schema for
//! each test on the PostgreSQL server that `HODLXXI_TEST_POSTGRES` names (see `tests/with-servers`).

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a broken promise is a failed test"
)]

mod audit;
mod backup;
mod contract;
mod deadline;
mod failures;
mod fixture;
mod logouts;
mod merge;
mod owners;
mod schema;
