//! All stores of this crate in the memory of one process, for examples, tests and first steps.
//!
//! Not for production: nothing survives a restart, nothing is shared between processes, and every
//! access waits for one lock. Deliberately absent: any promise beyond those of the traits, and
//! knowledge of sessions, so that a code outlives the session it was given in.

mod clients;
mod codes;
mod consents;
mod grants;
mod keys;
mod logouts;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hodlxxi_kernel::audit::{AuditEntry, AuditId, AuditLog, AuditRecord, Part};
use hodlxxi_kernel::{
    ClientId, GrantId, SecretHash, SessionId, SignInMethod, StoreError, Timestamp, UserId,
};

use crate::client::{Client, InitialAccessToken};
use crate::grant::AuthorizationCode;
use crate::jose::StoredKey;
use crate::person::{Profile, ProfileSource, SubjectSource};
use crate::provider::Stores;

/// Keeps everything in memory.
///
/// ```
/// use hodlxxi_oauth::client::ClientStore;
/// use hodlxxi_oauth::memory::MemoryStore;
/// assert_eq!(MemoryStore::default().count_clients()?, 0);
/// # Ok::<(), hodlxxi_kernel::StoreError>(())
/// ```
#[derive(Default)]
pub struct MemoryStore(Mutex<State>);

#[derive(Default)]
struct State {
    clients: BTreeMap<ClientId, Client>,
    initial_tokens: HashMap<SecretHash, InitialAccessToken>,
    codes: HashMap<SecretHash, AuthorizationCode>,
    redeemed: HashMap<SecretHash, GrantId>,
    replays: HashMap<SecretHash, Timestamp>,
    grants: HashMap<GrantId, grants::GrantRow>,
    access: HashMap<SecretHash, grants::AccessRow>,
    refresh: HashMap<SecretHash, grants::RefreshRow>,
    consents: HashMap<(UserId, ClientId), consents::Row>,
    participants: HashMap<(UserId, SessionId, ClientId), Timestamp>,
    logouts: BTreeMap<String, logouts::Row>,
    logouts_made: u64,
    keys: Vec<StoredKey>,
    people: HashMap<UserId, Profile>,
    aliases: HashMap<(UserId, ClientId), UserId>,
    acts: Vec<AuditEntry>,
}

impl MemoryStore {
    /// This store in every role.
    pub fn stores(self: &Arc<Self>) -> Stores {
        Stores {
            clients: self.clone(),
            codes: self.clone(),
            grants: self.clone(),
            consents: self.clone(),
            replays: self.clone(),
            logouts: self.clone(),
            keys: self.clone(),
            profiles: self.clone(),
            subjects: self.clone(),
            audit: self.clone(),
        }
    }

    /// Sets what may be told of `user`; without it the account does not exist, or is disabled.
    pub fn set_profile(&self, user: &UserId, profile: Option<Profile>) {
        let mut state = self.state();
        match profile {
            Some(profile) => state.people.insert(user.clone(), profile),
            None => state.people.remove(user),
        };
    }

    /// Sets by which account's id `client` knows `user`, who merged it into theirs.
    pub fn set_known_as(&self, user: &UserId, client: &ClientId, known_as: &UserId) {
        let place = (user.clone(), client.clone());
        self.state().aliases.insert(place, known_as.clone());
    }

    /// What was done, in its order.
    #[cfg(test)]
    pub(crate) fn acts(&self) -> Vec<AuditEntry> {
        self.state().acts.clone()
    }

    /// The state, for one step. A thread that panicked while it held the lock left whole values
    /// behind, so its state is taken as it is.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_enabled(&self, client: &ClientId) -> bool {
        let client = self.clients.get(client);
        client.is_some_and(|client| client.disabled_at.is_none())
    }
}

impl ProfileSource for MemoryStore {
    fn profile(&self, user: &UserId, _: SignInMethod) -> Result<Option<Profile>, StoreError> {
        Ok(self.state().people.get(user).cloned())
    }
}

impl SubjectSource for MemoryStore {
    fn known_as(&self, user: &UserId, client: &ClientId) -> Result<Option<UserId>, StoreError> {
        let place = (user.clone(), client.clone());
        Ok(self.state().aliases.get(&place).cloned())
    }
}

impl AuditLog for MemoryStore {
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.state().acts.push(entry.clone());
        Ok(())
    }

    fn concerning(
        &self,
        person: &UserId,
        part: Part,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let state = self.state();
        let theirs = state.acts.iter().rev().filter(|act| {
            act.person.as_ref() == Some(person)
                && part.has(act.action.as_str())
                && before.is_none_or(|before| act.id < *before)
        });
        Ok(theirs
            .take(as_count(limit))
            .map(AuditRecord::from)
            .collect())
    }
}

/// Removes at most `limit` entries of `map` that `is_gone` says nobody can use; answers how many.
fn purge<K: Clone + Eq + std::hash::Hash, V>(
    map: &mut HashMap<K, V>,
    limit: u32,
    is_gone: impl Fn(&V) -> bool,
) -> usize {
    let gone = map.iter().filter(|(_, value)| is_gone(value));
    let gone: Vec<K> = gone
        .map(|(key, _)| key.clone())
        .take(as_count(limit))
        .collect();
    gone.iter().filter(|key| map.remove(*key).is_some()).count()
}

fn as_count(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::{AccessLevel, OsEntropy, SystemClock};

    use super::*;
    use crate::contract::{Fixture, NOW};

    #[derive(Default)]
    struct Memory(Arc<MemoryStore>);

    impl Fixture for Memory {
        fn stores(&self) -> Stores {
            self.0.stores()
        }

        fn user(&self) -> UserId {
            let user = UserId::generate(&SystemClock, &OsEntropy);
            let profile = Profile {
                name: None,
                preferred_username: "npub1…".to_owned(),
                public_key: None,
                access_level: AccessLevel::Limited,
                updated_at: NOW,
            };
            self.0.set_profile(&user, Some(profile));
            user
        }

        fn session(&self, _: &UserId) -> SessionId {
            SessionId::generate(&SystemClock, &OsEntropy)
        }

        fn disable_user(&self, user: &UserId) {
            self.0.set_profile(user, None);
        }

        fn merge(&self, user: &UserId, client: &ClientId, known_as: &UserId) {
            self.0.set_known_as(user, client, known_as);
        }
    }

    crate::store_contract!(Memory::default());
    crate::purge_contract!(Memory::default());
}
