//! `/account`: profile, keys, sessions, connected applications and recent activity.

use std::borrow::Cow;

use askama::Template;

use super::activity::ActivityList;
use super::moment::Moment;
use super::shell::Shell;

/// A key linked to the account.
#[derive(Clone)]
pub struct KeyRow {
    /// What unlinking names it by.
    pub id: String,
    /// The person's own word for it.
    pub label: Option<String>,
    /// What it is and how it signs, such as "Taproot address (P2TR)".
    pub kind: String,
    /// The key in hex; none for scripts.
    pub public_key: Option<String>,
    /// The key's `npub`.
    pub npub: Option<String>,
    /// The address first used with it.
    pub address: Option<String>,
    /// When it was linked.
    pub added_at: Moment,
    /// When it last signed in.
    pub last_used_at: Moment,
    /// Whether this session was opened with it.
    pub current: bool,
    /// Whether it is the one that is shown.
    pub primary: bool,
    /// Since when it signs nobody in.
    pub frozen_at: Option<Moment>,
}

/// A session of the account.
#[derive(Clone)]
pub struct SessionRow {
    /// What ending names it by.
    pub id: String,
    /// The device in words (see [`device`](super::device)).
    pub device: String,
    /// How it was opened: "Bitcoin key", "Nostr", "Guest".
    pub method: String,
    /// The applications that got tokens for it, the first one first: name and host.
    pub applications: Vec<String>,
    /// When the person signed in.
    pub signed_in_at: Moment,
    /// When it was last used, to within ten minutes.
    pub last_seen_at: Moment,
    /// Whether it is the one that looks at this page.
    pub current: bool,
}

/// An application the person is connected to.
#[derive(Clone)]
pub struct ConnectionRow {
    /// What revoking names it by.
    pub client_id: String,
    /// Its name as registered.
    pub name: String,
    /// Its host.
    pub host: String,
    /// Whether an administrator vouched for the name.
    pub verified: bool,
    /// What was allowed, as sentences (see [`describe_scopes`](super::describe_scopes)).
    pub scopes: Vec<Cow<'static, str>>,
    /// When it was first allowed.
    pub first_allowed_at: Moment,
    /// When it last got tokens.
    pub last_used_at: Option<Moment>,
}

/// What just happened, or why it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountNotice {
    /// The name is saved.
    NameSaved,
    /// The name was not accepted.
    NameRefused,
    /// A key was linked.
    KeyLinked,
    /// The key had been linked before.
    KeyAlreadyLinked,
    /// The key is unlinked.
    KeyUnlinked,
    /// The last key cannot be unlinked.
    LastKey,
    /// What was entered names no key that could be linked.
    KeyRefused,
    /// You have signed in afresh. For five minutes you can change what your account is reached by, and take all of it along.
    Confirmed,
    /// The key has its new label.
    KeyLabelled,
    /// That label cannot be used: at most 64 characters, no control characters, and never a private key.
    LabelRefused,
    /// That key is the primary one now. Applications that you allow to see your profile are told of it.
    KeyMadePrimary,
    /// The key is frozen. It signs nobody in any more, its sessions have ended, and so has what applications were given since it was linked.
    KeyFrozen,
    /// To freeze a key, sign in with another key of this account first.
    NeedsAnotherKey,
    /// The two accounts are one. Each application goes on to know you as before.
    Merged,
    /// Accounts are merged by Bitcoin and Lightning keys alone.
    MergeTakesOtherKey,
    /// The sessions of that device have ended.
    Refused,
    /// A session has ended.
    SessionEnded,
    /// All other sessions have ended.
    OtherSessionsEnded,
    /// An application was disconnected.
    ConnectionRevoked,
    /// What was to be changed is not there any more.
    Gone,
}

impl AccountNotice {
    const ALL: [Self; 20] = [
        Self::NameSaved,
        Self::NameRefused,
        Self::KeyLinked,
        Self::KeyAlreadyLinked,
        Self::KeyUnlinked,
        Self::LastKey,
        Self::KeyRefused,
        Self::Confirmed,
        Self::KeyLabelled,
        Self::LabelRefused,
        Self::KeyMadePrimary,
        Self::KeyFrozen,
        Self::NeedsAnotherKey,
        Self::Merged,
        Self::MergeTakesOtherKey,
        Self::Refused,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::ConnectionRevoked,
        Self::Gone,
    ];

