//! The table: what each kind of act is held to. `docs/limits.md` shows it, and a test holds it to that.

use hodlxxi_kernel::ClientTier;

use crate::act::Act;
use crate::quota::Quota;

/// What is limited, and by what it is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Challenges, by address.
    Challenges,
    /// Tries to prove any key, by address.
    SignIns,
    /// Tries to prove one key, by address and key: one busy key leaves room for others behind the address.
    SignInsWithKey,
    /// Registrations, and managing them, by address.
    Registrations,
    /// Requests for tokens, by address and client.
    Tokens,
    /// Introspections, by address and client.
    Introspections,
    /// Requests for tokens and introspections of all clients, by address.
    ClientRequests,
    /// All other requests that are limited, by address.
    Requests,
    /// Changes of an account, by account, from wherever they come.
    AccountChanges,
    /// Calls of our own APIs, by client.
    Calls(ClientTier),
    /// Failed proofs for one key or client, by address and that: once spent, a failure is no longer told from
    /// a refusal.
    FailuresAtTarget,
    /// Failed proofs, by address, for all keys and clients together.
    Failures,
}

impl Policy {
    /// Every policy.
    pub const ALL: [Self; 14] = [
        Self::Challenges,
        Self::SignIns,
        Self::SignInsWithKey,
        Self::Registrations,
        Self::Tokens,
        Self::Introspections,
        Self::ClientRequests,
        Self::Requests,
        Self::AccountChanges,
        Self::Calls(ClientTier::Free),
        Self::Calls(ClientTier::Paid),
        Self::Calls(ClientTier::Premium),
        Self::FailuresAtTarget,
        Self::Failures,
    ];

    /// Its name, as answers and metrics have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Challenges => "challenges",
            Self::SignIns => "sign-ins",
            Self::SignInsWithKey => "sign-ins-with-key",
            Self::Registrations => "registrations",
            Self::Tokens => "tokens",
            Self::Introspections => "introspections",
            Self::ClientRequests => "client-requests",
            Self::Requests => "requests",
            Self::AccountChanges => "account-changes",
            Self::Calls(ClientTier::Free) => "calls-free",
            Self::Calls(ClientTier::Paid) => "calls-paid",
            Self::Calls(ClientTier::Premium) => "calls-premium",
            Self::FailuresAtTarget => "failures-at-target",
            Self::Failures => "failures",
        }
    }

    /// How much it allows.
    pub const fn quota(self) -> Quota {
        match self {
            Self::Challenges | Self::SignIns => Quota::new(600, 60),
            Self::SignInsWithKey | Self::AccountChanges => Quota::new(300, 60),
            Self::Registrations => Quota::new(600, 3_600),
            Self::Tokens | Self::Introspections | Self::Requests => Quota::new(3_000, 60),
            Self::ClientRequests => Quota::new(12_000, 60),
            Self::Calls(ClientTier::Free) => Quota::new(100, 3_600),
            Self::Calls(ClientTier::Paid) => Quota::new(1_000, 3_600),
            Self::Calls(ClientTier::Premium) => Quota::new(10_000, 3_600),
            Self::FailuresAtTarget => Quota::new(20, 300),
            Self::Failures => Quota::new(600, 600),
        }
    }
}

/// One limit that an act takes from: whose quota, and what beside the address it is told apart by.
pub(crate) struct Held<'a> {
    pub(crate) policy: Policy,
    pub(crate) about: About<'a>,
}

/// What a limit is told apart by.
#[derive(Clone, Copy)]
pub(crate) enum About<'a> {
    Address,
    AddressAnd(&'a str),
    Alone(&'a str),
}

impl Held<'_> {
    /// The failures of an address.
    pub(crate) const FAILURES: Self = takes(Policy::Failures, About::Address);
}

const fn takes(policy: Policy, about: About<'_>) -> Held<'_> {
    Held { policy, about }
}

impl<'a> Act<'a> {
    /// What it takes from; the first is what the act is about.
    pub(crate) fn held_to(self) -> Vec<Held<'a>> {
        use About::{Address, AddressAnd, Alone};
        match self {
            Self::Challenge => vec![takes(Policy::Challenges, Address)],
            Self::SignIn { key } => vec![
                takes(Policy::SignIns, Address),
                takes(Policy::SignInsWithKey, AddressAnd(key)),
            ],
            Self::Guest => vec![takes(Policy::SignIns, Address)],
            Self::Registration | Self::Management { .. } => {
                vec![takes(Policy::Registrations, Address)]
            }
            Self::Token { client } => vec![
                takes(Policy::Tokens, AddressAnd(client)),
                takes(Policy::ClientRequests, Address),
            ],
            Self::Introspection { client } => vec![
                takes(Policy::Introspections, AddressAnd(client)),
                takes(Policy::ClientRequests, Address),
            ],
            Self::AccountChange { account } => vec![
                takes(Policy::AccountChanges, Alone(account)),
                takes(Policy::Requests, Address),
            ],
            Self::Request => vec![takes(Policy::Requests, Address)],
            Self::Call { client, tier } => vec![takes(Policy::Calls(tier), Alone(client))],
        }
    }

    /// What its failure is charged to; nothing where it proves nothing.
    pub(crate) fn failure_charged_to(self) -> Vec<Held<'a>> {
        match self {
            Self::SignIn { key: target }
            | Self::Token { client: target }
            | Self::Introspection { client: target }
            | Self::Management { client: target } => vec![
                takes(Policy::FailuresAtTarget, About::AddressAnd(target)),
                Held::FAILURES,
            ],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_differ() {
        let names: BTreeSet<_> = Policy::ALL.iter().map(|policy| policy.name()).collect();
        assert_eq!(names.len(), Policy::ALL.len());
    }

    #[test]
    fn the_documentation_shows_the_table() {
        let text = include_str!("../../../docs/limits.md");
        let shown = text.lines().filter(|line| line.starts_with("| `"));
        let shown: Vec<String> = shown
            .map(|line| line.split(" | ").take(3).collect::<Vec<_>>().join(" | "))
            .collect();
        let expected = Policy::ALL.map(|policy| {
            let quota = policy.quota();
            format!(
                "| `{}` | {} | {} s",
                policy.name(),
                quota.count(),
                quota.period()
            )
        });
        assert_eq!(shown, expected);
    }
}
