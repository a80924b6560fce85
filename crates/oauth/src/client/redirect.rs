//! Redirect URIs: kept and compared as the exact text that was registered (RFC 9700, section 2.1).

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::{Host, Url};

use super::metadata::ApplicationType;

/// The longest redirect URI accepted, in bytes.
const MAX_LEN: usize = 2_000;

/// A redirect URI that passed [`RedirectUri::parse`], as the text that was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why a text is not a redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RedirectUriError {
    /// Not an absolute URI, or with characters that no URI has.
    #[error("not an absolute URI")]
    Format,
    /// Longer than 2,000 bytes.
    #[error("longer than 2000 bytes")]
    TooLong,
    /// It has a fragment (RFC 6749, section 3.1.2).
    #[error("a redirect URI has no fragment")]
    Fragment,
    /// It has a wildcard.
    #[error("a redirect URI has no wildcard: it is compared exactly")]
    Wildcard,
    /// It has a user name or password.
    #[error("a redirect URI has no user name or password")]
    UserInfo,
    /// `http` to another machine.
    #[error("http is for this machine alone (localhost, 127.0.0.1 or [::1]): use https")]
    Insecure,
    /// A scheme that this type of application may not use.
    #[error(
        "the scheme is not allowed: https, or http on loopback, or for native applications a reverse-domain scheme"
    )]
    Scheme,
}

impl RedirectUri {
    /// Reads a redirect URI that an application of this type may have: `https`; `http` on
    /// `localhost`, `127.0.0.1` and `[::1]`; for native ones also a scheme made of a domain name
    /// (RFC 8252, section 7.1).
    ///
    /// ```
    /// use hodlxxi_oauth::client::{ApplicationType, RedirectUri};
    /// let web = |text| RedirectUri::parse(text, ApplicationType::Web);
    /// assert_eq!(web("https://rp.example/cb?a=1").unwrap().as_str(), "https://rp.example/cb?a=1");
    /// assert!(web("https://rp.example/cb#top").is_err());
    /// assert!(web("com.example.app:/cb").is_err());
    /// assert!(RedirectUri::parse("com.example.app:/cb", ApplicationType::Native).is_ok());
    /// ```
    pub fn parse(text: &str, application: ApplicationType) -> Result<Self, RedirectUriError> {
        if text.len() > MAX_LEN {
            return Err(RedirectUriError::TooLong);
        }
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        if text.contains('*') {
            return Err(RedirectUriError::Wildcard);
        }
        if !has_uri_characters(text) {
            return Err(RedirectUriError::Format);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::Format)?;
        let authority = authority(text);
        if authority.is_some_and(|authority| authority.contains('@')) {
            return Err(RedirectUriError::UserInfo);
        }
        // The URL parser would supply what is missing here, as browsers do.
        let has_host = authority.is_some_and(is_plain_authority);
        match url.scheme() {
            "https" if has_host => {}
            "http" if has_host && is_loopback(&url) => {}
            "https" => return Err(RedirectUriError::Format),
            "http" => return Err(RedirectUriError::Insecure),
            scheme if application == ApplicationType::Native && is_reverse_domain(scheme) => {}
            _ => return Err(RedirectUriError::Scheme),
        }
        Ok(Self(text.to_owned()))
    }

    /// The URI as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whom the answer goes to, to be shown: the host (with its port, if it names one), or the scheme
    /// of an application on the person's machine.
    pub fn shown_host(&self) -> String {
        let scheme = || self.0.split(':').next().unwrap_or_default();
        let own_scheme = !["http", "https"].contains(&scheme().to_ascii_lowercase().as_str());
        match authority(&self.0) {
            Some(host) if !own_scheme => host.to_owned(),
            _ => scheme().to_owned(),
        }
    }

    /// The host without port (OpenID Connect Core, section 8.1), or an application's own scheme.
    pub(super) fn sector(&self) -> Option<String> {
        let url = Url::parse(&self.0).ok()?;
        match url.scheme() {
            "http" | "https" => url.host_str().map(str::to_owned),
            scheme => Some(scheme.to_owned()),
        }
    }

