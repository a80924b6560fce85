//! The suite: one binary, one module a subject.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests end them by panicking"
)]

mod accounts;
mod admin;
mod bad_input;
mod browser;
mod cluster;
mod deploy;
mod developers;
mod house_rules;
mod languages;
mod layers;
mod loss;
mod nginx;
mod oidc;
mod operations_guide;
mod ops;
mod pages;
mod previous;
mod relying_parties;
mod signin;
mod wallets;
