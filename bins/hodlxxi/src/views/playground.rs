//! `/developers/playground`: a sign-in, step by step.

use askama::Template;

use super::shell::Shell;
use super::texts::Texts;

/// The playground. Its one form sends nothing by itself: the page's script makes a request of it. What the
/// script says stands in the page.
#[derive(Template)]
#[template(path = "playground.html")]
pub struct PlaygroundPage {
    /// The frame.
    pub shell: Shell,
    /// Whether the browser comes back with an answer.
    pub back: bool,
    /// The clients to choose from, the server's own first: id and name; empty where there is none.
    pub clients: Vec<(String, String)>,
    /// Where the browser comes back to.
    pub callback: String,
    /// The same, as a parameter of an address.
    pub callback_encoded: String,
    /// The scopes to choose from besides `openid`, and whether each is chosen at first.
    pub scopes: Vec<(&'static str, bool)>,
    /// The `acr` values to ask for.
    pub acr_values: Vec<&'static str>,
}

impl PlaygroundPage {
    /// The client of the commands.
    fn client(&self) -> &str {
        self.clients.first().map_or("", |(id, _)| id)
    }
}
