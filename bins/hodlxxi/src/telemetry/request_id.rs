//! What a request is called in its answer and in the logs.

use std::fmt;

use actix_web::http::header::HeaderValue;
use hodlxxi_kernel::{Clock, Entropy};

/// The longest id accepted from a proxy, in characters.
const LONGEST: usize = 64;

/// A request's name: text of `A-Z a-z 0-9 - _ .`, in the extensions of each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// A new name (`UUIDv7`), which sorts by the time it was given.
    pub(super) fn generate(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
        let millis = u64::try_from(clock.unix_micros() / 1_000).unwrap_or(0);
        let builder = uuid::Builder::from_unix_timestamp_millis(millis, &entropy.bytes());
        Self(builder.into_uuid().to_string())
    }

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
    fn generated_names_are_well_formed_and_sort_by_time() {
        let clock = ManualClock::at(Timestamp::from_unix(1_700_000_000));
        let first = RequestId::generate(&clock, &OsEntropy);
        clock.advance(1);
        let second = RequestId::generate(&clock, &OsEntropy);
        assert!(first.to_string() < second.to_string());
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
