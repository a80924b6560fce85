//! `/developers`: a person's own clients.

mod form;
mod snippets;

use std::borrow::Cow;

use askama::Template;
use hodlxxi_oauth::client::{ClientKind, ClientMetadata, RedirectUri};

pub use form::{ClientForm, ClientProblem};
pub(super) use snippets::Snippet;
pub use snippets::snippets;

use super::moment::Moment;
use super::shell::Shell;
use super::texts::Texts;

/// Who looks at the page, as far as clients of their own go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Developer {
    /// Nobody is signed in.
    Nobody,
    /// A visitor without a key.
    Guest,
    /// Somebody who may have clients.
    Person,
}

/// What just happened, or why it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeveloperNotice {
    /// A client without a secret was made.
    Created,
    /// The changes are saved.
    Saved,
    /// The old secret ended.
    OldSecretEnded,
    /// The client is gone.
    Deleted,
    /// What was to be changed is not there any more.
    Gone,
}

impl DeveloperNotice {
    const ALL: [Self; 5] = [
        Self::Created,
        Self::Saved,
        Self::OldSecretEnded,
        Self::Deleted,
        Self::Gone,
    ];

    /// The notice as a word of the page's address.
    pub const fn as_word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Saved => "saved",
            Self::OldSecretEnded => "old-secret-ended",
            Self::Deleted => "deleted",
            Self::Gone => "gone",
        }
    }

    /// The notice of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|notice| notice.as_word() == word)
    }

    /// What to say, and whether it tells of something that was not done.
    fn said(self, t: Texts) -> (Cow<'static, str>, bool) {
        (self.words(t), matches!(self, Self::Gone))
    }

    fn words(self, t: Texts) -> Cow<'static, str> {
        match self {
            Self::Created => t.get("developers-created"),
            Self::Saved => t.get("developers-saved"),
            Self::OldSecretEnded => t.get("developers-old-secret-ended"),
            Self::Deleted => t.get("developers-deleted"),
            Self::Gone => t.get("developers-gone"),
        }
    }
}

/// The name of a kind of client.
pub fn kind_name(kind: ClientKind, t: Texts) -> Cow<'static, str> {
    match kind {
        ClientKind::Web => t.get("developers-web"),
        ClientKind::SinglePage => t.get("developers-single-page"),
        ClientKind::Native => t.get("developers-native"),
        ClientKind::Machine => t.get("developers-machine"),
    }
}

/// When to take which.
fn kind_words(kind: ClientKind, t: Texts) -> Cow<'static, str> {
    match kind {
        ClientKind::Web => t.get("developers-web-words"),
        ClientKind::SinglePage => t.get("developers-single-page-words"),
        ClientKind::Native => t.get("developers-native-words"),
        ClientKind::Machine => t.get("developers-machine-words"),
    }
}

/// A client in a list.
#[derive(Clone)]
pub struct OwnClientRow {
    /// Its id.
    pub id: String,
    /// Its name, or its host, or its id.
    pub name: String,
    /// Its kind, in words.
    pub kind: Cow<'static, str>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last used, to within a day.
    pub last_used_at: Option<Moment>,
    /// Whether an administrator disabled it.
    pub disabled: bool,
}

/// The name that a client goes by on pages: the one registered, or its host, or else its id.
pub fn client_name(id: &str, metadata: &ClientMetadata) -> String {
    let host = || metadata.redirect_uris.first().map(RedirectUri::shown_host);
    let name = metadata.client_name.clone().or_else(host);
    name.unwrap_or_else(|| id.to_owned())
}

/// The list of a person's clients, and where new ones begin. No form.
#[derive(Template)]
#[template(path = "developers.html")]
pub struct DevelopersPage {
    /// The frame.
    pub shell: Shell,
    /// What just happened.
    pub notice: Option<DeveloperNotice>,
    /// Who looks.
    pub developer: Developer,
    /// Their clients, newest first.
    pub clients: Vec<OwnClientRow>,
    /// The most they may have.
    pub most: u32,
}

impl DevelopersPage {
    fn said(&self) -> Option<(Cow<'static, str>, bool)> {
        self.notice.map(|notice| notice.said(self.shell.t))
    }

    /// The kinds to choose from: the word, the name, and when to take it.
    fn kinds(&self) -> [(&'static str, Cow<'static, str>, Cow<'static, str>); 4] {
        let t = self.shell.t;
        ClientKind::ALL.map(|kind| (kind.as_str(), kind_name(kind, t), kind_words(kind, t)))
    }

    fn full(&self) -> bool {
        u32::try_from(self.clients.len()).is_ok_and(|count| count >= self.most)
    }
}

/// The form of a new client: `POST /developers/new` with `kind` and the fields of [`ClientForm`].
#[derive(Template)]
#[template(path = "client_new.html")]
pub struct NewClientPage {
    /// The frame.
    pub shell: Shell,
    /// What is filled in.
    pub form: ClientForm,
}

/// A secret, this once. One form: none; a link leads on.
#[derive(Template)]
#[template(path = "client_secret.html")]
pub struct ClientSecretPage {
    /// The frame.
    pub shell: Shell,
    /// The client's id.
    pub client_id: String,
    /// The client's name.
    pub name: String,
    /// The secret, shown here and nowhere again.
    pub secret: String,
    /// Until when the one before is good too; none for a new client.
    pub old_until: Option<Moment>,
}

/// One client of the person.
///
/// Forms, each to `/developers/clients/{id}` and what follows: the fields of [`ClientForm`]; `/secret`
/// for a new secret; `/secret/end-old`; `/delete`.
#[derive(Template)]
#[template(path = "client_own.html")]
pub struct OwnClientPage {
    /// The frame.
    pub shell: Shell,
    /// What just happened.
    pub notice: Option<DeveloperNotice>,
    /// What the list shows of it.
    pub client: OwnClientRow,
    /// Whether it has a secret.
    pub has_secret: bool,
    /// Until when the secret before is good, where it is.
    pub old_until: Option<Moment>,
    /// Whether an administrator vouches for its name.
    pub verified: bool,
    /// What can be changed.
    pub form: ClientForm,
    /// How to use it.
    pub snippets: Vec<Snippet>,
}

impl OwnClientPage {
    fn said(&self) -> Option<(Cow<'static, str>, bool)> {
        self.notice.map(|notice| notice.said(self.shell.t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_read_back_and_each_says_something_else() {
        let mut words: Vec<_> = DeveloperNotice::ALL
            .iter()
            .map(|notice| notice.words(Texts::default()))
            .collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), DeveloperNotice::ALL.len());
        for notice in DeveloperNotice::ALL {
            assert_eq!(DeveloperNotice::from_word(notice.as_word()), Some(notice));
        }
    }
}
