//! `/legal/privacy` and `/legal/terms`.

use askama::Template;

use super::shell::Shell;

/// What is stored of a person, and what is not.
#[derive(Template)]
#[template(path = "privacy.html")]
pub struct PrivacyPage {
    /// The frame.
    pub shell: Shell,
}

/// What a person and the operator may expect of each other.
#[derive(Template)]
#[template(path = "terms.html")]
pub struct TermsPage {
    /// The frame.
    pub shell: Shell,
}
