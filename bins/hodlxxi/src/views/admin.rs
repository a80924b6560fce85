//! `/admin`: what administrators see of all clients, accounts and the audit log.

use std::borrow::Cow;

use askama::Template;
use hodlxxi_kernel::ClientTier;

use super::moment::Moment;
use super::shell::Shell;

/// What just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminNotice {
    /// It was done.
    Done,
    /// What was to be changed is not there any more.
    Gone,
    /// Nobody takes away their own access.
    Yourself,
}

impl AdminNotice {
    /// The notice as a word of the page's address.
    pub const fn as_word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Gone => "gone",
            Self::Yourself => "yourself",
        }
    }

    /// The notice of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Done, Self::Gone, Self::Yourself]
            .into_iter()
            .find(|notice| notice.as_word() == word)
    }
}

/// What to say of `notice`, and whether it tells of something that was not done.
fn said(shell: &Shell, notice: Option<AdminNotice>) -> Option<(Cow<'static, str>, bool)> {
    let t = shell.t;
    Some(match notice? {
        AdminNotice::Done => (t.get("admin-done"), false),
        AdminNotice::Gone => (t.get("admin-gone"), true),
        AdminNotice::Yourself => (t.get("admin-yourself"), true),
    })
}

/// How the server stands. No form.
#[derive(Template)]
#[template(path = "admin.html")]
pub struct AdminPage {
    /// The frame.
    pub shell: Shell,
    /// How many clients there are.
    pub clients: u64,
    /// How many sessions are live.
    pub sessions: u64,
    /// The number of the audit log's last seal.
    pub seals: i64,
    /// Its entries that are not sealed yet.
    pub unsealed: u64,
    /// When the oldest of those was.
    pub oldest_unsealed: Option<Moment>,
    /// How many entries expired, and when the last did.
    pub expired: Option<(i64, Moment)>,
}

/// A client, as administrators see it.
#[derive(Clone)]
pub struct AdminClientRow {
    /// Its id.
    pub id: String,
    /// Its name, or its host, or its id.
    pub name: String,
    /// Where its answers go.
    pub redirect_uris: Vec<String>,
    /// Its kind, in words.
    pub kind: Cow<'static, str>,
    /// The account that it belongs to.
    pub owner: Option<String>,
    /// Whether an administrator vouches for its name.
    pub verified: bool,
    /// Its tier.
    pub tier: &'static str,
    /// Whether it is disabled.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last used, to within a day.
    pub last_used_at: Option<Moment>,
}

impl AdminClientRow {
    /// The tiers that it can be given.
    fn other_tiers(&self) -> impl Iterator<Item = &'static str> + use<> {
        let tiers = ClientTier::ALL.map(ClientTier::as_str).into_iter();
        let current = self.tier;
        tiers.filter(move |tier| *tier != current)
    }
}

/// All clients, or those that a search found.
///
/// Forms: a search by `q`; `POST /admin/clients` with `client_id` and `act`: `verify`, `unverify`, `disable`,
/// `enable`, `free`, `paid` or `premium`.
#[derive(Template)]
#[template(path = "admin_clients.html")]
pub struct AdminClientsPage {
    /// The frame.
    pub shell: Shell,
    /// What just happened.
    pub notice: Option<AdminNotice>,
    /// What was looked for.
    pub query: String,
    /// The clients, newest first.
    pub clients: Vec<AdminClientRow>,
    /// Where the next page begins, as an address.
    pub next: Option<String>,
}

impl AdminClientsPage {
    fn said(&self) -> Option<(Cow<'static, str>, bool)> {
        said(&self.shell, self.notice)
    }
}

/// An account, as administrators see it.
#[derive(Clone)]
pub struct AdminUserRow {
    /// Its id.
    pub id: String,
    /// The name chosen, or else the id.
    pub name: String,
    /// The level given to it, if one was.
    pub granted: Option<&'static str>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Moment,
}

/// All accounts.
///
/// One form: a search by `q`, an id or a public key, which leads to the account.
#[derive(Template)]
#[template(path = "admin_users.html")]
pub struct AdminUsersPage {
    /// The frame.
    pub shell: Shell,
    /// What was looked for and is not there.
    pub query: String,
    /// The accounts, newest first.
    pub users: Vec<AdminUserRow>,
    /// Where the next page begins, as an address.
    pub next: Option<String>,
}

/// A key of an account, as administrators see it.
#[derive(Clone)]
pub struct AdminKeyRow {
    /// The key in hex, or the script.
    pub key: String,
    /// How it signs, in words.
    pub method: &'static str,
    /// When it last signed in.
    pub last_used_at: Moment,
}

/// One account.
///
/// Its form: `POST /admin/users/{id}` with `act`: `disable`, `enable`, `full`, `special` or `limited`.
#[derive(Template)]
#[template(path = "admin_user.html")]
pub struct AdminUserPage {
    /// The frame.
    pub shell: Shell,
    /// What just happened.
    pub notice: Option<AdminNotice>,
    /// The account.
    pub user: AdminUserRow,
    /// Its keys, oldest first.
    pub keys: Vec<AdminKeyRow>,
    /// How many sessions are live.
    pub sessions: usize,
    /// Its clients: id and name.
    pub clients: Vec<(String, String)>,
}

impl AdminUserPage {
    fn said(&self) -> Option<(Cow<'static, str>, bool)> {
        said(&self.shell, self.notice)
    }
}

/// An entry of the audit log, as administrators see it.
#[derive(Clone)]
pub struct AdminAuditRow {
    /// When.
    pub at: Moment,
    /// The word of what was done.
    pub action: String,
    /// The word of what came of it.
    pub outcome: String,
    /// Who did it, as a word.
    pub actor: String,
    /// The account concerned; none where it was erased, or there was none.
    pub person: Option<String>,
    /// The client concerned.
    pub client: Option<String>,
    /// Where it came from.
    pub address: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// More on it.
    pub detail: Option<String>,
}

/// The audit log, newest first. One form: a search by `action`, `person` and `client`.
#[derive(Template)]
#[template(path = "admin_audit.html")]
pub struct AdminAuditPage {
    /// The frame.
    pub shell: Shell,
    /// The words of all actions.
    pub actions: Vec<&'static str>,
    /// The action looked for; empty for all.
    pub action: String,
    /// The account looked for; empty for all.
    pub person: String,
    /// The client looked for; empty for all.
    pub client: String,
    /// The entries.
    pub entries: Vec<AdminAuditRow>,
    /// Where the next page begins, as an address.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_read_back() {
        for notice in [AdminNotice::Done, AdminNotice::Gone, AdminNotice::Yourself] {
            assert_eq!(AdminNotice::from_word(notice.as_word()), Some(notice));
        }
        assert_eq!(AdminNotice::from_word("<b>"), None);
    }
}
