//! What the accounts' crate and the provider's crate have to tell each other.

use std::sync::Arc;

use crate::views::Texts;
use hodlxxi_auth::account::{AccessPolicy, AccountStore, LinkedKey, Session};
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{AccessLevel, SignInMethod, StoreError, UserId};
use hodlxxi_oauth::person::{Person, Profile, ProfileSource};

/// Answers the provider's questions about people from the accounts.
pub(crate) struct Profiles {
    accounts: Arc<dyn AccountStore>,
    access: AccessPolicy,
}

impl Profiles {
    /// Profiles of the people in `accounts`, with levels by `access`.
    pub(crate) fn new(accounts: Arc<dyn AccountStore>, access: AccessPolicy) -> Self {
        Self { accounts, access }
    }
}

impl ProfileSource for Profiles {
    fn profile(&self, user: &UserId, method: SignInMethod) -> Result<Option<Profile>, StoreError> {
        let Some(user) = self
            .accounts
            .user(user)?
            .filter(|user| user.disabled_at.is_none())
        else {
            return Ok(None);
        };
        let keys = self.accounts.linked_keys(&user.id)?;
        let usable = || keys.iter().filter(|key| key.is_usable());
        let primary = LinkedKey::primary(&keys);
        let public_key = primary.and_then(|key| key.public_key);
        let public_key = public_key.or_else(|| usable().find_map(|key| key.public_key));
        let identities = usable().map(|key| &key.identity);
        Ok(Some(Profile {
            name: user.name.as_ref().map(|name| name.as_str().to_owned()),
            preferred_username: primary.map_or_else(|| "guest".to_owned(), short_name),
            public_key,
            access_level: self.access.level_of(method, identities, user.granted_level),
            updated_at: user.updated_at,
        }))
    }
}

/// A short name for a key: the beginning of its `npub`, or of its script.
fn short_name(key: &LinkedKey) -> String {
    let long = key.public_key.map_or_else(
        || key.identity.to_string().replace(':', "_"),
        |key| key.npub(),
    );
    long.chars().take(16).collect()
}

/// Somebody signed in, as the pages and the provider see them.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// The session.
    pub(crate) session: Session,
    /// What it may do.
    pub(crate) level: AccessLevel,
}

impl Visitor {
    /// Who this is to the provider.
    pub(crate) fn person(&self) -> Person {
        Person {
            user: self.session.user.id.clone(),
            session: self.session.id.clone(),
            auth_time: self.session.auth_time,
            method: self.session.method(),
            merged: self.session.user.merged_at.is_some(),
        }
    }

    /// The request of this person as an administrator's, for the audit log.
    pub(crate) fn administrating(&self, origin: &Origin) -> Origin {
        origin.by_administrator(&self.session.user.id, &self.session.id)
    }

    /// The name a page shows: the chosen one, or the beginning of the key.
    pub(crate) fn shown_name(&self, t: Texts) -> String {
        match (&self.session.user.name, &self.session.key) {
            (Some(name), _) => name.as_str().to_owned(),
            (None, Some(_)) => self.shown_key(),
            (None, None) => t.get("method-guest").into_owned(),
        }
    }

    /// The key this session was opened with, short enough for a line: its address, or both ends of
    /// its `npub`.
    pub(crate) fn shown_key(&self) -> String {
        let Some(key) = &self.session.key else {
            return "no key".to_owned();
        };
        let long = key
            .public_key
            .map_or_else(|| key.identity.to_string(), |key| key.npub());
        let long = key.address.clone().unwrap_or(long);
        shorten(long)
    }
}

/// A key or an address, short enough for a line: both its ends.
pub(crate) fn shorten(long: String) -> String {
    let count = long.chars().count();
    if count <= 24 {
        return long;
    }
    let head: String = long.chars().take(12).collect();
    let tail: String = long.chars().skip(count - 8).collect();
    format!("{head}…{tail}")
}
