//! What a person is told after they signed in, and what they say to it.

use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{SessionId, StoreError, Timestamp};

use super::{FreshError, SignInService};
use crate::account::{Acknowledgement, Device, DeviceMark, Freeze, News, Session};

/// What became of a device that the person does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refused {
    /// The sessions that ended.
    pub ended: Vec<SessionId>,
    /// Whether the key that had signed in from it was frozen; not so the key of the session at hand.
    pub froze: bool,
}

impl SignInService {
    /// What the person has not been told yet: keys linked, and other devices that signed in.
    pub fn news(&self, of: &Session) -> Result<News, StoreError> {
        let from = DeviceMark::of(of.user_agent.as_deref());
        let mut news = self.stores.accounts.news(&of.user.id, &from)?;
        news.keys.retain(|key| of.identity() != Some(&key.identity));
        Ok(news)
    }

    /// All devices that signed in to the person's account, oldest first.
    pub fn devices(&self, of: &Session) -> Result<Vec<Device>, StoreError> {
        self.stores.accounts.devices(&of.user.id)
    }

    /// The person knows of what was new at `until`; answers whether anything was.
    pub fn acknowledge(
        &self,
        of: &Session,
        until: Timestamp,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        self.stores.accounts.acknowledge(&Acknowledgement {
            user: of.user.id.clone(),
            from: DeviceMark::of(of.user_agent.as_deref()),
            with: of.identity().cloned(),
            until,
            now: self.clock.now(),
            act: self.act_of(of, Action::NewsAcknowledged, origin),
        })
    }

    /// The person does not know a device: its sessions end, and the key that first signed in from it is
    /// frozen, if it is another one than that of this session. Takes a fresh session.
    pub fn refuse_device(
        &self,
        of: &Session,
        mark: &str,
        origin: &Origin,
    ) -> Result<Refused, FreshError> {
        self.require_fresh(of)?;
        let news = self.news(of)?;
        let Some(device) = news.devices.iter().find(|new| new.mark.as_str() == mark) else {
            return Ok(Refused::default());
        };
        let mut refused = Refused::default();
        if let Some(identity) = &device.identity
            && let Freeze::Frozen { ended } = self.freeze(of, identity, origin)?
        {
            refused = Refused { ended, froze: true };
        }
        for session in self.sessions(of)? {
            let is_its = DeviceMark::of(session.user_agent.as_deref()) == device.mark;
            if is_its && session.id != of.id && self.end_session(of, &session.id, origin)? {
                refused.ended.push(session.id);
            }
        }
        let accounts = &self.stores.accounts;
        accounts.forget_device(&of.user.id, &device.mark)?;
        Ok(refused)
    }

    /// The person wants no second key, and is not asked again.
    pub fn accept_one_key(&self, of: &Session) -> Result<(), StoreError> {
        let accounts = &self.stores.accounts;
        accounts.accept_one_key(&of.user.id, self.clock.now())
    }
}
