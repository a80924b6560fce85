//! The end of accounts: one merged into another, one that its owner leaves.

use hodlxxi_kernel::audit::{Action, Actor, Origin};
use hodlxxi_kernel::{StoreError, Timestamp};

use super::{SignInService, Verified, VerifyError};
use crate::account::{Deletion, DeletionOutcome, Merge, MergeOutcome, ProvenKey, Session};

/// How long an account that is left can be come back to, in seconds: by signing in.
pub const DELETION_GRACE: i64 = 14 * 24 * 3_600;

impl SignInService {
    /// Merges the account of `key` into that of `session`.
    pub(super) fn merge(
        &self,
        session: &Session,
        key: ProvenKey,
        origin: &Origin,
    ) -> Result<Verified, VerifyError> {
        let act = self.act_of(session, Action::AccountMerged, origin);
        let away = self.act(Action::AccountMergedAway, origin);
        let merge = Merge {
            user: session.user.id.clone(),
            session: session.id.clone(),
            act: act.key(&key.shown()),
            away: away.by(Actor::Person).key(&key.shown()),
            key,
            now: self.clock.now(),
        };
        match self.stores.accounts.merge(&merge)? {
            MergeOutcome::Merged { gone, ended } => Ok(Verified::Merged {
                key: merge.key,
                gone,
                ended,
                access_level: self.config.access.level(session),
                session: session.clone(),
            }),
            MergeOutcome::Conflict(clients) => Err(VerifyError::MergeConflict(clients)),
            MergeOutcome::NothingToMerge => Err(VerifyError::NothingToMerge),
            MergeOutcome::KeyFrozen => Err(VerifyError::KeyFrozen),
            MergeOutcome::Disabled => Err(VerifyError::AccountDisabled),
            MergeOutcome::Moved => Err(VerifyError::KeyOfOtherAccount),
        }
    }

    /// Ends all that the account of `session` has open, and has it deleted once the grace is over.
    pub(super) fn leave(
        &self,
        session: &Session,
        key: &ProvenKey,
        origin: &Origin,
    ) -> Result<Verified, VerifyError> {
        let now = self.clock.now();
        let act = self.act_of(session, Action::DeletionRequested, origin);
        let deletion = Deletion {
            user: session.user.id.clone(),
            identity: key.identity.clone(),
            deletes_at: now.plus(DELETION_GRACE),
            now,
            act: act.key(&key.shown()),
        };
        match self.stores.accounts.request_deletion(&deletion)? {
            DeletionOutcome::Requested { ended } => Ok(Verified::Leaving {
                deletes_at: deletion.deletes_at,
                ended,
                access_level: self.config.access.level(session),
                session: session.clone(),
            }),
            DeletionOutcome::KeyFrozen => Err(VerifyError::KeyFrozen),
            DeletionOutcome::OtherAccount => Err(VerifyError::KeyOfOtherAccount),
        }
    }

    /// Deletes accounts whose grace was over at `now`, at most `limit`; answers how many.
    pub(super) fn delete_due(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let accounts = &self.stores.accounts;
        let act = |action| self.act(action, &Origin::server());
        let mut deleted = 0;
        for user in accounts.due_deletions(now, limit)? {
            deleted += usize::from(accounts.delete_account(&user, now, &act)?);
        }
        Ok(deleted)
    }
}
