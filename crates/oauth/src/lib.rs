//! An OAuth 2.0 authorization server and OpenID provider as a library.
//!
//! The types of the protocol, the rules that bind them, and the stores they need, as traits. The
//! use cases are methods of [`Provider`]; a server around it parses requests, calls one of them, and
//! renders the answer.
//!
//! - [`client`]: clients, their metadata, registration (RFC 7591, 7592), authentication.
//! - [`scope`], [`claims`]: what may be asked for.
//! - [`authorize`]: the authorization request and what it leads to.
//! - [`grant`]: codes, grants, access and refresh tokens, and what a store must do with them.
//! - [`jose`]: signing keys, JWS, JWK; [`seal`]: authenticated encryption at rest.
//! - [`params`], [`person`]: what a request brings, and who makes it.
//! - [`provider`]: the use cases.
//! - `memory` and `contract` (features of these names): stores in memory, and the tests that every
//!   implementation of the stores must pass.
//!
//! Deliberately absent: HTTP, SQL, the network (what has to be fetched is asked for by a plan and
//! judged afterwards), and any notion of how a person proves who they are.

pub mod authorize;
pub mod claims;
pub mod client;
pub mod grant;
pub mod jose;
pub mod params;
pub mod person;
pub mod provider;
pub mod scope;
pub mod seal;

#[cfg(any(test, feature = "contract"))]
pub mod contract;
#[cfg(any(test, feature = "memory"))]
pub mod memory;

pub use provider::{Provider, ProviderConfig, Stores};
