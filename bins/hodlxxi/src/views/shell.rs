//! What the frame around every page shows, and words that several pages share.

use super::texts::Texts;

/// What the header, the footer and every form need.
///
/// The header of who is signed in has one form: `POST /logout`.
#[derive(Clone)]
pub struct Shell {
    /// What the page says, in the person's language.
    pub t: Texts,
    /// The issuer as configured: scheme, host and port.
    pub issuer: String,
    /// The token that binds forms to this browser; posted as `csrf`.
    pub csrf: String,
    /// Who is signed in; the header shows "Sign in" if nobody is.
    pub signed_in: Option<SignedIn>,
}

impl Shell {
    /// The issuer's host, with its port if it has one.
    pub fn host(&self) -> &str {
        self.issuer
            .split_once("://")
            .map_or(self.issuer.as_str(), |(_, host)| host)
    }

    /// Where the source code of this server is.
    pub const fn source_code(&self) -> &'static str {
        env!("CARGO_PKG_REPOSITORY")
    }
}

/// The person signed in in this browser.
#[derive(Clone)]
pub struct SignedIn {
    /// The name they chose, or else the beginning of their key, or "Guest".
    pub name: String,
}

/// The application on whose behalf a page is shown.
#[derive(Clone)]
pub struct Requester {
    /// Its name as registered; whatever it says, it is shown escaped.
    pub name: String,
    /// The host that the person will be sent back to.
    pub host: String,
}
