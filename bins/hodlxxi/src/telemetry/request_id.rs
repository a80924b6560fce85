//! What a request is called in its answer and in the logs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::http::header::HeaderValue;
use hodlxxi_kernel::{Clock, Entropy};

/// The longest id accepted from a proxy, in characters.
const LONGEST: usize = 64;

/// A request's name: text of `A-Z a-z 0-9 - _ .`, in the extensions of each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

/// Where new names come from. A name has to differ from all others, and need not be hard to guess: it is
/// made of what this process drew at its start, and a count.
pub(super) struct RequestIds {
    clock: Arc<dyn Clock>,
    process: [u8; 6],
    count: AtomicU32,
}

impl RequestIds {
    /// Names that no other process gives.
    pub(super) fn new(clock: Arc<dyn Clock>, entropy: &dyn Entropy) -> Self {
        Self {
            clock,
            process: entropy.bytes(),
            count: AtomicU32::new(0),
        }
    }

    /// A new name (`UUIDv7`), which sorts by the time it was given.
    pub(super) fn next(&self) -> RequestId {
        let millis = u64::try_from(self.clock.unix_micros() / 1_000).unwrap_or(0);
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut rest = [0; 10];
        rest[..6].copy_from_slice(&self.process);
        rest[6..].copy_from_slice(&count.to_be_bytes());
        let builder = uuid::Builder::from_unix_timestamp_millis(millis, &rest);
        RequestId(builder.into_uuid().to_string())
    }
}

impl RequestId {
    /// The name that a trusted proxy gave, if it is well-formed.
    pub(super) fn given(header: &HeaderValue) -> Option<Self> {
        let text = header.to_str().ok()?;
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let well_formed = (1..=LONGEST).contains(&text.len()) && text.bytes().all(legal);
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The name as a header's value.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hodlxxi_kernel::{ManualClock, OsEntropy, Timestamp};

    #[test]
    fn new_names_are_well_formed_differ_and_sort_by_time() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix(1_700_000_000)));
        let ids = RequestIds::new(clock.clone(), &OsEntropy);
        let (first, second) = (ids.next(), ids.next());
        clock.advance(1);
        let third = ids.next();
        assert!(first != second && second.to_string() < third.to_string());
        let elsewhere = RequestIds::new(clock, &OsEntropy);
        assert_ne!(elsewhere.next(), first);
        let header = first.header().unwrap();
        assert_eq!(RequestId::given(&header), Some(first));
    }

    #[test]
    fn other_names_are_not_taken() {
        let long = "a".repeat(65);
        for bad in ["", "a b", "a\tb", "a;b", "é", "<x>", &long] {
            let header = HeaderValue::from_bytes(bad.as_bytes()).unwrap();
            assert_eq!(RequestId::given(&header), None, "{bad}");
        }
    }
}
