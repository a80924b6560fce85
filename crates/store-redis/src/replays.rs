//! What may be used once: a key that is set if it is not there.

use std::sync::LazyLock;

use hodlxxi_kernel::{StoreError, Timestamp};
use hodlxxi_oauth::grant::{ReplayStore, SingleUse};
use redis::Script;

use crate::life::kept_for;
use crate::redis::{Redis, remembering};

static FIRST_USE: LazyLock<Script> =
    LazyLock::new(|| remembering(include_str!("lua/first_use.lua")));

impl ReplayStore for Redis {
    fn first_use(&self, once: &SingleUse) -> Result<bool, StoreError> {
        self.run_remembering(&FIRST_USE, |call, redis| {
            call.key(redis.key("replay", &once.id.to_text()))
                .arg(once.usable_from.as_unix())
                .arg(kept_for(once.usable_until, redis.now()));
        })
    }

    fn purge_replays(&self, _now: Timestamp, _limit: u32) -> Result<usize, StoreError> {
        Ok(0)
    }
}
