//! How to use a client: programs and settings that fit its kind, with the issuer and the client's id in them.
//!
//! The programs are those of the guide, which the tests run; Apache's settings, the browser's page and the
//! command of machines are run by tests as the client's page shows them. A secret is in none of them: it
//! was shown once.

use std::borrow::Cow;

use hodlxxi_oauth::client::ClientKind;

use crate::views::texts::Texts;

const GUIDE: &str = include_str!("../../../../../docs/guides/relying-party.md");
const APACHE: &str = include_str!("../../../snippets/apache.conf");

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

/// A client, as far as programs need to know it.
struct Client<'a> {
    issuer: &'a str,
    id: &'a str,
    /// The first of those registered.
    redirect_uri: &'a str,
    t: Texts,
}

/// What to show for a client of `kind` with this id, and its first redirect URI.
pub fn snippets(
    kind: ClientKind,
    issuer: &str,
    client_id: &str,
    redirect_uri: &str,
    t: Texts,
) -> Vec<Snippet> {
    let client = Client {
        issuer,
        id: client_id,
        redirect_uri,
        t,
    };
    match kind {
        ClientKind::Web => client.web(),
        ClientKind::SinglePage => vec![client.single_page()],
        ClientKind::Native => vec![client.native()],
        ClientKind::Machine => vec![client.machine()],
    }
}

impl Client<'_> {
    fn web(&self) -> Vec<Snippet> {
        let Self { issuer, id, .. } = self;
        let program = |name, title, language, command| Snippet {
            id: name,
            title,
            words: self.t.get("developers-snippet-local"),
            command: Some(format!(
                "ISSUER={issuer} CLIENT_ID={id} CLIENT_SECRET=… {command}"
            )),
            code: program(language),
        };
        vec![
            program("node", "Node: openid-client", "js", "node app.mjs"),
            program("python", "Python: Authlib", "python", "python app.py"),
            program("rust", "Rust: openidconnect", "rust", "cargo run"),
            program("ruby", "Ruby: openid_connect", "ruby", "ruby app.rb"),
            Snippet {
                id: "apache",
                title: "Apache: mod_auth_openidc",
                words: self.t.get("developers-snippet-apache"),
                command: None,
                code: Some(fill(
                    APACHE,
                    &[
                        ("@ISSUER@", issuer),
                        ("@CLIENT_ID@", id),
                        ("@REDIRECT_URI@", self.redirect_uri),
                    ],
                )),
            },
        ]
    }

    fn single_page(&self) -> Snippet {
        // What stands in the guide's page, which has no environment to take them from.
        let places = [
            ("http://localhost:5000", self.issuer),
            ("CLIENT_ID", self.id),
        ];
        Snippet {
            id: "single-page",
            title: "JavaScript: oidc-client-ts",
            words: self.t.get("developers-snippet-single-page"),
            command: Some(
                "npm install oidc-client-ts && python3 -m http.server --bind 127.0.0.1 3000"
                    .to_owned(),
            ),
            code: program("html").map(|page| fill(&page, &places)),
        }
    }

    fn native(&self) -> Snippet {
        let Self { issuer, id, .. } = self;
        Snippet {
            id: "native",
            title: "Node: openid-client",
            words: self.t.get("developers-snippet-native"),
            command: Some(format!("ISSUER={issuer} CLIENT_ID={id} node cli.mjs")),
            code: program("mjs"),
        }
    }

    fn machine(&self) -> Snippet {
        let Self { issuer, id, .. } = self;
        Snippet {
            id: "curl",
            title: "curl",
            words: self.t.get("developers-machine-use"),
            command: Some(format!(
                "curl -u '{id}:CLIENT_SECRET' -d grant_type=client_credentials -d scope=read_limited {issuer}/oauth/token"
            )),
            code: None,
        }
    }
}

/// The text with each place taken by its value.
fn fill(text: &str, places: &[(&str, &str)]) -> String {
    places.iter().fold(text.to_owned(), |text, (place, value)| {
        text.replace(place, value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stack_is_whole_and_filled_in() {
        let (issuer, uri) = ("https://id.example.org", "https://rp.example/cb");
        for (kind, many) in [
            (ClientKind::Web, 5),
            (ClientKind::SinglePage, 1),
            (ClientKind::Native, 1),
        ] {
            let shown = snippets(kind, issuer, "the-client", uri, Texts::default());
            assert_eq!(shown.len(), many);
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
                for place in [
                    "@ISSUER@",
                    "@CLIENT_ID@",
                    "@REDIRECT_URI@",
                    "client_id: \"CLIENT_ID\"",
                ] {
                    assert!(!code.contains(place), "{}", snippet.id);
                }
            }
        }
    }
}
