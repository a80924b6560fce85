//! What people have been told, in memory.

use hodlxxi_kernel::{StoreError, Timestamp, UserId};

use super::{MemoryStore, State};
use crate::account::{Acknowledgement, Device, DeviceMark, LinkedKey, News, NewsStore, SignIn};

pub(super) struct Row {
    device: Device,
    acknowledged_at: Option<Timestamp>,
}

impl State {
    /// Notes what signs in, if it is new.
    pub(super) fn see_device(&mut self, user: &UserId, sign_in: &SignIn) {
        let Some(key) = &sign_in.key else {
            return;
        };
        let (user_agent, now) = (&sign_in.session.user_agent, sign_in.session.auth_time);
        let mark = DeviceMark::of(user_agent.as_deref());
        let is_first = !self.devices.keys().any(|(of, _)| of == user);
        let place = (user.clone(), mark.as_str().to_owned());
        self.devices.entry(place).or_insert_with(|| Row {
            device: Device {
                mark,
                user_agent: user_agent.clone(),
                identity: Some(key.identity.clone()),
                first_seen_at: now,
            },
            acknowledged_at: is_first.then_some(now),
        });
    }

    /// The devices of an account that was merged into another; those that this one knows are dropped.
    pub(super) fn move_devices(&mut self, from: &UserId, into: &UserId) {
        let moved = self.devices.extract_if(.., |(of, _), _| of == from);
        let moved: Vec<_> = moved.collect();
        for ((_, mark), row) in moved {
            self.devices.entry((into.clone(), mark)).or_insert(row);
        }
    }

    /// The devices and keys of `user` that are new, but `from`.
    fn new_rows(
        &mut self,
        user: &UserId,
        from: &DeviceMark,
    ) -> (Vec<&mut LinkedKey>, Vec<&mut Row>) {
        let Self { keys, devices, .. } = self;
        let keys = keys.values_mut();
        let keys = keys
            .filter(|key| key.user == *user && key.acknowledged_at.is_none() && key.is_usable());
        let devices = devices.iter_mut().filter(|((of, mark), row)| {
            of == user && mark != from.as_str() && row.acknowledged_at.is_none()
        });
        (keys.collect(), devices.map(|(_, row)| row).collect())
    }
}

impl NewsStore for MemoryStore {
    fn news(&self, user: &UserId, from: &DeviceMark) -> Result<News, StoreError> {
        let mut state = self.state();
        let (keys, devices) = state.new_rows(user, from);
        let mut news = News {
            keys: keys.into_iter().map(|key| key.clone()).collect(),
            devices: devices.into_iter().map(|row| row.device.clone()).collect(),
        };
        news.keys.sort_by_key(|key| key.added_at);
        news.devices.sort_by_key(|device| device.first_seen_at);
        Ok(news)
    }

    fn devices(&self, user: &UserId) -> Result<Vec<Device>, StoreError> {
        let state = self.state();
        let theirs = state.devices.iter().filter(|((of, _), _)| of == user);
        let mut devices: Vec<_> = theirs.map(|(_, row)| row.device.clone()).collect();
        devices.sort_by_key(|device| device.first_seen_at);
        Ok(devices)
    }

    fn acknowledge(&self, said: &Acknowledgement) -> Result<bool, StoreError> {
        let mut state = self.state();
        let (keys, devices) = state.new_rows(&said.user, &said.from);
        let mut any = false;
        let told = |key: &&mut LinkedKey| {
            key.added_at <= said.until && said.with.as_ref() != Some(&key.identity)
        };
        for key in keys.into_iter().filter(told) {
            key.acknowledged_at = Some(said.now);
            any = true;
        }
        let seen = |row: &&mut Row| row.device.first_seen_at <= said.until;
        for row in devices.into_iter().filter(seen) {
            row.acknowledged_at = Some(said.now);
            any = true;
        }
        if any {
            state.acts.push(said.act.clone());
        }
        Ok(any)
    }

    fn forget_device(&self, user: &UserId, mark: &DeviceMark) -> Result<bool, StoreError> {
        let place = (user.clone(), mark.as_str().to_owned());
        Ok(self.state().devices.remove(&place).is_some())
    }

    fn accept_one_key(&self, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
        if let Some(user) = self.state().users.get_mut(user) {
            user.one_key_enough_at = Some(now);
        }
        Ok(())
    }
}
