//! The server and its commands: settings, composition, HTTP, pages, telemetry.
//!
//! Deliberately absent: decisions about keys, scopes and money, which the domain crates make.

mod admin;
pub mod assets;
pub mod commands;
pub mod compose;
pub mod config;
pub mod fetch;
pub mod http;
mod limits;
pub mod telemetry;
pub mod views;

mod audit_gate;
mod client_cache;
mod lightning;
mod logos;
mod people;
mod shared_clock;
mod status;
mod use_cases;
