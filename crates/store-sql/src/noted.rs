//! Whose use this process has written down lately: what is known to be noted needs no statement.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hodlxxi_kernel::Timestamp;

/// The most clients remembered; whoever is forgotten is noted once more.
const MOST: usize = 10_000;

/// When each client's use was last written down, as far as this process knows.
#[derive(Default)]
pub(crate) struct Noted(Mutex<HashMap<String, Timestamp>>);

impl Noted {
    /// Whether the client's use was written down within `seconds` before `now`.
    pub(crate) fn is_within(&self, seconds: i64, client: &str, now: Timestamp) -> bool {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted
            .get(client)
            .is_some_and(|at| (0..seconds).contains(&now.seconds_since(*at)))
    }

    /// Remembers what is written down for good.
    pub(crate) fn remember(&self, client: &str, now: Timestamp) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= MOST {
            noted.clear();
        }
        noted.insert(client.to_owned(), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_known_for_as_long_as_asked_and_the_memory_is_bounded() {
        let noted = Noted::default();
        let at = Timestamp::from_unix(1_700_000_000);
        noted.remember("a", at);
        assert!(noted.is_within(60, "a", at) && noted.is_within(60, "a", at.plus(59)));
        assert!(!noted.is_within(60, "a", at.plus(60)) && !noted.is_within(60, "b", at));
        // By a clock that was set back nothing is known.
        assert!(!noted.is_within(60, "a", at.minus(1)));
        for number in 0..MOST {
            noted.remember(&number.to_string(), at);
        }
        assert!(!noted.is_within(60, "a", at));
        assert!(noted.0.lock().unwrap().len() <= MOST);
    }
}
