//! Keys, news and the end of accounts: kept by the stores behind, with the cache told of what changes a
//! session or its account.

use hodlxxi_auth::account::{
    AccountEndStore, Acknowledgement, Deletion, DeletionOutcome, Device, DeviceMark, DisplayName,
    Freeze, FreezeKey, LinkedKeyStore, Merge, MergeOutcome, News, NewsStore,
};
use hodlxxi_auth::identity::Identity;
use hodlxxi_kernel::audit::{Action, AuditEntry};
use hodlxxi_kernel::{StoreError, Timestamp, UserId};

use crate::people::PeopleCache;

impl LinkedKeyStore for PeopleCache {
    fn label_key(
        &self,
        user: &UserId,
        identity: &Identity,
        label: Option<&DisplayName>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.accounts.label_key(user, identity, label, act)
    }

    fn make_primary(
        &self,
        user: &UserId,
        identity: &Identity,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(user, || {
            self.accounts.make_primary(user, identity, now, act)
        })
    }

    fn freeze_key(&self, freeze: &FreezeKey) -> Result<Freeze, StoreError> {
        self.changing(&freeze.user, || self.accounts.freeze_key(freeze))
    }

    fn thaw_key(
        &self,
        user: &UserId,
        identity: &Identity,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(user, || self.accounts.thaw_key(user, identity, act))
    }
}

impl AccountEndStore for PeopleCache {
    fn merge(&self, merge: &Merge) -> Result<MergeOutcome, StoreError> {
        // Whose sessions may end is asked before: whatever comes of the step, both may have changed.
        let goes = self.accounts.user_by_identity(&merge.key.identity)?;
        let outcome = self.accounts.merge(merge);
        let found = goes.as_ref().map(|user| user.id.as_str());
        let gone = match &outcome {
            Ok(MergeOutcome::Merged { gone, .. }) => Some(gone.as_str()),
            _ => None,
        };
        let names = [Some(merge.user.as_str()), found, gone];
        self.redis.changed(names.into_iter().flatten());
        outcome
    }

    fn request_deletion(&self, deletion: &Deletion) -> Result<DeletionOutcome, StoreError> {
        self.changing(&deletion.user, || self.accounts.request_deletion(deletion))
    }

    fn due_deletions(&self, now: Timestamp, limit: u32) -> Result<Vec<UserId>, StoreError> {
        self.accounts.due_deletions(now, limit)
    }

    fn delete_account(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &dyn Fn(Action) -> AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(user, || self.accounts.delete_account(user, now, act))
    }
}

impl NewsStore for PeopleCache {
    fn news(&self, user: &UserId, from: &DeviceMark) -> Result<News, StoreError> {
        self.accounts.news(user, from)
    }

    fn devices(&self, user: &UserId) -> Result<Vec<Device>, StoreError> {
        self.accounts.devices(user)
    }

    fn acknowledge(&self, said: &Acknowledgement) -> Result<bool, StoreError> {
        self.accounts.acknowledge(said)
    }

    fn forget_device(&self, user: &UserId, mark: &DeviceMark) -> Result<bool, StoreError> {
        self.accounts.forget_device(user, mark)
    }

    fn accept_one_key(&self, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
        self.changing(user, || self.accounts.accept_one_key(user, now))
    }
}
