//! Signing in with a Bitcoin key, over HTTP (contract section 4).

mod accounts;
mod challenges;
mod lightning;
mod lightning_events;
mod methods;
mod sessions;
