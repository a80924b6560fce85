//! Leaving: the question, the answer, and the page that carries a response to an application.

use askama::Template;

use super::shell::{Requester, Shell};

/// `/oauth/logout` where it has to ask.
///
/// Form: `POST /oauth/logout/confirm` with `request`; no button needs to be named.
#[derive(Template)]
#[template(path = "logout.html")]
pub struct LogoutPage {
    /// The frame.
    pub shell: Shell,
    /// The application that asked for it, if one did.
    pub requester: Option<Requester>,
    /// The logout request, sealed.
    pub request: String,
}

/// Shown when the session has ended and there is nowhere to go on to.
#[derive(Template)]
#[template(path = "logged_out.html")]
pub struct LoggedOutPage {
    /// The frame.
    pub shell: Shell,
}

/// A response in `form_post` mode (OAuth 2.0 Form Post Response Mode): sent on by a script, or by
/// its button.
///
/// Form: `POST` to `action` with `fields`, and nothing else. `form-action` must name its origin.
#[derive(Template)]
#[template(path = "form_post.html")]
pub struct FormPostPage {
    /// The frame.
    pub shell: Shell,
    /// The application that the response is for.
    pub requester: Requester,
    /// The redirect URI.
    pub action: String,
    /// The response's parameters.
    pub fields: Vec<(String, String)>,
}
