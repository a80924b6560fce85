//! How to use a client: programs and settings for five stacks, with the issuer and the client's id in them.
//!
//! The three programs are those of the guide, which the tests run; Apache's settings are run by a test as
//! the page shows them. A secret is in none of them: it was shown once.

use std::borrow::Cow;

use hodlxxi_oauth::client::ClientKind;

use crate::views::texts::Texts;

const GUIDE: &str = include_str!("../../../../../docs/guides/relying-party.md");
const APACHE: &str = include_str!("../../../snippets/apache.conf");
const SPRING: &str = include_str!("../../../snippets/application.yml");

/// One stack.
#[derive(Clone)]
pub struct Snippet {
    /// A word of the page's own.
    pub id: &'static str,
    /// Its name.
    pub title: &'static str,
    /// What to do with it.
    pub words: Cow<'static, str>,
    /// The command that runs it, if one does.
    pub command: Option<String>,
    /// The program or the settings.
    pub code: Option<String>,
}

/// The one code block of `language` in the guide.
fn program(language: &str) -> Option<String> {
    let (_, rest) = GUIDE.split_once(&format!("```{language}\n"))?;
    Some(rest.split_once("```")?.0.to_owned())
}

/// What to show for a client of `kind` with this id, and its first redirect URI.
pub fn snippets(
    kind: ClientKind,
    issuer: &str,
    client_id: &str,
    redirect_uri: &str,
    t: Texts,
) -> Vec<Snippet> {
    match kind {
        ClientKind::Web => web(issuer, client_id, redirect_uri, t),
        ClientKind::Machine => vec![Snippet {
            id: "curl",
            title: "curl",
            words: t.get("developers-machine-use"),
            command: Some(format!(
                "curl -u '{client_id}:CLIENT_SECRET' -d grant_type=client_credentials -d scope=read_limited {issuer}/oauth/token"
            )),
            code: None,
        }],
        ClientKind::SinglePage | ClientKind::Native => Vec::new(),
    }
}

fn web(issuer: &str, client_id: &str, redirect_uri: &str, t: Texts) -> Vec<Snippet> {
    let run = |command: &str| {
        Some(format!(
            "ISSUER={issuer} CLIENT_ID={client_id} CLIENT_SECRET=… {command}"
        ))
    };
    let filled = |text: &str| {
        let text = text.replace("@ISSUER@", issuer);
        let text = text.replace("@CLIENT_ID@", client_id);
        Some(text.replace("@REDIRECT_URI@", redirect_uri))
    };
    let local = || t.get("developers-snippet-local");
    vec![
        Snippet {
            id: "node",
            title: "Node: openid-client",
            words: local(),
            command: run("node app.mjs"),
            code: program("js"),
        },
        Snippet {
            id: "python",
            title: "Python: Authlib",
            words: local(),
            command: run("python app.py"),
            code: program("python"),
        },
        Snippet {
            id: "rust",
            title: "Rust: openidconnect",
            words: local(),
            command: run("cargo run"),
            code: program("rust"),
        },
        Snippet {
            id: "spring",
            title: "Java: Spring Security",
            words: t.get("developers-snippet-spring"),
            command: None,
            code: filled(SPRING),
        },
        Snippet {
            id: "apache",
            title: "Apache: mod_auth_openidc",
            words: t.get("developers-snippet-apache"),
            command: None,
            code: filled(APACHE),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stack_is_whole_and_filled_in() {
        let (issuer, uri) = ("https://id.example.org", "https://rp.example/cb");
        let shown = snippets(ClientKind::Web, issuer, "the-client", uri, Texts::default());
        assert_eq!(shown.len(), 5);
        for snippet in shown {
            let command = snippet.command.unwrap_or_default();
            let code = snippet.code.unwrap();
            let all = format!("{command}\n{code}");
            assert!(
                all.contains(issuer) && all.contains("the-client"),
                "{}",
                snippet.id
            );
            assert!(code.lines().count() > 8, "{}", snippet.id);
            for place in ["@ISSUER@", "@CLIENT_ID@", "@REDIRECT_URI@"] {
                assert!(!code.contains(place), "{}", snippet.id);
            }
        }
    }
}
