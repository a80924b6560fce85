//! Where a browser may be sent on to: a path of this origin, nothing else.

/// A path of this origin with its query, safe to put into a `Location` header or a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalPath(String);

/// The parameter that carries a sealed authorization request.
const RESUME: &str = "resume";

/// Longest path followed, in bytes; sealed authorization requests travel in it.
const MAX_LEN: usize = 24 * 1024;

impl LocalPath {
    /// The path in `text`, or `/account` where it is none of this origin.
    ///
    /// What browsers read as another origin is refused: `//host`, `/\host`, control characters and
    /// white space, which they drop.
    pub(crate) fn parse_or_account(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(Self::account)
    }

    /// The path that resumes a sealed authorization request.
    pub(crate) fn resuming(sealed: &str) -> Self {
        Self(format!("/oauth/authorize?{RESUME}={sealed}"))
    }

    /// The sealed authorization request that this path resumes, if it does.
    pub(crate) fn resumes(&self) -> Option<String> {
        let (path, query) = self.0.split_once('?')?;
        if path == "/oauth/authorize" {
            Self::sealed_in(query)
        } else {
            None
        }
    }

    /// The sealed authorization request in a query.
    pub(crate) fn sealed_in(query: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(name, _)| name == RESUME)
            .map(|(_, value)| value.into_owned())
    }

    /// The page a sign-in without a destination leads to.
    pub(crate) fn account() -> Self {
        Self("/account".to_owned())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let absolute = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        (absolute && plain && text.len() <= MAX_LEN).then(|| Self(text.to_owned()))
    }

    /// The path as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_origin_are_followed() {
        assert_eq!(
            LocalPath::parse_or_account("/oauth/authorize?resume=x").as_str(),
            "/oauth/authorize?resume=x"
        );
        let elsewhere = [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\nb",
            "/a b",
            " /a",
            "/\t/evil.example",
            "/é",
        ];
        for text in elsewhere {
            assert_eq!(
                LocalPath::parse_or_account(text),
                LocalPath::account(),
                "{text:?}"
            );
        }
    }
}
