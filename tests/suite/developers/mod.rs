//! The developers' pages: clients of one's own, and the playground.

mod look;
mod own;
mod playground;
mod snippets;

use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::form::{tags, unescape};

/// The text of the page's element `id`.
#[track_caller]
pub(crate) fn text_of(page: &Answer, id: &str) -> String {
    let found = tags(&page.body)
        .into_iter()
        .find(|tag| tag.attribute("id") == Some(id));
    let found = found.unwrap_or_else(|| panic!("no #{id} at {}: {}", page.url, page.body));
    unescape(&found.text)
}

/// A client made by the pages.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
}

/// Fills in the form of a new client of `kind`.
fn fill(browser: &Browser, kind: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(&format!("/developers/new?kind={kind}"));
    assert_eq!(page.status, 200, "{}", page.body);
    browser.submit(&page, &page.form("/developers/new"), fields)
}

/// The same, which must make the client.
pub(crate) fn make(browser: &Browser, kind: &str, fields: &[(&str, &str)]) -> Made {
    let answer = fill(browser, kind, fields);
    if let Some(page) = answer.location() {
        let id = page.path().strip_prefix("/developers/clients/");
        let id = id.unwrap_or_else(|| panic!("{page}")).to_owned();
        return Made { id, secret: None };
    }
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    Made {
        id: text_of(&answer, "client-id"),
        secret: Some(text_of(&answer, "client-secret")),
    }
}