    /// Whether the answer goes to a program on the person's machine, by loopback or an own scheme,
    /// where any other program can take its place.
    pub fn is_on_machine(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| url.scheme() != "https")
    }

    /// Whether a request for `requested` may be answered there: the same text; for native
    /// applications on loopback whatever the port, which they get from the system at the time of the
    /// request (RFC 8252, section 7.3).
    pub fn matches(&self, requested: &Self, application: ApplicationType) -> bool {
        let any_port = || {
            let (registered, requested) = (self.without_port(), requested.without_port());
            registered.is_some() && registered == requested
        };
        self == requested || (application == ApplicationType::Native && any_port())
    }

    /// For `http` on loopback: the host, and what follows the port.
    fn without_port(&self) -> Option<(&str, &str)> {
        const SCHEME: &str = "http://";
        let rest = self.0.strip_prefix(SCHEME)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        };
        Some((host, rest))
    }
}

/// Whether `url` is on this machine, by one of the three names that RFC 8252 has for it.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        None => false,
    }
}

/// Whether `text` has only characters that RFC 3986 has (unreserved, reserved, percent-encoded): no
/// spaces, controls, backslashes or letters beyond ASCII.
pub(super) fn has_uri_characters(text: &str) -> bool {
    let legal = |b: &u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(b);
    let encoded =
        |part: &str| part.len() >= 2 && part.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    text.as_bytes().iter().all(legal) && text.split('%').skip(1).all(encoded)
}

/// What stands between `//` and the path, if the text has that part.
pub(super) fn authority(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    rest.split(['/', '?']).next()
}

/// Whether an authority is a host and perhaps a port, in characters that mean nothing in the headers
/// and pages it is written into: the URL parser takes `;`, `,` and quotes as well.
pub(super) fn is_plain_authority(authority: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    !authority.is_empty() && authority.bytes().all(plain)
}

