//! Names resolved to addresses that may be connected to, and to no others: what the client connects
//! to is what was judged here.
//!
//! A name server may take its time, and each look-up holds a thread of the blocking pool meanwhile,
//! which the database needs too: so only a few run at one time.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use tokio::sync::Semaphore;

use super::address::Policy;

/// A name has no address that may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the name leads to no public address")]
pub(super) struct Refused;

/// Resolves by the system's resolver, and keeps what the policy allows.
pub(super) struct Resolver {
    policy: Policy,
    lookups: Arc<Semaphore>,
}

/// Look-ups that run at one time at most.
const LOOKUPS: usize = 16;

impl Resolver {
    pub(super) fn new(policy: Policy) -> Self {
        let lookups = Arc::new(Semaphore::new(LOOKUPS));
        Self { policy, lookups }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.policy;
        let lookups = Arc::clone(&self.lookups);
        Box::pin(async move {
            let turn = lookups.acquire_owned().await?;
            let lookup = tokio::task::spawn_blocking(move || {
                // Held as long as the thread is, even if nobody waits for the answer any more.
                let _turn = turn;
                (name.as_str(), 0).to_socket_addrs()
            });
            let allowed: Vec<SocketAddr> = lookup
                .await??
                .filter(|place| policy.allows(place.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
