//! Where Redis is: `redis://…` or `rediss://…`, parsed once, printed without password.

use hodlxxi_kernel::Secret;
use redis::IntoConnectionInfo as _;
use thiserror::Error;
use url::Url;

/// Where Redis is.
///
/// ```
/// use hodlxxi_store_redis::RedisUrl;
/// let url: RedisUrl = "rediss://id:hush@redis.example.org:6380/2".parse()?;
/// assert_eq!(url.to_string(), "rediss://id@redis.example.org:6380/2");
/// # Ok::<(), hodlxxi_store_redis::RedisUrlError>(())
/// ```
#[derive(Clone)]
pub struct RedisUrl {
    /// As it was given.
    url: Secret,
    /// As it may be shown.
    shown: String,
}

/// Why a text is not a [`RedisUrl`]. No variant repeats the text: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RedisUrlError {
    /// Another scheme, or none.
    #[error("a Redis URL begins with redis:// or rediss://, such as redis://127.0.0.1:6379")]
    Scheme,
    /// Not a URL of Redis.
    #[error("not a Redis URL, such as rediss://user:password@host:6379/0")]
    Redis,
    /// TLS without a look at the certificate.
    #[error("TLS is not used without checking the certificate: leave out what follows #")]
    Insecure,
}

impl RedisUrl {
    pub(crate) fn expose(&self) -> &str {
        self.url.expose()
    }
}

impl std::str::FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(text: &str) -> Result<Self, RedisUrlError> {
        if !text.starts_with("redis://") && !text.starts_with("rediss://") {
            return Err(RedisUrlError::Scheme);
        }
        let mut url = Url::parse(text).map_err(|_| RedisUrlError::Redis)?;
        if url.fragment().is_some() {
            return Err(RedisUrlError::Insecure);
        }
        let info = text.into_connection_info();
        let info = info.map_err(|_| RedisUrlError::Redis)?;
        if info.redis_settings().db() < 0 {
            return Err(RedisUrlError::Redis);
        }
        // Parameters mean something to other clients alone, and may hold a password.
        url.set_query(None);
        if url.password().is_some() {
            url.set_password(None).map_err(|()| RedisUrlError::Redis)?;
        }
        Ok(Self {
            url: Secret::from(text.to_owned()),
            shown: url.into(),
        })
    }
}

/// The URL without password and parameters.
impl std::fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The URL without password and parameters.
impl std::fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RedisUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_redis_url_is_refused_with_its_reason() {
        use RedisUrlError::{Insecure, Redis, Scheme};
        let cases = [
            ("", Scheme),
            ("localhost:6379", Scheme),
            ("http://localhost", Scheme),
            ("redis:x", Scheme),
            ("REDIS://x", Scheme),
            ("redis://", Redis),
            ("redis://0.0.0.0", Redis),
            ("redis://host:notaport", Redis),
            ("redis://host/name", Redis),
            ("redis://host/-1", Redis),
            ("redis://u:hu%ffsh@host", Redis),
            ("rediss://host/#insecure", Insecure),
        ];
        for (text, why) in cases {
            assert_eq!(text.parse::<RedisUrl>().err(), Some(why), "{text:?}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "redis://:hush@localhost:6379/3",
            "rediss://id:hu%73h@[::1]",
            "redis://localhost/?password=hush",
        ] {
            let url: RedisUrl = text.parse().unwrap();
            let (shown, debug) = (url.to_string(), format!("{url:?}"));
            assert!(
                !shown.contains("hush") && !debug.contains("hush"),
                "{shown}"
            );
            assert!(!shown.contains("hu%73h"), "{shown}");
        }
    }
}
