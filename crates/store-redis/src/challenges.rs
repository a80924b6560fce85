//! Spent and failed challenges: one script each.

use std::sync::LazyLock;

use hodlxxi_auth::account::{ChallengeStore, ChallengeUse, IssuedChallenge};
use hodlxxi_kernel::{StoreError, Timestamp};
use redis::Script;

use crate::life::kept_for;
use crate::redis::{Redis, remembering};

static SPEND: LazyLock<Script> = LazyLock::new(|| remembering(include_str!("lua/spend.lua")));
static FAIL: LazyLock<Script> = LazyLock::new(|| remembering(include_str!("lua/fail.lua")));

impl Redis {
    fn use_challenge(
        &self,
        script: &Script,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError> {
        let live = self.run_remembering(script, |call, redis| {
            call.key(redis.key("challenge", &challenge.name.to_text()))
                .arg(challenge.issued_at.as_unix())
                .arg(kept_for(challenge.expires_at, redis.now()))
                .arg(max_failures);
        })?;
        Ok(if live {
            ChallengeUse::Live
        } else {
            ChallengeUse::Used
        })
    }
}

impl ChallengeStore for Redis {
    fn spend(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError> {
        self.use_challenge(&SPEND, challenge, max_failures)
    }

    fn fail(
        &self,
        challenge: &IssuedChallenge,
        max_failures: u32,
    ) -> Result<ChallengeUse, StoreError> {
        self.use_challenge(&FAIL, challenge, max_failures)
    }

    fn remembers_from(&self) -> Option<Timestamp> {
        self.beginning().known()
    }

    fn purge_challenges(&self, _now: Timestamp, _limit: u32) -> Result<usize, StoreError> {
        Ok(0)
    }
}
