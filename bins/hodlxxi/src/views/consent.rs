//! Consent: may this application have that?

use std::borrow::Cow;

use askama::Template;

use super::shell::Shell;

/// The application that asks.
#[derive(Clone)]
pub struct ConsentClient {
    /// Its name as registered; whatever it says, it is shown escaped.
    pub name: String,
    /// The host that the answer goes to, or what stands for it with an application on a device.
    pub host: String,
    /// Whether an administrator vouched for the name.
    pub verified: bool,
    /// The path of its logo on this origin.
    pub logo: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
}

impl ConsentClient {
    fn policy(&self) -> Option<&str> {
        web_link(self.policy_uri.as_deref())
    }

    fn terms(&self) -> Option<&str> {
        web_link(self.tos_uri.as_deref())
    }

    /// The letter shown in place of a logo.
    fn initial(&self) -> String {
        self.name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect())
    }
}

/// `uri` if it leads to a web page; anything else (`javascript:` above all) is not linked.
fn web_link(uri: Option<&str>) -> Option<&str> {
    uri.filter(|uri| uri.starts_with("https://") || uri.starts_with("http://"))
}

/// The consent page.
///
/// Form: `POST /oauth/consent` with `request` and, by the button pressed, `decision` `allow` or
/// `deny`. Chromium follows the redirect after it only if `form-action` names the redirect's origin.
#[derive(Template)]
#[template(path = "consent.html")]
pub struct ConsentPage {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub client: ConsentClient,
    /// The key that is used: its short form, or the address.
    pub key: String,
    /// What is asked for now, as sentences (see [`describe_scopes`](super::describe_scopes)).
    pub asked: Vec<Cow<'static, str>>,
    /// What was allowed before and stays so.
    pub allowed: Vec<Cow<'static, str>>,
    /// What is not shared (see [`not_shared`](super::not_shared)).
    pub not_shared: Vec<Cow<'static, str>>,
    /// Whether the answer is remembered; not for applications that any program can imitate.
    pub remembered: bool,
    /// The authorization request, sealed.
    pub request: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_pages_are_linked() {
        assert!(web_link(Some("https://rp.example/privacy")).is_some());
        for bad in ["javascript:alert(1)", "data:text/html,x", "//x", ""] {
            assert_eq!(web_link(Some(bad)), None, "{bad}");
        }
    }
}
