//! The two cookies: the session's secret, and a mark of the browser that forms are bound to.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use hodlxxi_kernel::{Entropy, Secret};

/// Longest cookie value looked at, in bytes: ours have 43.
const MAX_VALUE: usize = 128;

/// How cookies are named and marked under one issuer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CookieJar {
    secure: bool,
}

impl CookieJar {
    /// Cookies of an issuer that is `https`, or not.
    pub(crate) const fn new(secure: bool) -> Self {
        Self { secure }
    }

    const fn session_name(self) -> &'static str {
        if self.secure {
            "__Host-hodlxxi_session"
        } else {
            "hodlxxi_session"
        }
    }

    const fn browser_name(self) -> &'static str {
        if self.secure {
            "__Host-hodlxxi_browser"
        } else {
            "hodlxxi_browser"
        }
    }

    fn read(request: &HttpRequest, name: &str) -> Option<Secret> {
        let cookie = request.cookie(name)?;
        let value = cookie.value();
        let sound = (1..=MAX_VALUE).contains(&value.len());
        sound.then(|| Secret::from(value.to_owned()))
    }

    fn make(self, name: &'static str, value: String, max_age: Duration) -> Cookie<'static> {
        Cookie::build(name, value)
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(max_age)
            .finish()
    }

    /// The session's secret, if the browser sent one.
    pub(crate) fn session(self, request: &HttpRequest) -> Option<Secret> {
        Self::read(request, self.session_name())
    }

    /// The cookie that opens a session. It lives as long as a session can at most; the server ends
    /// idle ones before.
    pub(crate) fn open_session(self, secret: &Secret) -> Cookie<'static> {
        self.make(
            self.session_name(),
            secret.expose().to_owned(),
            Duration::days(7),
        )
    }

    /// The cookie that makes the browser forget its session.
    pub(crate) fn close_session(self) -> Cookie<'static> {
        self.make(self.session_name(), String::new(), Duration::ZERO)
    }

    /// The browser's mark, if it has one.
    pub(crate) fn browser(self, request: &HttpRequest) -> Option<Secret> {
        Self::read(request, self.browser_name())
    }

    /// A new mark, and the cookie that sets it.
    pub(crate) fn mark_browser(self, entropy: &dyn Entropy) -> (Secret, Cookie<'static>) {
        let mark = Secret::generate(entropy);
        let cookie = self.make(
            self.browser_name(),
            mark.expose().to_owned(),
            Duration::days(30),
        );
        (mark, cookie)
    }
}
