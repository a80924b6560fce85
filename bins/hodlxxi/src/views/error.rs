//! The error page: one plain sentence, what to do, and the number to quote.

use std::borrow::Cow;

use askama::Template;

use super::shell::Shell;

/// An error, as a page.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame.
    pub shell: Shell,
    /// The HTTP status.
    pub status: u16,
    /// What happened, as one sentence.
    pub title: Cow<'static, str>,
    /// What to do about it.
    pub advice: Cow<'static, str>,
    /// What exactly was wrong, for whoever can mend it, such as the developer of an application.
    pub detail: Option<String>,
    /// The request's id.
    pub request_id: String,
}

impl ErrorPage {
    /// The page for `status`, in the words that fit it.
    pub fn of_status(shell: Shell, status: u16, request_id: String) -> Self {
        let word = word(status);
        Self {
            title: shell.t.get(&format!("error-{word}")),
            advice: shell.t.get(&format!("error-{word}-advice")),
            shell,
            status,
            detail: None,
            request_id,
        }
    }
}

/// What the messages on `status` are called.
const fn word(status: u16) -> &'static str {
    match status {
        401 => "nobody",
        403 => "forbidden",
        404 | 410 => "missing",
        405 => "method",
        409 => "conflict",
        413 => "large",
        415 => "media",
        429 => "often",
        503 => "unavailable",
        400..=499 => "malformed",
        _ => "internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Texts;

    #[test]
    fn every_status_has_words() {
        for status in [400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503] {
            for part in ["", "-advice"] {
                let key = format!("error-{}{part}", word(status));
                assert_ne!(Texts::default().get(&key), key);
            }
        }
    }

    #[test]
    fn what_a_request_did_wrong_is_never_called_ours() {
        for status in 400..500 {
            assert_ne!(word(status), "internal", "{status}");
        }
    }
}
