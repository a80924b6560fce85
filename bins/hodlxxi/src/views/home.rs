//! `/`: what this is, for whom, and how to try it.

use askama::Template;

use super::shell::Shell;
use super::texts::Marked;

/// The start page.
#[derive(Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// The frame.
    pub shell: Shell,
    /// Whether guests are let in.
    pub guests: bool,
    /// Whether anybody may register an application (`HODLXXI_REGISTRATION` is `open`).
    pub open_registration: bool,
    /// Whether it is an administrator who looks.
    pub administrator: bool,
}

impl HomePage {
    fn title(&self) -> Marked {
        let t = self.shell.t;
        t.strong("home-title", "key", &t.get("home-key"))
    }
}
