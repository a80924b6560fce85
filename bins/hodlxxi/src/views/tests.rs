//! What holds for every page: nothing from outside becomes markup, nothing is inline, nothing is
//! loaded from elsewhere, every form is bound to the browser.

use std::path::PathBuf;

use super::samples::{HOSTILE, pages};
use super::*;
use crate::assets;

/// The source text of every file in a folder of this package.
fn sources(folder: &str) -> Vec<(String, String)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(&path).expect("the folder is there");
    let files: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("the entry reads").path();
            let text = std::fs::read_to_string(&path).expect("the file reads");
            (path.display().to_string(), text)
        })
        .collect();
    assert!(!files.is_empty());
    files
}

/// The tags of `html` that begin with `opening`, such as `<form`.
fn tags<'a>(html: &'a str, opening: &str) -> Vec<&'a str> {
    html.match_indices(opening)
        .map(|(start, _)| {
            let rest = &html[start..];
            &rest[..rest.find('>').map_or(rest.len(), |end| end + 1)]
        })
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[test]
fn hostile_texts_are_escaped_wherever_they_come_from() {
    for (name, html) in pages(true) {
        assert!(!html.contains(HOSTILE), "{name}");
        assert!(!html.contains("<script>"), "{name}");
        assert!(!html.contains("onerror=y>&amp;<"), "{name}");
        assert!(
            html.contains("&#60;script&#62;"),
            "{name} shows the text itself"
        );
        for image in tags(&html, "<img") {
            assert_ne!(attribute(image, "src"), Some("x"), "{name}");
            let code = image.contains("/api/lnurl-auth/qr/");
            let alt = attribute(image, "alt").expect("a text in its place");
            assert_eq!(alt.is_empty(), !code, "{name}: {image}");
        }
    }
}

#[test]
fn no_template_has_inline_code_or_style_or_reaches_elsewhere() {
    for (path, text) in sources("templates") {
        assert!(
            !text.contains("|safe") && !text.contains("escape \"none\""),
            "{path}"
        );
        assert!(!text.contains("://"), "{path} names an address elsewhere");
        assert!(
            !text.contains(" style=") && !text.contains("<style"),
            "{path}"
        );
        for tag in tags(&text, "<script") {
            assert!(
                tag.contains(" src=\"{{ crate::assets::url("),
                "{path}: {tag}"
            );
        }
        for (_, attribute) in text
            .match_indices(" on")
            .map(|(start, _)| text[start + 1..].split_at(2))
        {
            let name: String = attribute
                .chars()
                .take_while(char::is_ascii_alphabetic)
                .collect();
            assert!(
                !attribute[name.len()..].starts_with('='),
                "{path}: on{name}="
            );
        }
    }
    for (path, text) in sources("static") {
        let text = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains("://") && !text.contains("@import"), "{path}");
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ] {
            assert!(!text.contains(sink), "{path}: {sink}");
        }
    }
}

#[test]
fn whatever_a_page_loads_is_embedded() {
    for (name, html) in pages(false) {
        let loaded = tags(&html, "<script")
            .into_iter()
            .chain(tags(&html, "<link"))
            .chain(tags(&html, "<img"))
            .filter_map(|tag| attribute(tag, "src").or_else(|| attribute(tag, "href")))
            .filter(|path| !path.starts_with("/logo/"))
            .filter(|path| !path.starts_with("/api/lnurl-auth/qr/"));
        for path in loaded {
            let prefix = format!("/static/{}/", assets::VERSION);
            let file = path.strip_prefix(&prefix).unwrap_or_default();
            assert!(assets::find(file).is_some(), "{name}: {path}");
        }
    }
    for (path, text) in sources("static") {
        for import in text.lines().filter(|line| line.starts_with("import ")) {
            let file = import
                .split("\"./")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            assert!(file.and_then(assets::find).is_some(), "{path}: {import}");
        }
    }
    assert_eq!(sources("static").len(), assets::ASSETS.len());
}

#[test]
fn every_form_carries_its_token_but_the_one_that_leaves() {
    for (name, html) in pages(false) {
        for form in html.split("<form").skip(1) {
            let body = form.split("</form>").next().unwrap_or_default();
            if body.contains("data-playground") {
                // Sends nothing: the page's script reads it.
                continue;
            }
            if body.contains(" method=\"get\"") {
                assert!(!body.contains("csrf"), "{name}: a token in an address");
                continue;
            }
            let has_token = body.contains("name=\"csrf\" value=\"csrf-token\"");
            assert_ne!(
                has_token,
                body.contains("data-auto-submit"),
                "{name}: {body}"
            );
            assert!(
                body.contains(" method=\"post\"") && body.contains("<button"),
                "{name}"
            );
        }
    }
}

#[test]
fn ids_are_unique_and_each_page_has_one_heading_of_the_first_level() {
    for (name, html) in pages(false) {
        let mut ids: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(html.contains("<html lang=\"en\">") && html.contains("href=\"#content\""));
    }
}

#[test]
fn a_private_key_is_never_shown_back() {
    let shell = Shell {
        t: Texts::default(),
        issuer: "https://auth.example.org".to_owned(),
        csrf: String::new(),
        signed_in: None,
    };
    let entered = "nsec1secret";
    let login = LoginPage {
        shell: shell.clone(),
        continue_to: "/".to_owned(),
        requester: None,
        guests: false,
        identifier: entered.to_owned(),
        problem: Some(Problem::PrivateKeyEntered),
    };
    let prove = ProvePage {
        shell: shell.clone(),
        purpose: ProofPurpose::LinkKey,
        identifier: "bc1q".to_owned(),
        kind: IdentifierKind::SegwitKey,
        challenge_id: String::new(),
        challenge: String::new(),
        expires_at: Moment(0),
        expires_in: 0,
        signature: entered.to_owned(),
        problem: Some(Problem::PrivateKeyEntered),
    };
    for html in [login.render(), prove.render()] {
        let html = html.expect("the page renders");
        assert!(!html.contains(entered));
        assert!(html.contains(&*Problem::PrivateKeyEntered.title(&shell)));
    }
}

#[test]
fn what_was_entered_is_kept_where_it_was_entered() {
    for (name, field) in [("login-refused", "bc1qnope"), ("login-nostr", "npub10x")] {
        let html = pages(false)
            .into_iter()
            .find_map(|(page, html)| (page == name).then_some(html))
            .unwrap_or_default();
        assert_eq!(
            html.matches(&format!("value=\"{field}")).count(),
            1,
            "{name}"
        );
        assert_eq!(html.matches("aria-invalid=\"true\"").count(), 1, "{name}");
        assert_eq!(html.matches("role=\"alert\"").count(), 1, "{name}");
    }
}
