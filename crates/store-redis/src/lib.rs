#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! One file for each trait, and each step's script in `lua/`, run by its hash. What is remembered,
//! and from when on, is told by the marker that `lua/remembers.lua` reads.
//!
//! Deliberately absent: protocol rules; Redis Cluster, whose clients have to follow keys from node to
//! node; anything that must outlive Redis.

mod challenges;
mod codes;
mod conn;
mod fault;
mod life;
mod redis;
mod replays;
mod url;

// Linked for its effect alone: the cryptography of TLS.
use rustls as _;

pub use redis::{Deployment, Redis, RedisOpenError, RedisPoolState};
pub use url::{RedisUrl, RedisUrlError};
