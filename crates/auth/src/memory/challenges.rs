//! Spent and failed challenges in memory.

use hodlxxi_kernel::{StoreError, Timestamp};

use super::{MemoryStore, at_most, is_past};
use crate::account::{ChallengeStore, ChallengeUse, IssuedChallenge};

pub(super) struct Row {
    failures: u32,
    spent: bool,
    expires_at: Timestamp,
}

impl MemoryStore {
    /// Lets `step` change the challenge if it is live.
    fn use_challenge(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
        step: impl FnOnce(&mut Row),
    ) -> ChallengeUse {
        let mut state = self.state();
        let row = state
            .challenges
            .entry(*challenge.name.as_bytes())
            .or_insert(Row {
                failures: 0,
                spent: false,
                expires_at: challenge.expires_at,
            });
        if row.spent || row.failures >= max_failures {
            return ChallengeUse::Used;
        }
        step(row);
        ChallengeUse::Live
    }
}

impl ChallengeStore for MemoryStore {
    fn spend(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError> {
        Ok(self.use_challenge(challenge, max_failures, |row| row.spent = true))
    }

    fn fail(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError> {
        Ok(self.use_challenge(challenge, max_failures, |row| row.failures += 1))
    }

    fn purge_challenges(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let mut state = self.state();
        let past = state
            .challenges
            .iter()
            .filter(|(_, row)| is_past(row.expires_at, now))
            .map(|(challenge, _)| *challenge);
        let past = at_most(past, limit);
        for challenge in &past {
            state.challenges.remove(challenge);
        }
        Ok(past.len())
    }
}
