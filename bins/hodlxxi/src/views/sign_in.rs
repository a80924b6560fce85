//! The first step of signing in: who are you?

use askama::Template;

use super::problem::Problem;
use super::shell::{Requester, Shell};

/// `/login`: an address or a public key is asked for.
///
/// Forms: `POST /login/challenge` with `continue` and `identifier`; where guests are let in,
/// `POST /login/guest` with `continue`. The script for Nostr extensions calls `/api/challenge` and
/// `/api/verify`, then goes to `continue_to`.
#[derive(Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// The frame.
    pub shell: Shell,
    /// Where to go on to: a path of this origin, checked before.
    pub continue_to: String,
    /// The application that asked, if one did.
    pub requester: Option<Requester>,
    /// Whether guests are let in, by the server and by what asked for the sign-in.
    pub guests: bool,
    /// What was entered before, or suggested by `login_hint`; empty at first.
    pub identifier: String,
    /// Why it was refused.
    pub problem: Option<Problem>,
}

impl LoginPage {
    /// What to fill into the Bitcoin field.
    fn bitcoin_value(&self) -> &str {
        if self.is_npub() { "" } else { self.kept() }
    }

    /// What to fill into the Nostr field.
    fn nostr_value(&self) -> &str {
        if self.is_npub() { self.kept() } else { "" }
    }

    /// The section that the problem, or what was entered, belongs to; empty if neither is there.
    fn section(&self) -> &'static str {
        match (self.kept().is_empty(), self.is_npub()) {
            (false, true) => "with-nostr",
            (false, false) => "with-bitcoin",
            (true, _) if self.problem.is_some() => "with-bitcoin",
            (true, _) => "",
        }
    }

    fn is_npub(&self) -> bool {
        self.identifier
            .trim_start()
            .get(..5)
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case("npub1"))
    }

    fn kept(&self) -> &str {
        match self.problem {
            Some(problem) if problem.forgets_input() => "",
            _ => &self.identifier,
        }
    }
}
