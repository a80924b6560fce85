//! The error page: one plain sentence, what to do, and the number to quote.

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
    pub title: String,
    /// What to do about it.
    pub advice: String,
    /// What exactly was wrong, for whoever can mend it, such as the developer of an application.
    pub detail: Option<String>,
    /// The request's id.
    pub request_id: String,
}

impl ErrorPage {
    /// The page for `status`, in the words that fit it.
    pub fn of_status(shell: Shell, status: u16, request_id: String) -> Self {
        let (title, advice) = words(status);
        Self {
            shell,
            status,
            title: title.to_owned(),
            advice: advice.to_owned(),
            detail: None,
            request_id,
        }
    }
}

const fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        400 | 422 => (
            "We could not understand that request.",
            "Go back and try again. If an application sent you here, tell the people who run it what stands below.",
        ),
        401 => (
            "You need to sign in first.",
            "Sign in, then open this page again.",
        ),
        403 => (
            "That is not allowed from here.",
            "Go back, load the page again and repeat the step. If you came from another site, start here instead.",
        ),
        404 | 410 => (
            "There is no page at this address.",
            "Check the address, or begin at the start page.",
        ),
        405 => (
            "This page does not work that way.",
            "Open it from the start page instead of sending something to it.",
        ),
        413 => ("That was too much at once.", "Send something smaller."),
        415 => (
            "That is not a form we can read.",
            "Go back and send the form from its page.",
        ),
        429 => (
            "That was too often in a short time.",
            "Wait a minute, then try again.",
        ),
        503 => (
            "The service cannot answer right now.",
            "Nothing is lost. Try again in a moment.",
        ),
        _ => (
            "Something went wrong on our side.",
            "Try again in a moment. If it happens again, tell the operator the request number below.",
        ),
    }
}
