//! The first step of signing in: who are you?

use askama::Template;

use hodlxxi_kernel::SignInMethod;

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
    /// The kinds of key that the application asks for, best first; any if empty.
    pub wanted: Vec<SignInMethod>,
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

    /// The kinds of key asked for, in words.
    fn wanted_words(&self) -> String {
        let words =
            |method: &SignInMethod| self.shell.t.get(&format!("method-{}", method.as_str()));
        let words: Vec<_> = self.wanted.iter().map(words).collect();
        words.join(", ")
    }

    /// The section that the problem, or what was entered, belongs to, or else what is asked for; empty if nothing is.
    fn section(&self) -> &'static str {
        match (self.kept().is_empty(), self.is_npub()) {
            (false, true) => "with-nostr",
            (false, false) => "with-bitcoin",
            (true, _) if self.problem.is_some() => "with-bitcoin",
            (true, _) => self.wanted.first().map_or("", |method| match method {
                SignInMethod::Bitcoin => "with-bitcoin",
                SignInMethod::Lightning => "with-lightning",
                SignInMethod::Nostr => "with-nostr",
                SignInMethod::Guest => "as-guest",
            }),
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
