//! Clients' keys that stand at a `jwks_uri`, kept at hand for a while.
//!
//! This crate fetches nothing: whoever needs keys that are not here is told the URI, has them
//! fetched, and [`learn`](ClientKeys::learn)s them. The cache is bounded, and so is how often one URI
//! is asked for, so that strangers cannot make this server ask others on their behalf.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use hodlxxi_kernel::Timestamp;
use thiserror::Error;

use crate::jose::{JwkError, JwkSet};

/// For how long keys are used before they are fetched again, in seconds.
const LIFE: i64 = 60 * 60;
/// How often one URI is fetched within [`WINDOW`] seconds at most: enough for a client's first
/// requests that come together, and for keys that change right after they were fetched.
const MAX_FETCHES: u32 = 8;
/// See [`MAX_FETCHES`].
const WINDOW: i64 = 60;
/// The most URIs kept.
const MAX_URIS: usize = 1_000;
/// The longest text that is parsed, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// Why what was fetched is not a key set.
#[derive(Debug, Error)]
pub enum LearnKeysError {
    /// Longer than 64 KiB.
    #[error("the key set is longer than 64 KiB")]
    TooLong,
    /// Not JSON.
    #[error("the key set is not JSON")]
    Json(#[from] serde_json::Error),
    /// Not a key set.
    #[error(transparent)]
    Keys(#[from] JwkError),
}

/// What is known of one URI.
struct Entry {
    /// The keys, and when they were fetched; none while no fetch has succeeded.
    keys: Option<(Arc<JwkSet>, Timestamp)>,
    /// When the fetches counted below began.
    asked_at: Timestamp,
    /// How many fetches were allowed since.
    asked: u32,
}

/// The keys of clients by their `jwks_uri`.
#[derive(Default)]
pub struct ClientKeys(Mutex<HashMap<String, Entry>>);

impl ClientKeys {
    /// The keys at `uri`, if they are here and young enough.
    pub(crate) fn get(&self, uri: &str, now: Timestamp) -> Option<Arc<JwkSet>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (keys, fetched_at) = entries.get(uri)?.keys.as_ref()?;
        (now.seconds_since(*fetched_at) < LIFE).then(|| Arc::clone(keys))
    }

    /// Whether `uri` may be fetched now; if so, the fetch is counted.
    pub(crate) fn may_fetch(&self, uri: &str, now: Timestamp) -> bool {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !entries.contains_key(uri) {
            make_room(&mut entries);
        }
        let entry = entries.entry(uri.to_owned()).or_insert(Entry {
            keys: None,
            asked_at: now,
            asked: 0,
        });
        if now.seconds_since(entry.asked_at) >= WINDOW {
            (entry.asked_at, entry.asked) = (now, 0);
        }
        let allowed = entry.asked < MAX_FETCHES;
        entry.asked += u32::from(allowed);
        allowed
    }

    /// Takes in what was fetched from `uri`.
    pub(crate) fn learn(
        &self,
        uri: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<(), LearnKeysError> {
        if text.len() > MAX_TEXT {
            return Err(LearnKeysError::TooLong);
        }
        let keys = JwkSet::parse(&serde_json::from_str(text)?)?;
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !entries.contains_key(uri) {
            make_room(&mut entries);
        }
        let entry = entries.entry(uri.to_owned()).or_insert(Entry {
            keys: None,
            asked_at: now,
            asked: 1,
        });
        entry.keys = Some((Arc::new(keys), now));
        Ok(())
    }
}

/// Where the cache is full, forgets the URI that was asked for longest ago.
fn make_room(entries: &mut HashMap<String, Entry>) {
    if entries.len() < MAX_URIS {
        return;
    }
    let oldest = entries.iter().min_by_key(|(_, entry)| entry.asked_at);
    if let Some(uri) = oldest.map(|(uri, _)| uri.clone()) {
        entries.remove(&uri);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "https://rp.example/jwks.json";
    const EMPTY: &str = r#"{"keys":[]}"#;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds)
    }

    #[test]
    fn keys_live_an_hour() {
        let keys = ClientKeys::default();
        assert!(keys.get(URI, at(0)).is_none());
        keys.learn(URI, EMPTY, at(0)).unwrap();
        assert!(keys.get(URI, at(LIFE - 1)).is_some());
        assert!(keys.get(URI, at(LIFE)).is_none());
    }

    #[test]
    fn one_uri_is_fetched_a_few_times_a_minute_whether_it_answers_or_not() {
        for answers in [true, false] {
            let keys = ClientKeys::default();
            for _ in 0..MAX_FETCHES {
                assert!(keys.may_fetch(URI, at(0)));
                let text = if answers { EMPTY } else { "not JSON" };
                assert_eq!(keys.learn(URI, text, at(1)).is_ok(), answers);
            }
            assert!(!keys.may_fetch(URI, at(WINDOW - 1)) && keys.may_fetch(URI, at(WINDOW)));
        }
    }

    #[test]
    fn the_cache_is_bounded() {
        let keys = ClientKeys::default();
        for (n, second) in (0..=MAX_URIS).zip(0..) {
            keys.learn(&format!("https://rp.example/{n}"), EMPTY, at(second))
                .unwrap();
        }
        assert_eq!(keys.0.lock().unwrap().len(), MAX_URIS);
        assert!(keys.get("https://rp.example/0", at(1)).is_none());
        assert!(keys.get("https://rp.example/1", at(1)).is_some());
    }

    #[test]
    fn what_is_too_long_or_private_is_not_learnt() {
        let keys = ClientKeys::default();
        let long = format!("{EMPTY}{}", " ".repeat(MAX_TEXT));
        assert!(matches!(
            keys.learn(URI, &long, at(0)),
            Err(LearnKeysError::TooLong)
        ));
        let private = r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#;
        let learnt = keys.learn(URI, private, at(0));
        assert!(matches!(
            learnt,
            Err(LearnKeysError::Keys(JwkError::Private))
        ));
        assert!(keys.get(URI, at(0)).is_none());
    }
}