    /// The notice as a word of the page's address.
    pub const fn as_word(self) -> &'static str {
        match self {
            Self::NameSaved => "name-saved",
            Self::NameRefused => "name-refused",
            Self::KeyLinked => "key-linked",
            Self::KeyAlreadyLinked => "key-already-linked",
            Self::KeyUnlinked => "key-unlinked",
            Self::LastKey => "last-key",
            Self::KeyRefused => "key-refused",
            Self::Confirmed => "confirmed",
            Self::KeyLabelled => "key-labelled",
            Self::LabelRefused => "label-refused",
            Self::KeyMadePrimary => "key-made-primary",
            Self::KeyFrozen => "key-frozen",
            Self::NeedsAnotherKey => "needs-another-key",
            Self::Merged => "merged",
            Self::MergeTakesOtherKey => "merge-takes-other-key",
            Self::Refused => "device-refused",
            Self::SessionEnded => "session-ended",
            Self::OtherSessionsEnded => "other-sessions-ended",
            Self::ConnectionRevoked => "connection-revoked",
            Self::Gone => "gone",
        }
    }

    /// The notice of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|notice| notice.as_word() == word)
    }

    /// What to say.
    fn words(self, shell: &Shell) -> Cow<'static, str> {
        shell.t.get(&format!("notice-{}", self.as_word()))
    }

    /// Whether it tells of something that was not done.
    const fn refused(self) -> bool {
        matches!(
            self,
            Self::NameRefused
                | Self::LastKey
                | Self::KeyRefused
                | Self::LabelRefused
                | Self::NeedsAnotherKey
                | Self::MergeTakesOtherKey
                | Self::Gone
        )
    }
}

/// The account page.
///
/// Forms: `POST /account/profile` with `name` (empty clears it); `POST /account/keys/challenge`
/// with `identifier`; `POST /account/keys/unlink`, `…/primary` and `…/freeze` with `key`;
/// `POST /account/keys/label` with `key` and `label` (empty clears it); `POST /account/keys/enough`;
/// `POST /account/merge/challenge` and `POST /account/delete/challenge` with `identifier`;
/// `POST /account/sessions/end` with
/// `session`; `POST /account/sessions/end-others`; `POST /account/connections/revoke` with
/// `client_id`; `POST /logout`, as in every header. A guest's page has neither profile nor keys. After each, a redirect to `/account`.
/// Older activity is at `/account?before=` and older failures at `/account?failed_before=`, each with what its list says.
#[derive(Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// The frame.
    pub shell: Shell,
    /// What just happened.
    pub notice: Option<AccountNotice>,
    /// The account's opaque id.
    pub user_id: String,
    /// The name; empty if none is set.
    pub name: String,
    /// The access level of this session, as one word.
    pub access_level: &'static str,
    /// Whether this is a visitor without a key.
    pub guest: bool,
    /// When the account was made.
    pub created_at: Moment,
    /// The linked keys, oldest first.
    pub keys: Vec<KeyRow>,
    /// Whether to offer that a second key be linked.
    pub offer_second_key: bool,
    /// The live sessions, this one first.
    pub sessions: Vec<SessionRow>,
    /// The connected applications.
    pub connections: Vec<ConnectionRow>,
    /// What was done.
    pub activity: ActivityList,
    /// Who tried to sign in, and did not get in.
    pub failures: ActivityList,
}

impl AccountPage {
    /// What the access level means.
    fn access_words(&self) -> Cow<'static, str> {
        self.shell.t.get(&format!("level-{}", self.access_level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Texts;

    #[test]
    fn notices_read_back_and_each_says_something_else() {
        let said = |notice: AccountNotice| {
            let key = format!("notice-{}", notice.as_word());
            let text = Texts::default().get(&key);
            assert_ne!(text, key);
            text
        };
        let mut words: Vec<_> = AccountNotice::ALL.map(said).into();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), AccountNotice::ALL.len());
        for notice in AccountNotice::ALL {
            assert_eq!(AccountNotice::from_word(notice.as_word()), Some(notice));
        }
        assert_eq!(AccountNotice::from_word("<b>"), None);
    }
}
