//! The answer to an authorization request, and the three ways to bring it to the client.

use url::form_urlencoded;

use super::target::csp_source;
use crate::client::RedirectUri;

/// How the answer travels (OAuth 2.0 Multiple Response Types; OAuth 2.0 Form Post Response Mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseMode {
    /// In the query of the redirect URI: the default for codes.
    #[default]
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// The mode's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// The mode of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// What goes back to the client: a code or an error, with `state` and `iss` (RFC 9207).
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationResponse {
    /// Where to.
    pub redirect_uri: RedirectUri,
    /// How.
    pub mode: ResponseMode,
    /// The parameters, in the order in which they are written.
    pub params: Vec<(&'static str, String)>,
}

impl AuthorizationResponse {
    /// The value of the parameter `name`.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(given, _)| *given == name)
            .map(|(_, value)| value.as_str())
    }

    /// Where the answer goes, as a source of a Content-Security-Policy: for the page that posts it
    /// in the mode [`ResponseMode::FormPost`].
    pub fn form_action(&self) -> String {
        csp_source(&self.redirect_uri)
    }

    /// The URL to send the browser to; none in the mode [`ResponseMode::FormPost`], where a page
    /// posts [`params`](Self::params) to the redirect URI. A query that the redirect URI has by
    /// itself is kept as it is (RFC 6749, section 3.1.2).
    pub fn location(&self) -> Option<String> {
        let uri = self.redirect_uri.as_str();
        match self.mode {
            ResponseMode::Query => Some(add_query(uri, &self.params)),
            ResponseMode::Fragment => Some(format!("{uri}#{}", encode(&self.params))),
            ResponseMode::FormPost => None,
        }
    }
}

/// `uri` with `params` added to whatever query it has.
pub(crate) fn add_query(uri: &str, params: &[(&'static str, String)]) -> String {
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{}", encode(params))
}

fn encode(params: &[(&'static str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish()
}

/// Without values: one of them may be a code.
impl std::fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationResponse")
            .field("redirect_uri", &self.redirect_uri)
            .field("mode", &self.mode)
            .field("error", &self.param("error"))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_already_there_stays_as_it_is() {
        let params = [("state", "a b&c".to_owned())];
        for (uri, expected) in [
            (
                "https://rp.example/cb",
                "https://rp.example/cb?state=a+b%26c",
            ),
            (
                "https://rp.example/cb?",
                "https://rp.example/cb?state=a+b%26c",
            ),
            (
                "https://rp.example/cb?x=%20Y",
                "https://rp.example/cb?x=%20Y&state=a+b%26c",
            ),
        ] {
            assert_eq!(add_query(uri, &params), expected);
        }
    }
}