/// Whether the scheme is made of a domain name, such as `com.example.app` (RFC 8252, section 7.1):
/// what belongs to the whole machine (`javascript`, `data`, `file`, …) has no dot.
fn is_reverse_domain(scheme: &str) -> bool {
    scheme.contains('.') && scheme.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ApplicationType::{Native, Web};
    use super::*;

    fn matches(registered: &str, requested: &str, application: ApplicationType) -> bool {
        let parse = |text| RedirectUri::parse(text, application).unwrap();
        parse(registered).matches(&parse(requested), application)
    }

    #[test]
    fn what_each_kind_of_application_may_have() {
        for good in [
            "https://rp.example",
            "https://rp.example/cb?x=%20&y=1",
            "HTTPS://RP.example/cb",
            "https://rp.example:8443/cb",
            "http://localhost/cb",
            "http://localhost:3000/cb",
            "http://127.0.0.1:1/cb",
            "http://[::1]:8080/cb",
        ] {
            let parsed = RedirectUri::parse(good, Web).map(|uri| uri.as_str().to_owned());
            assert_eq!(parsed.as_deref(), Ok(good));
        }
        for native in [
            "com.example.app:/cb",
            "com.example.app://cb",
            "com.example.app:cb",
        ] {
            assert_eq!(
                RedirectUri::parse(native, Web),
                Err(RedirectUriError::Scheme)
            );
            assert!(RedirectUri::parse(native, Native).is_ok(), "{native}");
        }
    }

    #[test]
    fn what_none_may_have() {
        use RedirectUriError::{Format, Fragment, Insecure, Scheme, TooLong, UserInfo, Wildcard};
        let long = format!("https://rp.example/{}", "a".repeat(MAX_LEN));
        let cases = [
            ("", Format),
            ("/cb", Format),
            ("rp.example/cb", Format),
            ("https:", Format),
            ("https:rp.example", Format),
            ("https:/rp.example", Format),
            ("https:///rp.example", Format),
            ("https://rp%2eexample/", Format),
            ("https://rp.example/a b", Format),
            (" https://rp.example/", Format),
            ("https://rp.example/\n", Format),
            ("https://rp.example\\@evil.example/", Format),
            ("https://rp.example/%zz", Format),
            ("https://rp.example/%2", Format),
            ("https://rp.example/é", Format),
            ("https://rp.example/cb#", Fragment),
            ("https://rp.example/cb#top", Fragment),
            ("https://*.rp.example/cb", Wildcard),
            ("https://rp.example/*", Wildcard),
            ("https://user@rp.example/", UserInfo),
            ("https://user:pass@rp.example/", UserInfo),
            ("https://@rp.example/", UserInfo),
            ("http://rp.example/cb", Insecure),
            ("http://localhost.rp.example/cb", Insecure),
            ("http://127.0.0.1.rp.example/cb", Insecure),
            ("http://10.0.0.1/cb", Insecure),
            ("javascript:alert(1)", Scheme),
            ("JavaScript:alert(1)", Scheme),
            ("data:text/html,x", Scheme),
            ("file:///etc/passwd", Scheme),
            ("myapp:/cb", Scheme),
            (long.as_str(), TooLong),
        ];
        for application in [Web, Native] {
            for (text, why) in cases {
                assert_eq!(
                    RedirectUri::parse(text, application),
                    Err(why),
                    "{text:.60}"
                );
            }
        }
    }

    #[test]
    fn only_the_same_text_matches() {
        assert!(matches(
            "https://rp.example/cb",
            "https://rp.example/cb",
            Web
        ));
        for other in [
            "https://rp.example/cb/",
            "https://rp.example/CB",
            "https://RP.example/cb",
            "https://rp.example:443/cb",
            "https://rp.example/cb?x=1",
            "https://rp.example/a/../cb",
        ] {
            assert!(!matches("https://rp.example/cb", other, Web), "{other}");
            assert!(!matches("https://rp.example/cb", other, Native), "{other}");
        }
    }

    #[test]
    fn the_port_is_free_for_native_applications_on_loopback_only() {
        let registered = "http://127.0.0.1/cb?a=b";
        assert!(matches(registered, "http://127.0.0.1:49152/cb?a=b", Native));
        assert!(matches("http://[::1]:1/cb", "http://[::1]/cb", Native));
        assert!(!matches(registered, "http://127.0.0.1:49152/cb?a=b", Web));
        assert!(!matches(
            registered,
            "http://localhost:49152/cb?a=b",
            Native
        ));
        assert!(!matches(registered, "http://127.0.0.1:49152/cb", Native));
        assert!(!matches(
            "https://rp.example/cb",
            "https://rp.example:1/cb",
            Native
        ));
    }

    #[test]
    fn who_is_shown_is_who_gets_the_answer() {
        let shown = |text| RedirectUri::parse(text, Native).unwrap().shown_host();
        assert_eq!(shown("https://rp.example:8443/cb"), "rp.example:8443");
        assert_eq!(shown("https://rp.example?x"), "rp.example");
        assert_eq!(
            shown("com.example.app://bank.example/cb"),
            "com.example.app"
        );
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_kept_and_has_nothing_forbidden(text in ".{0,60}|https?://[ -~]{0,40}|[a-z.]{1,10}:[ -~]{0,20}") {
            for application in [Web, Native] {
                if let Ok(uri) = RedirectUri::parse(&text, application) {
                    prop_assert_eq!(uri.as_str(), &text);
                    prop_assert!(!text.contains(['#', '*', '\\', ' ']) && text.is_ascii());
                    let url = Url::parse(&text).unwrap();
                    prop_assert!(url.username().is_empty() && url.password().is_none());
                    prop_assert!(url.scheme() == "https" || is_loopback(&url) || url.scheme().contains('.'));
                    prop_assert!(!uri.shown_host().is_empty());
                }
            }
        }
    }
}
