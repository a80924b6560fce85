//! The code for a Lightning wallet (LNURL-auth), and the question that follows for a key seen for the first time.

use std::borrow::Cow;

use askama::Template;

use super::moment::Moment;
use super::problem::Problem;
use super::shell::{Requester, Shell};

/// `/login/lightning` and `/account/keys/lightning`: a code to scan.
///
/// Form: `POST …/finish` with `session_id`, and `continue` where it is a sign-in. The script listens to
/// `/api/lnurl-auth/events/…`, sends that form when the wallet has answered, and renews the code.
#[derive(Template)]
#[template(path = "lightning.html")]
pub struct LightningPage {
    /// The frame.
    pub shell: Shell,
    /// Where to go on to after a sign-in: a path of this origin, checked before. None where a key is linked.
    pub continue_to: Option<String>,
    /// The application that asked, if one did.
    pub requester: Option<Requester>,
    /// What is asked of the wallet: `login` or `link`.
    pub action: &'static str,
    /// The session of LNURL-auth.
    pub session_id: String,
    /// `LNURL1…`
    pub lnurl: String,
    /// `lightning:LNURL1…`
    pub uri: String,
    /// `keyauth://…`
    pub keyauth_uri: String,
    /// When it expires.
    pub expires_at: Moment,
    /// How many seconds are left until then.
    pub expires_in: i64,
    /// What is in the way.
    pub problem: Option<Problem>,
}

impl LightningPage {
    fn heading(&self) -> Cow<'static, str> {
        self.shell.t.get(match self.continue_to {
            Some(_) => "lightning-title",
            None => "lightning-link-title",
        })
    }

    /// What the form's path begins with.
    const fn base(&self) -> &'static str {
        match self.continue_to {
            Some(_) => "/login/lightning",
            None => "/account/keys/lightning",
        }
    }

    /// The way back.
    fn back(&self) -> String {
        match &self.continue_to {
            None => "/account".to_owned(),
            Some(path) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("continue", path);
                format!("/login?{}", query.finish())
            }
        }
    }

    fn image(&self) -> String {
        format!("/api/lnurl-auth/qr/{}.svg", self.session_id)
    }
}

/// The question whether to make an account for a key seen for the first time.
///
/// Form: `POST /login/lightning/finish` with `session_id`, `continue` and `confirm`.
#[derive(Template)]
#[template(path = "welcome.html")]
pub struct WelcomePage {
    /// The frame.
    pub shell: Shell,
    /// Where to go on to: a path of this origin, checked before.
    pub continue_to: String,
    /// The application that asked, if one did.
    pub requester: Option<Requester>,
    /// The session of LNURL-auth.
    pub session_id: String,
    /// The key's short form.
    pub key: String,
}
