//! The end of accounts in memory. Clients are not known here, and so no two accounts conflict.

use hodlxxi_kernel::audit::{Action, AuditEntry};
use hodlxxi_kernel::{SessionId, StoreError, Timestamp, UserId};

use super::{MemoryStore, State, at_most};
use crate::account::{AccountEndStore, Deletion, DeletionOutcome, Merge, MergeOutcome};

impl State {
    fn end_sessions(&mut self, user: &UserId) -> Vec<SessionId> {
        let ended = self.sessions.extract_if(|_, row| row.user == *user);
        ended.map(|(id, _)| id).collect()
    }

    fn merge(&mut self, merge: &Merge) -> MergeOutcome {
        let identity = &merge.key.identity;
        let Some(key) = self.keys.get(identity).cloned() else {
            return MergeOutcome::NothingToMerge;
        };
        if key.user == merge.user {
            return MergeOutcome::NothingToMerge;
        }
        let session = self.sessions.get(&merge.session);
        if session.is_none_or(|session| session.user != merge.user) {
            return MergeOutcome::Moved;
        }
        let gone = key.user.clone();
        let disabled = |user: &crate::account::User| user.disabled_at.is_some();
        if self.users.get(&gone).is_some_and(disabled) {
            return MergeOutcome::Disabled;
        }
        if !key.is_usable() {
            return MergeOutcome::KeyFrozen;
        }
        let ended = self.end_sessions(&gone);
        for key in self.keys.values_mut().filter(|key| key.user == gone) {
            key.user = merge.user.clone();
            key.primary_since = None;
        }
        self.users.remove(&gone);
        for into in self.merged.values_mut().filter(|into| **into == gone) {
            *into = merge.user.clone();
        }
        self.merged.insert(gone.clone(), merge.user.clone());
        if let Some(user) = self.users.get_mut(&merge.user) {
            user.merged_at = Some(merge.now);
            user.updated_at = merge.now;
        }
        self.move_devices(&gone, &merge.user);
        self.acts.push(merge.away.clone().person(&gone));
        MergeOutcome::Merged { gone, ended }
    }

    fn erase(&mut self, person: &UserId) -> usize {
        let theirs = |act: &&mut AuditEntry| act.person.as_ref() == Some(person);
        let erased = self.acts.iter_mut().filter(theirs);
        erased
            .map(|act| (act.person, act.session, act.key) = (None, None, None))
            .count()
    }
}

impl AccountEndStore for MemoryStore {
    fn merge(&self, merge: &Merge) -> Result<MergeOutcome, StoreError> {
        let mut state = self.state();
        let outcome = state.merge(merge);
        let act = merge.act.clone();
        state
            .acts
            .push(act.became(merge.act.action, outcome.audited()));
        Ok(outcome)
    }

    fn request_deletion(&self, deletion: &Deletion) -> Result<DeletionOutcome, StoreError> {
        let mut state = self.state();
        let key = state.keys.get(&deletion.identity);
        match key.filter(|key| key.user == deletion.user) {
            None => return Ok(DeletionOutcome::OtherAccount),
            Some(key) if !key.is_usable() => return Ok(DeletionOutcome::KeyFrozen),
            Some(_) => {}
        }
        if let Some(user) = state.users.get_mut(&deletion.user) {
            user.deletes_at = Some(deletion.deletes_at);
        }
        state.acts.push(deletion.act.clone());
        let ended = state.end_sessions(&deletion.user);
        Ok(DeletionOutcome::Requested { ended })
    }

    fn due_deletions(&self, now: Timestamp, limit: u32) -> Result<Vec<UserId>, StoreError> {
        let state = self.state();
        let users = state.users.values();
        let due = users.filter(|user| user.deletes_at.is_some_and(|at| at <= now));
        Ok(at_most(due.map(|user| user.id.clone()), limit))
    }

    fn delete_account(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &dyn Fn(Action) -> AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let account = state.users.get(user);
        if account.is_none_or(|user| user.deletes_at.is_none_or(|at| at > now)) {
            return Ok(false);
        }
        state.users.remove(user);
        state.keys.retain(|_, key| key.user != *user);
        state.sessions.retain(|_, row| row.user != *user);
        state.devices.retain(|(of, _), _| of != user);
        let merged = state.merged.extract_if(|_, into| into == user);
        let mut persons: Vec<UserId> = merged.map(|(gone, _)| gone).collect();
        persons.push(user.clone());
        let erased: usize = persons.iter().map(|person| state.erase(person)).sum();
        let act = act(Action::AccountDeleted);
        state.acts.push(act.detail(&erased.to_string()));
        Ok(true)
    }
}
