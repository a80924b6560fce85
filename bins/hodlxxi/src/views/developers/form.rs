//! What a person fills in of a client, and why it was not taken, in words.

use std::borrow::Cow;

use hodlxxi_oauth::client::{ClientDraft, ClientKind, RedirectUriError};
use hodlxxi_oauth::scope::Scope;

use crate::views::texts::Texts;

/// The fields `name`, `redirect_uris` and `post_logout_redirect_uris` (one a line), and `scope.<scope>`
/// for each scope that is asked for.
#[derive(Clone)]
pub struct ClientForm {
    /// What the form says, in the person's language.
    pub t: Texts,
    /// The kind of client.
    pub kind: ClientKind,
    /// What is filled in.
    pub draft: ClientDraft,
    /// Why it was not taken.
    pub problems: Vec<ClientProblem>,
}

/// One thing that is wrong with what was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientProblem {
    /// A redirect URI that no such client may have.
    RedirectUri {
        /// As entered.
        entered: String,
        /// Why.
        why: RedirectUriError,
        /// Whether it was to be returned to after a logout.
        after_logout: bool,
    },
    /// No redirect URI.
    NoRedirectUri,
    /// More redirect URIs than can be.
    ManyRedirectUris,
    /// A name longer than 1,000 characters.
    Name,
    /// The person has as many clients as anybody may have.
    TooMany,
    /// A private key, seed or nsec was entered; it is not shown back.
    PrivateKey,
    /// Any other rule of registration, in its own words.
    Rule(String),
}

impl ClientProblem {
    /// What was wrong, as one sentence.
    fn words(&self, kind: ClientKind, t: Texts) -> Cow<'static, str> {
        match self {
            Self::RedirectUri { why, .. } => redirect_words(*why, kind, t),
            Self::NoRedirectUri => t.get("developers-no-redirect-uri"),
            Self::ManyRedirectUris => t.get("developers-many-redirect-uris"),
            Self::Name => t.get("developers-long-name"),
            Self::TooMany => t.get("developers-too-many"),
            Self::PrivateKey => t.get("developers-private-key"),
            Self::Rule(words) => Cow::Owned(words.clone()),
        }
    }

    /// The text that it is about.
    fn entered(&self) -> Option<&str> {
        match self {
            Self::RedirectUri { entered, .. } => Some(entered),
            _ => None,
        }
    }
}

/// Why a redirect URI is refused.
fn redirect_words(why: RedirectUriError, kind: ClientKind, t: Texts) -> Cow<'static, str> {
    match why {
        RedirectUriError::Format => t.get("developers-uri-format"),
        RedirectUriError::TooLong => t.get("developers-uri-long"),
        RedirectUriError::Fragment => t.get("developers-uri-fragment"),
        RedirectUriError::Wildcard => t.get("developers-uri-wildcard"),
        RedirectUriError::UserInfo => t.get("developers-uri-user"),
        RedirectUriError::Insecure => t.get("developers-uri-http"),
        RedirectUriError::Scheme if kind == ClientKind::Native => {
            t.get("developers-uri-scheme-native")
        }
        RedirectUriError::Scheme => t.get("developers-uri-scheme"),
    }
}

/// What a scope lets the application have.
fn scope_words(scope: Scope, t: Texts) -> Cow<'static, str> {
    match scope {
        Scope::OpenId => t.get("developers-scope-openid"),
        Scope::Profile => t.get("developers-scope-profile"),
        Scope::Pubkey => t.get("developers-scope-pubkey"),
        Scope::OfflineAccess => t.get("developers-scope-offline"),
        Scope::ReadLimited => t.get("developers-scope-read-limited"),
        Scope::Read => t.get("developers-scope-read"),
        Scope::ChatRead => t.get("developers-scope-chat-read"),
        Scope::ChatWrite => t.get("developers-scope-chat-write"),
        Scope::PofRead => t.get("developers-scope-pof-read"),
        Scope::PofWrite => t.get("developers-scope-pof-write"),
        Scope::WalletRead => t.get("developers-scope-wallet-read"),
    }
}

impl ClientForm {
    pub(super) fn kind_name(&self) -> Cow<'static, str> {
        super::kind_name(self.kind, self.t)
    }

    pub(super) fn kind_words(&self) -> Cow<'static, str> {
        super::kind_words(self.kind, self.t)
    }

    /// What is wrong: the text that it is about, if it is about one, and why.
    pub(super) fn refusals(&self) -> Vec<(Option<&str>, Cow<'static, str>)> {
        let told = |problem: &'_ ClientProblem| problem.words(self.kind, self.t);
        let problems = self.problems.iter();
        problems
            .map(|problem| (problem.entered(), told(problem)))
            .collect()
    }

    /// The scopes to choose from, each with its words and whether it is chosen; `openid` always is.
    pub(super) fn scopes(&self) -> Vec<(&'static str, Cow<'static, str>, bool)> {
        let offered = self.kind.scopes().without(Scope::OpenId);
        let chosen = |scope| self.draft.scope.contains(scope);
        offered
            .iter()
            .map(|scope| (scope.as_str(), scope_words(scope, self.t), chosen(scope)))
            .collect()
    }

    pub(super) fn redirect_uris(&self) -> String {
        self.draft.redirect_uris.join("\n")
    }

    pub(super) fn post_logout_redirect_uris(&self) -> String {
        self.draft.post_logout_redirect_uris.join("\n")
    }

    /// What a redirect URI of this kind looks like.
    pub(super) fn redirect_hint(&self) -> Cow<'static, str> {
        match self.kind {
            ClientKind::Native => self.t.get("developers-redirect-hint-native"),
            _ => self.t.get("developers-redirect-hint"),
        }
    }

    /// Whether a redirect URI (or, `after_logout`, one of those) is refused.
    pub(super) fn is_wrong(&self, after_logout: bool) -> bool {
        self.problems.iter().any(|problem| match problem {
            ClientProblem::RedirectUri {
                after_logout: which,
                ..
            } => *which == after_logout,
            ClientProblem::NoRedirectUri | ClientProblem::ManyRedirectUris => !after_logout,
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_of_its_own_in_every_language() {
        use RedirectUriError::{Format, Fragment, Insecure, Scheme, TooLong, UserInfo, Wildcard};
        for tag in Texts::languages() {
            let t = Texts::of_locales([tag]).unwrap();
            let mut words: Vec<_> = [
                Format, TooLong, Fragment, Wildcard, UserInfo, Insecure, Scheme,
            ]
            .map(|why| redirect_words(why, ClientKind::Web, t))
            .into();
            words.push(redirect_words(Scheme, ClientKind::Native, t));
            words.extend(Scope::ALL.map(|scope| scope_words(scope, t)));
            let count = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count, "{tag}");
        }
    }
}
