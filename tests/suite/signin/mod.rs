//! Signing in with a Bitcoin key, over HTTP (contract section 4).

mod accounts;
mod challenges;
mod methods;
mod sessions;
