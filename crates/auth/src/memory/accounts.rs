//! Accounts and their keys in memory.

use hodlxxi_kernel::audit::{Action, AuditEntry, Outcome};
use hodlxxi_kernel::{AccessLevel, PublicKey, StoreError, StoreErrorKind, Timestamp, UserId};

use super::{MemoryStore, State, sessions};
use crate::account::{
    AccountStore, DisplayName, LinkKey, LinkOutcome, LinkedKey, ProvenKey, SignIn, SignInAccount,
    SignInOutcome, Unlink, User, UserPage,
};
use crate::identity::Identity;

impl State {
    fn add_user(&mut self, id: &UserId, now: Timestamp) {
        let user = User {
            id: id.clone(),
            name: None,
            granted_level: None,
            created_at: now,
            updated_at: now,
            disabled_at: None,
            merged_at: None,
            deletes_at: None,
            one_key_enough_at: None,
        };
        self.users.insert(id.clone(), user);
    }

    fn add_key(&mut self, user: &UserId, key: &ProvenKey, now: Timestamp) {
        let linked = LinkedKey {
            identity: key.identity.clone(),
            user: user.clone(),
            public_key: key.public_key,
            method: key.method,
            address: key.address.clone(),
            label: None,
            added_at: now,
            last_used_at: now,
            primary_since: None,
            frozen_at: None,
            acknowledged_at: None,
        };
        self.keys.insert(key.identity.clone(), linked);
    }

    /// Changes an account; answers whether it exists.
    fn change_user(
        &mut self,
        id: &UserId,
        act: &AuditEntry,
        change: impl FnOnce(&mut User),
    ) -> bool {
        let changed = self.users.get_mut(id).map(change).is_some();
        if changed {
            self.acts.push(act.clone());
        }
        changed
    }

    /// Writes down a sign-in that failed.
    fn sign_in_failed(&mut self, act: AuditEntry, why: Outcome) {
        self.acts.push(act.became(Action::SignInFailed, why));
    }
}

impl LinkedKey {
    /// Takes over the parity of y from a proof, if none told it before.
    fn learn(&mut self, proven: Option<PublicKey>) {
        let known = self.public_key.is_some_and(|key| key.parity_known());
        if !known && proven.is_some() {
            self.public_key = proven;
        }
    }
}

impl AccountStore for MemoryStore {
    fn sign_in(&self, sign_in: &SignIn) -> Result<SignInOutcome, StoreError> {
        let mut state = self.state();
        let now = sign_in.session.auth_time;
        let linked = sign_in.key.as_ref();
        let linked = linked.and_then(|key| state.keys.get(&key.identity));
        let is_frozen = linked.is_some_and(|linked| !linked.is_usable());
        let owner = linked.map(|linked| linked.user.clone());
        let (user, new_account) = match (owner, &sign_in.account) {
            (Some(owner), SignInAccount::FoundOrNew(_)) => (owner, false),
            (Some(owner), SignInAccount::Only(only)) if owner == *only => (owner, false),
            (_, SignInAccount::Only(only)) => {
                state.sign_in_failed(sign_in.act.clone().person(only), Outcome::OtherAccount);
                return Ok(SignInOutcome::OtherAccount);
            }
            (None, SignInAccount::FoundOrNew(id)) => (id.clone(), true),
        };
        if new_account {
            state.add_user(&user, now);
            if let Some(key) = &sign_in.key {
                state.add_key(&user, key, now);
                state.begin_with_key(&user, now);
            }
        } else if state
            .users
            .get(&user)
            .is_some_and(|user| user.disabled_at.is_some())
        {
            state.sign_in_failed(sign_in.act.clone().person(&user), Outcome::Disabled);
            return Ok(SignInOutcome::Disabled);
        }
        if is_frozen {
            state.sign_in_failed(sign_in.act.clone().person(&user), Outcome::KeyFrozen);
            return Ok(SignInOutcome::KeyFrozen);
        }
        if let Some(key) = &sign_in.key
            && let Some(linked) = state.keys.get_mut(&key.identity)
        {
            linked.learn(key.public_key);
            linked.last_used_at = now;
        }
        if let Some(replaced) = &sign_in.session.replaces
            && let Some(row) = state.sessions.remove(&replaced.id)
            && row.user != user
        {
            state.acts.push(replaced.act.clone().person(&row.user));
        }
        let account = state.users.get_mut(&user);
        let deletion_cancelled = account.is_some_and(|user| user.deletes_at.take().is_some());
        let act = sign_in.act.clone().person(&user);
        state.acts.push(if deletion_cancelled {
            act.became(Action::DeletionCancelled, Outcome::Done)
        } else {
            act
        });
        state.see_device(&user, sign_in);
        let id = &sign_in.session.id;
        let row = sessions::Row::new(user, sign_in);
        state.sessions.insert(id.clone(), row);
        let session = state.session(id).ok_or_else(|| {
            StoreError::new(StoreErrorKind::Corrupt, "a session without an account")
        })?;
        Ok(SignInOutcome::SignedIn {
            session,
            new_account,
            deletion_cancelled,
        })
    }

    fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        Ok(self.state().users.get(id).cloned())
    }

    fn user_by_identity(&self, identity: &Identity) -> Result<Option<User>, StoreError> {
        let state = self.state();
        Ok(state
            .keys
            .get(identity)
            .and_then(|key| state.users.get(&key.user))
            .cloned())
    }

    fn users(&self, before: Option<&UserId>, limit: u32) -> Result<UserPage, StoreError> {
        let state = self.state();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let older = state.users.values().rev();
        let mut older = older.filter(|user| before.is_none_or(|before| user.id < *before));
        let users: Vec<_> = older.by_ref().take(limit).cloned().collect();
        let more = older.next().is_some();
        let next = users.last().filter(|_| more).map(|user| user.id.clone());
        Ok(UserPage { users, next })
    }

    fn linked_keys(&self, user: &UserId) -> Result<Vec<LinkedKey>, StoreError> {
        let state = self.state();
        let mut keys: Vec<_> = state
            .keys
            .values()
            .filter(|key| key.user == *user)
            .cloned()
            .collect();
        keys.sort_by_cached_key(|key| (key.added_at, key.identity.to_string()));
        Ok(keys)
    }

    fn link_key(&self, link: &LinkKey) -> Result<LinkOutcome, StoreError> {
        let mut state = self.state();
        let (outcome, result) = match state.keys.get_mut(&link.key.identity) {
            Some(linked) if linked.user == link.user && !linked.is_usable() => {
                (LinkOutcome::KeyFrozen, Outcome::KeyFrozen)
            }
            Some(linked) if linked.user == link.user => {
                linked.learn(link.key.public_key);
                (LinkOutcome::AlreadyYours, Outcome::Repeated)
            }
            Some(_) => (LinkOutcome::OtherAccount, Outcome::OtherAccount),
            None => {
                state.add_key(&link.user, &link.key, link.now);
                (LinkOutcome::Linked, Outcome::Done)
            }
        };
        let act = link.act.clone();
        state.acts.push(act.became(link.act.action, result));
        Ok(outcome)
    }

    fn unlink_key(
        &self,
        user: &UserId,
        identity: &Identity,
        act: &AuditEntry,
    ) -> Result<Unlink, StoreError> {
        let mut state = self.state();
        let State {
            keys,
            sessions,
            acts,
            ..
        } = &mut *state;
        if keys.get(identity).is_none_or(|key| key.user != *user) {
            return Ok(Unlink::Unknown);
        }
        let left =
            |key: &&LinkedKey| key.user == *user && key.is_usable() && key.identity != *identity;
        if !keys.values().any(|key| left(&key)) {
            return Ok(Unlink::LastKey);
        }
        keys.remove(identity);
        acts.push(act.clone());
        let opened = sessions.extract_if(|_, row| {
            row.key
                .as_ref()
                .is_some_and(|key| key.identity == *identity)
        });
        Ok(Unlink::Unlinked {
            ended: opened.map(|(id, _)| id).collect(),
        })
    }

    fn set_name(
        &self,
        user: &UserId,
        name: Option<&DisplayName>,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        Ok(self.state().change_user(user, act, |user| {
            user.name = name.cloned();
            user.updated_at = now;
        }))
    }

    fn set_granted_level(
        &self,
        user: &UserId,
        level: Option<AccessLevel>,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        Ok(self.state().change_user(user, act, |user| {
            user.granted_level = level;
            user.updated_at = now;
        }))
    }

    fn disable_user(
        &self,
        user: &UserId,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        state.sessions.retain(|_, row| row.user != *user);
        Ok(state.change_user(user, act, |user| {
            user.disabled_at.get_or_insert(now);
        }))
    }

    fn enable_user(
        &self,
        user: &UserId,
        _now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        Ok(self
            .state()
            .change_user(user, act, |user| user.disabled_at = None))
    }
}
