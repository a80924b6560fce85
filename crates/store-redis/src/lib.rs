#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! One file for each trait, and each step's script in `lua/`, run by its hash. What is remembered,
//! and from when on, is told by the marker that `lua/remembers.lua` reads.
//!
//! Deliberately absent: protocol rules; Redis Cluster, whose clients have to follow keys from node to
//! node; anything that must outlive Redis.

mod beginning;
mod cache;
mod challenges;
mod checkup;
mod codes;
mod conn;
mod consents;
mod fallback;
mod fault;
mod life;
mod limits;
mod lnurl;
mod people;
mod people_ends;
mod redis;
mod replays;
mod session_text;
mod unnoted;
mod url;

// Linked for its effect alone: the cryptography of TLS.
use rustls as _;

pub use checkup::{Checkup, CheckupError};
pub use consents::ConsentCache;
pub use fallback::LimitsWithFallback;
pub use people::PeopleCache;
pub use redis::{Redis, RedisOpenError, RedisPoolState};
pub use url::{RedisUrl, RedisUrlError};
