//! Uses a hundred things once, and prints those that it was the first to use. Run it several times at the
//! same time, anywhere: each of the numbers is printed once in all.
//!
//! ```sh
//! cargo run -p hodlxxi-store-redis --example winners -- redis://:hush@127.0.0.1:6379 race-1
//! ```

use std::io::Write as _;
use std::sync::Arc;

use hodlxxi_kernel::{Clock as _, Deployment, SecretHash, SystemClock};
use hodlxxi_oauth::grant::{ReplayStore as _, SingleUse};
use hodlxxi_store_redis::Redis;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(id)) = (arguments.next(), arguments.next()) else {
        return Err("usage: winners REDIS_URL DEPLOYMENT".into());
    };
    let deployment = Deployment { id, is_new: false };
    let redis = Redis::open(&url.parse()?, &deployment, 1, Arc::new(SystemClock))?;
    let now = SystemClock.now();
    for number in 0..100 {
        let once = SingleUse {
            id: SecretHash::of(&format!("number {number}")),
            // Later than the memory of a Redis that nobody has used yet.
            usable_from: now.plus(5),
            usable_until: now.plus(60),
        };
        if redis.first_use(&once)? {
            writeln!(std::io::stdout(), "{number}")?;
        }
    }
    Ok(())
}
