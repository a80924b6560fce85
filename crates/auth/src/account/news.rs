//! What a person has not been told yet: keys linked to their account, and devices that signed in.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{StoreError, Timestamp, UserId};

use super::user::LinkedKey;
use crate::identity::Identity;

/// The longest mark, in characters.
const MAX_MARK: usize = 200;

/// What tells a person's devices apart: what the browser says of itself, without the numbers of its
/// versions, so that an update makes no new device. Two of a kind are one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceMark(String);

impl DeviceMark {
    /// The mark of a browser that describes itself so, if it does.
    pub fn of(user_agent: Option<&str>) -> Self {
        let text = user_agent.unwrap_or_default().chars();
        let unnumbered = text.filter(|c| !c.is_ascii_digit() && !matches!(c, '.' | '_'));
        Self(unnumbered.take(MAX_MARK).collect())
    }

    /// The mark as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A device that signed in to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it is told apart by.
    pub mark: DeviceMark,
    /// What it said of itself the first time.
    pub user_agent: Option<String>,
    /// The key that signed in then; it need not be linked any more.
    pub identity: Option<Identity>,
    /// When that was.
    pub first_seen_at: Timestamp,
}

/// What a person has not been told yet, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// Keys linked to the account, but those that were frozen meanwhile.
    pub keys: Vec<LinkedKey>,
    /// Devices that signed in to it.
    pub devices: Vec<Device>,
}

impl News {
    /// Whether there is nothing to tell.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.devices.is_empty()
    }
}

/// What a person says that they know of.
#[derive(Debug, Clone)]
pub struct Acknowledgement {
    /// The account.
    pub user: UserId,
    /// The device it is said from, which cannot speak for itself.
    pub from: DeviceMark,
    /// The key of the session it is said in, which cannot either.
    pub with: Option<Identity>,
    /// What was new by then.
    pub until: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// The act.
    pub act: AuditEntry,
}

/// Keeps what people have been told.
pub trait NewsStore: Send + Sync {
    /// What `user` has not been told, but that `from` is a device of theirs.
    fn news(&self, user: &UserId, from: &DeviceMark) -> Result<News, StoreError>;

    /// All devices that signed in to the account, oldest first.
    fn devices(&self, user: &UserId) -> Result<Vec<Device>, StoreError>;

    /// Notes that the person knows of what was new; answers whether anything was.
    fn acknowledge(&self, said: &Acknowledgement) -> Result<bool, StoreError>;

    /// Forgets a device: if it signs in again, it is new. Answers whether it was known.
    fn forget_device(&self, user: &UserId, mark: &DeviceMark) -> Result<bool, StoreError>;

    /// Notes that one key is enough for the person.
    fn accept_one_key(&self, user: &UserId, now: Timestamp) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_is_no_new_device_and_another_browser_is() {
        let mark = |text| DeviceMark::of(Some(text));
        let firefox =
            mark("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0");
        let updated =
            mark("Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0.1");
        let mac = mark("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Gecko Firefox/145.0");
        assert_eq!(firefox, updated);
        assert_ne!(firefox, mac);
        assert_eq!(DeviceMark::of(None), mark("1.2"));
        assert_eq!(mark(&"é".repeat(1_000)).as_str().chars().count(), MAX_MARK);
    }
}
