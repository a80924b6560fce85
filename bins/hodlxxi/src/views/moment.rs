//! Moments as the pages write them: in UTC, until a script turns them to the reader's own time.

use chrono::DateTime;

/// A moment in Unix time, in seconds.
#[derive(Clone, Copy)]
pub struct Moment(pub i64);

impl Moment {
    /// For machines: `2026-11-23T21:21:21Z`.
    pub fn iso(&self) -> String {
        self.format("%Y-%m-%dT%H:%M:%SZ")
    }

    /// For people: `23 Nov 2026, 21:21 UTC`.
    pub fn words(&self) -> String {
        self.format("%-d %b %Y, %H:%M UTC")
    }

    /// The time of day alone: `21:21:21 UTC`.
    pub fn time_of_day(&self) -> String {
        self.format("%H:%M:%S UTC")
    }

    fn format(self, pattern: &str) -> String {
        DateTime::from_timestamp(self.0, 0).map_or_else(
            || "an unknown time".to_owned(),
            |time| time.format(pattern).to_string(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        let moment = Moment(1_795_468_881);
        assert_eq!(moment.iso(), "2026-11-23T21:21:21Z");
        assert_eq!(moment.words(), "23 Nov 2026, 21:21 UTC");
        assert_eq!(moment.time_of_day(), "21:21:21 UTC");
        assert_eq!(Moment(i64::MAX).words(), "an unknown time");
    }
}
