//! Where the database is: `sqlite://<path>` or `postgres://…`, parsed once, printed without password.

use std::path::{Path, PathBuf};

use hodlxxi_kernel::Secret;
use thiserror::Error;
use url::Url;

/// Where a database is.
///
/// ```
/// use hodlxxi_store_sql::DatabaseUrl;
/// let url: DatabaseUrl = "postgres://id:hush@db.example.org/id".parse()?;
/// assert_eq!(url.to_string(), "postgres://id@db.example.org/id");
/// let file: DatabaseUrl = "sqlite://./data/hodlxxi.db".parse()?;
/// assert!(file.is_embedded());
/// # Ok::<(), hodlxxi_store_sql::DatabaseUrlError>(())
/// ```
#[derive(Clone)]
pub struct DatabaseUrl(Place);

#[derive(Clone)]
pub(crate) enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// A server: the URL as it was given, with [`DEFAULTS`], and as it may be shown.
    Postgres { url: Secret, shown: String },
}

/// What libpq is told where the URL does not say otherwise. A server that is gone without a word is noticed: a connection
/// comes about within two seconds, and one whose other end answers nothing is given up.
const DEFAULTS: [(&str, &str); 7] = [
    ("application_name", "hodlxxi"),
    ("connect_timeout", "2"),
    ("keepalives", "1"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "3"),
    // Milliseconds until what was sent must have been acknowledged.
    ("tcp_user_timeout", "5000"),
];

/// Why a text is not a [`DatabaseUrl`]. No variant repeats the text: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// Another scheme, or none.
    #[error(
        "a database URL begins with sqlite:// or postgres://, such as sqlite://./data/hodlxxi.db"
    )]
    Scheme,
    /// `sqlite://` without a path.
    #[error("sqlite:// wants the path of a file, such as sqlite:///var/lib/hodlxxi/hodlxxi.db")]
    NoPath,
    /// A database in memory: each connection of a pool would have one of its own.
    #[error("a database in memory cannot be shared by a pool; give the path of a file")]
    InMemory,
    /// Not a URL of PostgreSQL.
    #[error("not a PostgreSQL URL, such as postgres://user:password@host:5432/database")]
    Postgres,
}

impl DatabaseUrl {
    /// The embedded database in the file at `path`.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self(Place::Sqlite(path.into()))
    }

    /// Whether this is an embedded database, which migrates by itself, rather than a server.
    pub const fn is_embedded(&self) -> bool {
        matches!(self.0, Place::Sqlite(_))
    }

    /// The file of an embedded database.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(path) => Some(path),
            Place::Postgres { .. } => None,
        }
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.0
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return match path {
                "" => Err(DatabaseUrlError::NoPath),
                _ if path.contains(":memory:") => Err(DatabaseUrlError::InMemory),
                // Neither holds a NUL; and SQLite would take the other for a URI.
                _ if path.contains('\0') || path.starts_with("file:") => {
                    Err(DatabaseUrlError::NoPath)
                }
                _ => Ok(Self::sqlite(path)),
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(DatabaseUrlError::Scheme);
        }
        // libpq decodes strictly, and repeats in its error what it cannot: the password.
        if !is_strictly_encoded(text) {
            return Err(DatabaseUrlError::Postgres);
        }
        let mut url = Url::parse(text).map_err(|_| DatabaseUrlError::Postgres)?;
        // Parameters may hold a password too.
        url.set_query(None);
        url.set_fragment(None);
        if url.password().is_some() {
            url.set_password(None)
                .map_err(|()| DatabaseUrlError::Postgres)?;
        }
        Ok(Self(Place::Postgres {
            url: Secret::from(with_defaults(text)),
            shown: url.into(),
        }))
    }
}

/// The URL with those of [`DEFAULTS`] that it does not set itself.
fn with_defaults(text: &str) -> String {
    let query = text.split_once('?').map_or("", |(_, query)| query);
    let set: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .collect();
    let missing = DEFAULTS.iter().filter(|(name, _)| !set.contains(name));
    missing.fold(text.to_owned(), |url, (name, value)| {
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}{name}={value}")
    })
}

/// Whether every `%` begins the encoding of a byte other than NUL.
fn is_strictly_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit) && digits != b"00")
    })
}

/// The URL without password and parameters.
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Place::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Place::Postgres { shown, .. } => f.write_str(shown),
        }
    }
}

/// The URL without password and parameters.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_told_apart() {
        let file: DatabaseUrl = "sqlite:///var/lib/hodlxxi/a b?.db".parse().unwrap();
        assert_eq!(file.path(), Some(Path::new("/var/lib/hodlxxi/a b?.db")));
        for server in [
            "postgres://localhost/hodlxxi",
            "postgresql://u@[::1]:5433/hodlxxi?sslmode=require",
            "postgres:///hodlxxi?host=/run/postgresql",
        ] {
            let url: DatabaseUrl = server.parse().unwrap();
            assert!(!url.is_embedded(), "{server}");
            assert_eq!(url.path(), None);
        }
    }

    #[test]
    fn what_is_neither_is_refused_with_its_reason() {
        use DatabaseUrlError::{InMemory, NoPath, Postgres, Scheme};
        let cases = [
            ("", Scheme),
            ("hodlxxi.db", Scheme),
            ("mysql://localhost/x", Scheme),
            ("postgres:x", Scheme),
            ("sqlite:x", Scheme),
            ("SQLITE://x", Scheme),
            ("sqlite://", NoPath),
            ("sqlite://a\0b", NoPath),
            ("sqlite://file:hodlxxi.db", NoPath),
            ("sqlite://:memory:", InMemory),
            ("sqlite://file::memory:?cache=shared", InMemory),
            ("postgres://u:p@:5432:1/x", Postgres),
            ("postgres://host:notaport/x", Postgres),
            ("postgres://u:100%hush@host/x", Postgres),
            ("postgres://u:hush%@host/x", Postgres),
            ("postgres://u:hush%2@host/x", Postgres),
            ("postgres://u:hush%é@host/x", Postgres),
            ("postgres://u:hush%00@host/x", Postgres),
            ("postgres://host/x?password=hush%%25", Postgres),
        ];
        for (text, why) in cases {
            assert_eq!(text.parse::<DatabaseUrl>().err(), Some(why), "{text:?}");
        }
    }

    #[test]
    fn what_the_url_does_not_say_is_added_and_what_it_says_is_kept() {
        assert!(
            with_defaults("postgres://db/id")
                .starts_with("postgres://db/id?application_name=hodlxxi&connect_timeout=2&")
        );
        let own = with_defaults("postgres://db/id?connect_timeout=9&application_name=other");
        assert!(
            own.starts_with(
                "postgres://db/id?connect_timeout=9&application_name=other&keepalives=1&"
            ),
            "{own}"
        );
        assert_eq!(own.matches("connect_timeout=").count(), 1);
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://id:hush@db.example.org:5433/id",
            "postgres://db.example.org/id?user=id&password=hush",
            "postgresql://id:hu%73h@db/id?password=hush#hush",
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            let (shown, debug) = (url.to_string(), format!("{url:?}"));
            assert!(
                !shown.contains("hush") && !debug.contains("hush"),
                "{shown}"
            );
            assert!(!shown.contains("hu%73h"), "{shown}");
            assert!(shown.contains("db"), "{shown}");
        }
    }
}
