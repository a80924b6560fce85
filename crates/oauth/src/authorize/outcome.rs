//! What an authorization request leads to.

use hodlxxi_kernel::ClientId;

use super::response::AuthorizationResponse;
use crate::client::{Client, RedirectUri, SubjectType};
use crate::scope::Scope;

/// What to do with the browser next.
#[derive(Debug)]
pub enum AuthorizeOutcome {
    /// Send it back to the client, with a code or an error.
    Redirect(AuthorizationResponse),
    /// Let the person sign in, then [`resume`](crate::Provider::resume).
    Login(LoginNeeded),
    /// Ask the person, then [`decide`](crate::Provider::decide).
    Consent(ConsentPrompt),
}

/// A request that waits for a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginNeeded {
    /// The request, sealed: what to [`resume`](crate::Provider::resume).
    pub resume: String,
    /// Who asks.
    pub client: ClientShown,
    /// Whom the client expects (`login_hint`).
    pub login_hint: Option<String>,
    /// The authentication contexts asked for, best first.
    pub acr_values: Vec<String>,
    /// The languages asked for, best first, between blanks (`ui_locales`, BCP 47).
    pub ui_locales: Option<String>,
    /// Whether a guest would do.
    pub allows_guests: bool,
    /// Where the redirects after the sign-in may lead, as a source of the page's
    /// Content-Security-Policy (`form-action`).
    pub form_action: String,
}

/// A request that waits for the person's consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentPrompt {
    /// The request, sealed for this person and session: what to [`decide`](crate::Provider::decide).
    pub resume: String,
    /// Who asks.
    pub client: ClientShown,
    /// The scopes asked for that were not allowed before.
    pub new_scopes: Vec<Scope>,
    /// The scopes asked for that were allowed before.
    pub allowed_scopes: Vec<Scope>,
    /// The names of the claims asked for one by one, beyond what the scopes bring along.
    pub claims: Vec<String>,
    /// The languages asked for, best first, between blanks (`ui_locales`, BCP 47).
    pub ui_locales: Option<String>,
    /// Whether what is allowed is remembered. It is, but any program on the person's machine can
    /// pass itself off as some clients, and those are asked about every time.
    pub remembered: bool,
    /// Where the form's answer may be redirected to, as a source of the page's
    /// Content-Security-Policy (`form-action`).
    pub form_action: String,
}

/// What a page shows of a client. All of it is the client's own word and must be escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientShown {
    /// Its id.
    pub id: ClientId,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The host the answer goes to, or the scheme of an application on the person's machine.
    pub host: String,
    /// Whether an administrator vouches for the name.
    pub verified: bool,
    /// Whether it knows people by pseudonyms.
    pub pairwise: bool,
    /// Its home page.
    pub client_uri: Option<String>,
    /// Its logo, to be fetched by the server.
    pub logo_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
}

impl ClientShown {
    pub(crate) fn new(client: &Client, redirect_uri: &RedirectUri) -> Self {
        let metadata = &client.metadata;
        Self {
            id: client.id.clone(),
            name: metadata.client_name.clone(),
            host: redirect_uri.shown_host(),
            verified: client.verified,
            pairwise: metadata.subject_type == SubjectType::Pairwise,
            client_uri: metadata.client_uri.clone(),
            logo_uri: metadata.logo_uri.clone(),
            policy_uri: metadata.policy_uri.clone(),
            tos_uri: metadata.tos_uri.clone(),
        }
    }
}

/// What the person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
}

impl Decision {
    /// Reads the form's field `decision`; anything but `allow` is a denial.
    pub fn from_field(word: Option<&str>) -> Self {
        match word {
            Some("allow") => Self::Allow,
            _ => Self::Deny,
        }
    }
}
