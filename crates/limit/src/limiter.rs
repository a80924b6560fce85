//! Who may do what now.

use std::sync::Arc;

use hodlxxi_kernel::{Clock, DerivedKey, MasterKey, StoreError};
use thiserror::Error;

use crate::act::{Act, Address};
use crate::key::LimitKey;
use crate::memory::MemoryLimits;
use crate::policy::{About, Held, Policy};
use crate::quota::Verdict;
use crate::store::{Ask, LimitStore};

/// Where limits are counted.
pub enum Counting {
    /// Nowhere: there are none.
    Off,
    /// In this process: there is no other.
    InProcess,
    /// In the database of all nodes. What reads far more often than it writes is counted in each process,
    /// so that it writes nothing for its limit: challenges, and requests that have no limit of their own.
    InDatabase(Arc<dyn LimitStore>),
    /// In a store of all nodes that is made for what is short-lived.
    Shared(Arc<dyn LimitStore>),
}

struct Stores {
    /// Where challenges are counted, and requests that have no limit of their own.
    light: Arc<dyn LimitStore>,
    /// Where everything else is.
    others: Arc<dyn LimitStore>,
}

/// Holds acts to the limits of the policy table.
pub struct Limiter {
    stores: Option<Stores>,
    challenges_are_local: bool,
    keys: DerivedKey,
    clock: Arc<dyn Clock>,
}

/// How a limit stands after an act, or why the act was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which limit.
    pub policy: Policy,
    /// How it stands.
    pub verdict: Verdict,
}

/// Why an act may not go on.
#[derive(Debug, Error)]
pub enum LimitError {
    /// A limit is spent.
    #[error("too many requests ({})", .0.policy.name())]
    Refused(Standing),
    /// The limits cannot be counted.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Limiter {
    /// Limits counted as `counting` says, under keys derived from `master`.
    pub fn new(counting: Counting, master: &MasterKey, clock: Arc<dyn Clock>) -> Self {
        let local = || Arc::new(MemoryLimits::default());
        let challenges_are_local = !matches!(counting, Counting::Shared(_));
        let both = |store: Arc<dyn LimitStore>| Stores {
            light: store.clone(),
            others: store,
        };
        let stores = match counting {
            Counting::Off => None,
            Counting::InProcess => Some(both(local())),
            Counting::InDatabase(others) => Some(Stores {
                light: local(),
                others,
            }),
            Counting::Shared(store) => Some(both(store)),
        };
        Self {
            stores,
            challenges_are_local,
            keys: master.derive("rate-limit"),
            clock,
        }
    }

    /// Whether challenges are counted without asking another process.
    pub fn challenges_are_local(&self) -> bool {
        self.challenges_are_local
    }

    /// Lets somebody at `address` do `act`, or refuses. Answers how the limit that the act is about
    /// stands; nothing where there are no limits.
    pub fn take(&self, address: Address, act: Act<'_>) -> Result<Option<Standing>, LimitError> {
        let Some(stores) = &self.stores else {
            return Ok(None);
        };
        let store = match act {
            Act::Challenge | Act::Request => &stores.light,
            _ => &stores.others,
        };
        let held = act.held_to();
        let verdicts = store.take(&self.asks(address, &held), self.clock.unix_micros())?;
        settle(&held, &verdicts)
    }

    /// Counts that `act`, which was let through, failed. An error where so much has failed from this
    /// address, or at this target from there, that its failures are no longer told from refusals: a guesser
    /// learns nothing more, while whoever has a good proof gets in.
    pub fn failed(&self, address: Address, act: Act<'_>) -> Result<(), LimitError> {
        let held = act.failure_charged_to();
        let Some(stores) = self.stores.as_ref().filter(|_| !held.is_empty()) else {
            return Ok(());
        };
        let verdicts = stores
            .others
            .charge(&self.asks(address, &held), self.clock.unix_micros())?;
        settle(&held, &verdicts).map(drop)
    }

    /// Whether a failure from `address` would be told, as far as the address counts and not the target. Takes
    /// nothing.
    pub fn tells_failures(&self, address: Address) -> Result<bool, StoreError> {
        let Some(stores) = &self.stores else {
            return Ok(true);
        };
        let asks = self.asks(address, &[Held::FAILURES]);
        let looks: Vec<Ask> = asks.iter().map(|ask| Ask { cost: 0, ..*ask }).collect();
        let verdicts = stores.others.take(&looks, self.clock.unix_micros())?;
        Ok(verdicts.iter().all(|verdict| verdict.fits))
    }

    /// Forgets what owes nothing any more; at most `limit` limits. Answers how many.
    pub fn purge(&self, limit: u32) -> Result<usize, StoreError> {
        let Some(stores) = &self.stores else {
            return Ok(0);
        };
        stores.others.purge_limits(self.clock.unix_micros(), limit)
    }

    fn asks(&self, address: Address, held: &[Held<'_>]) -> Vec<Ask> {
        let ask = |held: &Held<'_>| {
            let name = held.policy.name().as_bytes();
            let parts: &[&[u8]] = match held.about {
                About::Address => &[name, address.bytes()],
                About::AddressAnd(target) => &[name, address.bytes(), target.as_bytes()],
                About::Alone(target) => &[name, b"", target.as_bytes()],
            };
            Ask {
                key: LimitKey::new(&self.keys, parts),
                quota: held.policy.quota(),
                cost: 1,
            }
        };
        held.iter().map(ask).collect()
    }
}

fn standing(held: &Held<'_>, verdict: &Verdict) -> Standing {
    Standing {
        policy: held.policy,
        verdict: *verdict,
    }
}

/// The refusal that lasts longest, or how the first limit stands.
fn settle(held: &[Held<'_>], verdicts: &[Verdict]) -> Result<Option<Standing>, LimitError> {
    let standings = held
        .iter()
        .zip(verdicts)
        .map(|(held, verdict)| standing(held, verdict));
    let refused = standings.clone().filter(|standing| !standing.verdict.fits);
    match refused.max_by_key(|standing| standing.verdict.retry_after_micros()) {
        Some(standing) => Err(LimitError::Refused(standing)),
        None => Ok(standings.into_iter().next()),
    }
}

#[cfg(test)]
mod tests;
