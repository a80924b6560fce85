#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! One file for each trait; a row is a private struct beside its queries, and becomes a domain type
//! by `TryFrom`, with an error that names table and column. What both databases do not share stands
//! in `conn` alone.
//!
//! What a new row leaves empty is inserted as `NULL`, not as its column's default, which is the same here:
//! diesel keeps no statement prepared whose text depends on what is empty.
//!
//! Rows are locked in one order, so that nobody waits in a circle on PostgreSQL: clients, people, sessions, what stands
//! between them, grants, tokens; of one kind in the order of their keys. What works in the background over any number of
//! rows does not wait for theirs: it leaves those that are held, and comes back. A row that refers to a client locks that
//! client late, if only against removal: whoever removes clients has theirs locked first, and then waits for nobody.
//!
//! Deliberately absent: protocol rules, clocks and randomness (both come in as arguments), and any
//! query outside a trait's method.

mod accounts;
mod audit;
mod audit_rows;
pub mod backup;
mod challenges;
mod client_rows;
mod clients;
mod clock;
mod codes;
mod conn;
mod consents;
mod database;
mod deleting;
mod deployment;
mod disabling;
mod ends;
mod fault;
mod grants;
mod keys;
mod limits;
mod linked_keys;
mod lnurl;
mod logouts;
mod memory;
mod merge;
mod migrations;
mod news;
mod noted;
mod people;
mod pool;
mod redeem;
mod refresh;
mod replays;
mod revoke;
mod row;
mod schema;
mod sessions;
mod sign_in;
mod subjects;
mod url;
mod writer;

// Linked for their effect alone: SQLite, libpq and its TLS are compiled in.
use libsqlite3_sys as _;
use openssl_sys as _;
use pq_sys as _;

pub use database::{Database, OpenError, PoolState};
pub use migrations::{MigrateError, SchemaError, SchemaState};
pub use url::{DatabaseUrl, DatabaseUrlError};
