//! Names resolved to addresses that may be connected to, and to no others: what the client connects
//! to is what was judged here.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use super::address::Policy;

/// A name has no address that may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the name leads to no public address")]
pub(super) struct Refused;

/// Resolves by the system's resolver, and keeps what the policy allows.
pub(super) struct Resolver {
    policy: Policy,
}

impl Resolver {
    pub(super) const fn new(policy: Policy) -> Self {
        Self { policy }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.policy;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|place| policy.allows(place.ip())).collect();
            if allowed.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
