//! Signing in with a Bitcoin key, over HTTP (contract section 4).

mod accounts;
mod challenges;
mod lightning;
mod lightning_events;
mod lightning_many;
mod methods;
mod sessions;
