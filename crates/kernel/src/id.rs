//! Typed ids: text of `A-Z a-z 0-9 - _ .`, made as `UUIDv7` (RFC 9562) from our own clock and entropy.

use thiserror::Error;

use crate::{Clock, Entropy};

/// The longest id accepted, in characters.
const MAX_LEN: usize = 64;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an id is 1 to 64 characters of A-Z a-z 0-9 - _ .")]
pub struct IdError;

fn check(text: &str) -> Result<(), IdError> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if text.is_empty() || text.len() > MAX_LEN || !text.bytes().all(legal) {
        return Err(IdError);
    }
    Ok(())
}

fn uuid_v7(clock: &dyn Clock, entropy: &dyn Entropy) -> String {
    let millis = u64::try_from(clock.unix_micros().div_euclid(1_000)).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &entropy.bytes())
        .into_uuid()
        .to_string()
}

macro_rules! typed_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A new id (`UUIDv7`), which sorts by the time it was made.
            pub fn generate(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
                Self(uuid_v7(clock, entropy))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                check(&text).map(|()| Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

typed_id!(
    /// A person's account; opaque, and the public `sub` (OpenID Connect Core, section 2).
    UserId
);
typed_id!(
    /// A session's public id; not the secret in the cookie.
    SessionId
);
typed_id!(
    /// An OAuth client (RFC 6749, section 2.2).
    ClientId
);
typed_id!(
    /// What one authorization gave a client: the family of all tokens that come from it.
    GrantId
);
typed_id!(
    /// An entry of the audit log.
    AuditId
);
typed_id!(
    /// What a person allowed a client, from the first time until it is withdrawn.
    ConsentId
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ManualClock, OsEntropy, Timestamp};

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let clock = ManualClock::at(Timestamp::from_unix(1_700_000_000));
        let first = UserId::generate(&clock, &OsEntropy);
        clock.advance(1);
        let second = UserId::generate(&clock, &OsEntropy);
        assert!(first < second);
        assert_eq!(first.as_str().parse::<UserId>(), Ok(first));
    }

    #[test]
    fn other_alphabets_and_lengths_are_refused() {
        for bad in ["", "a b", "a/b", "é", &"a".repeat(65)] {
            assert_eq!(bad.parse::<ClientId>(), Err(IdError), "{bad}");
        }
    }
}
