//! How long things are kept: somewhat longer than they are good for, since clocks differ.

use hodlxxi_kernel::Timestamp;

/// How far the clocks of several nodes may differ, in seconds.
const CLOCK_SKEW: i64 = 300;

/// For how long to keep what is good until `end`, in seconds.
pub(crate) fn kept_for(end: Timestamp, now: Timestamp) -> i64 {
    end.seconds_since(now).max(0).saturating_add(CLOCK_SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_still_kept_for_a_clock_that_is_behind() {
        let now = Timestamp::from_unix(1_800_000_000);
        assert_eq!(kept_for(now.plus(60), now), 360);
        assert_eq!(kept_for(now.minus(60), now), 300);
    }
}
