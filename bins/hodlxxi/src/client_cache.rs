//! Clients at hand for a moment, so that not every authorization request asks the database for its
//! client.
//!
//! A change of a client made through this node is seen by it at once, and one made elsewhere, or to clients as a part of
//! something larger (the end of their owner's account, a clean-up), within two seconds.
//! Whoever believes a client its secret, or redeems a code, reads the client itself: one that was
//! disabled elsewhere gets nothing in between but a code that is worthless.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, ClientTier, Clock, SecretHash, StoreError, Timestamp, UserId};
use hodlxxi_oauth::client::{Client, ClientMetadata, ClientPage, ClientStore, InitialAccessToken};

/// How long a client is at hand, in microseconds.
const LIFE: i64 = 1_500_000;
/// The most clients at hand.
const MOST: usize = 1_000;

/// Clients as another store keeps them, the last few at hand.
pub(crate) struct ClientCache {
    store: Arc<dyn ClientStore>,
    clock: Arc<dyn Clock>,
    at_hand: Mutex<AtHand>,
}

#[derive(Default)]
struct AtHand {
    /// Each with the moment at which it was asked for, in microseconds of Unix time.
    clients: HashMap<ClientId, (Client, i64)>,
    /// How often one was changed: what was read before the last time is not kept.
    changes: u64,
}

impl ClientCache {
    /// The clients of `store`, at hand as long as `clock` says.
    pub(crate) fn new(store: Arc<dyn ClientStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            at_hand: Mutex::default(),
        }
    }

    /// What is at hand. A thread that panicked while it held the lock left whole values behind.
    fn at_hand(&self) -> MutexGuard<'_, AtHand> {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a step that may change `id`, which is not at hand afterwards.
    fn changing<T>(&self, id: &ClientId, step: impl FnOnce() -> T) -> T {
        let outcome = step();
        let mut at_hand = self.at_hand();
        at_hand.changes += 1;
        at_hand.clients.remove(id);
        outcome
    }
}

impl AtHand {
    fn young(&self, id: &ClientId, now: i64) -> Option<Client> {
        let (client, since) = self.clients.get(id)?;
        // A clock that went back makes nothing young.
        (0..LIFE)
            .contains(&now.saturating_sub(*since))
            .then(|| client.clone())
    }

    fn keep(&mut self, client: Client, since: i64) {
        if self.clients.len() >= MOST {
            self.clients.clear();
        }
        self.clients.insert(client.id.clone(), (client, since));
    }
}

impl ClientStore for ClientCache {
    fn insert_client(&self, client: &Client, act: &AuditEntry) -> Result<(), StoreError> {
        self.store.insert_client(client, act)
    }

    fn insert_client_with_token(
        &self,
        client: &Client,
        token: &SecretHash,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.store.insert_client_with_token(client, token, now, act)
    }

    fn insert_owned_client(
        &self,
        client: &Client,
        owner: &UserId,
        most: u32,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.store.insert_owned_client(client, owner, most, act)
    }

    fn clients_of(&self, owner: &UserId) -> Result<Vec<Client>, StoreError> {
        self.store.clients_of(owner)
    }

    fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        self.store.client(id)
    }

    fn recent_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        let now = self.clock.unix_micros();
        let changes = {
            let at_hand = self.at_hand();
            if let Some(client) = at_hand.young(id, now) {
                return Ok(Some(client));
            }
            at_hand.changes
        };
        let found = self.store.client(id)?;
        if let Some(client) = &found {
            let mut at_hand = self.at_hand();
            if at_hand.changes == changes {
                at_hand.keep(client.clone(), now);
            }
        }
        Ok(found)
    }

    fn update_client(
        &self,
        id: &ClientId,
        metadata: &ClientMetadata,
        secret: Option<&SecretHash>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(id, || self.store.update_client(id, metadata, secret, act))
    }

    fn set_client_secret(
        &self,
        id: &ClientId,
        secret: &SecretHash,
        old_good_until: Option<Timestamp>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(id, || {
            self.store
                .set_client_secret(id, secret, old_good_until, act)
        })
    }

    fn end_previous_secret(&self, id: &ClientId, act: &AuditEntry) -> Result<bool, StoreError> {
        self.changing(id, || self.store.end_previous_secret(id, act))
    }

    fn set_client_verified(
        &self,
        id: &ClientId,
        verified: bool,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(id, || self.store.set_client_verified(id, verified, act))
    }

    fn set_client_disabled(
        &self,
        id: &ClientId,
        disabled_at: Option<Timestamp>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(id, || self.store.set_client_disabled(id, disabled_at, act))
    }

    fn set_client_tier(
        &self,
        id: &ClientId,
        tier: ClientTier,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.changing(id, || self.store.set_client_tier(id, tier, act))
    }

    fn delete_client(&self, id: &ClientId, act: &AuditEntry) -> Result<bool, StoreError> {
        self.changing(id, || self.store.delete_client(id, act))
    }

    fn clients(&self, before: Option<&ClientId>, limit: u32) -> Result<ClientPage, StoreError> {
        self.store.clients(before, limit)
    }

    fn count_clients(&self) -> Result<u64, StoreError> {
        self.store.count_clients()
    }

    fn insert_initial_access_token(
        &self,
        token: &InitialAccessToken,
        act: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.store.insert_initial_access_token(token, act)
    }

    fn is_initial_access_token_live(
        &self,
        token: &SecretHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.store.is_initial_access_token_live(token, now)
    }

    fn purge_deleted_clients(&self, limit: u32) -> Result<usize, StoreError> {
        self.store.purge_deleted_clients(limit)
    }

    fn purge_unused_clients(
        &self,
        made_before: Timestamp,
        limit: u32,
        act: &AuditEntry,
    ) -> Result<usize, StoreError> {
        self.store.purge_unused_clients(made_before, limit, act)
    }
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::audit::{Action, Origin};
    use hodlxxi_kernel::{ManualClock, OsEntropy};
    use hodlxxi_oauth::client::ClientOrigin;
    use hodlxxi_store_sql::{Database, DatabaseUrl};
    use serde_json::json;
    use tempfile::TempDir;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    /// Two nodes on one database, with one clock.
    struct World {
        _dir: TempDir,
        clock: Arc<ManualClock>,
        nodes: [ClientCache; 2],
    }

    impl World {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let url = DatabaseUrl::sqlite(dir.path().join("x.db"));
            let database = Database::open(&url, 2).unwrap();
            database.migrate().unwrap();
            let clock = Arc::new(ManualClock::at(NOW));
            let node = || ClientCache::new(Arc::new(database.clone()), clock.clone());
            Self {
                nodes: [node(), node()],
                clock,
                _dir: dir,
            }
        }

        fn client(&self) -> ClientId {
            let metadata = json!({
                "redirect_uris": ["https://rp.example/cb"],
                "token_endpoint_auth_method": "none",
                "grant_types": ["authorization_code"],
                "response_types": ["code"],
                "id_token_signed_response_alg": "RS256",
            });
            let client = Client {
                id: ClientId::generate(&*self.clock, &OsEntropy),
                secret_hash: None,
                registration_token_hash: None,
                previous_secret: None,
                owner: None,
                metadata: serde_json::from_value(metadata).unwrap(),
                origin: ClientOrigin::Registered,
                verified: false,
                tier: ClientTier::Free,
                created_at: NOW,
                last_used_at: None,
                disabled_at: None,
                disabled_count: 0,
            };
            self.nodes[0]
                .insert_client(&client, &act(Action::ClientRegistered))
                .unwrap();
            client.id
        }
    }

    fn act(action: Action) -> AuditEntry {
        let clock = ManualClock::at(NOW);
        AuditEntry::new(action, &Origin::operator(), &clock, &OsEntropy)
    }

    fn is_enabled(node: &ClientCache, id: &ClientId) -> bool {
        let client = node.recent_client(id).unwrap();
        client.is_some_and(|client| client.disabled_at.is_none())
    }

    #[test]
    fn a_change_is_seen_here_at_once_and_elsewhere_within_two_seconds() {
        let world = World::new();
        let [here, there] = &world.nodes;
        let id = world.client();
        assert!(is_enabled(here, &id) && is_enabled(there, &id));
        here.set_client_disabled(&id, Some(NOW), &act(Action::ClientDisabled))
            .unwrap();
        assert!(!is_enabled(here, &id));
        assert!(is_enabled(there, &id), "at hand for a moment");
        let itself = there.client(&id).unwrap().unwrap();
        assert_eq!(itself.disabled_at, Some(NOW));
        world.clock.advance(2);
        assert!(!is_enabled(there, &id));
        here.delete_client(&id, &act(Action::ClientDeleted))
            .unwrap();
        assert_eq!(here.recent_client(&id).unwrap(), None);
    }

    #[test]
    fn a_clock_that_goes_back_keeps_nothing_at_hand() {
        let world = World::new();
        let [here, there] = &world.nodes;
        let id = world.client();
        assert!(is_enabled(there, &id));
        here.set_client_disabled(&id, Some(NOW), &act(Action::ClientDisabled))
            .unwrap();
        world.clock.advance(-90);
        assert!(!is_enabled(there, &id));
    }

    #[test]
    fn there_is_room_for_so_many() {
        let world = World::new();
        let node = &world.nodes[0];
        let id = world.client();
        let client = node.client(&id).unwrap().unwrap();
        for _ in 0..=MOST {
            let id = ClientId::generate(&*world.clock, &OsEntropy);
            let client = Client {
                id,
                ..client.clone()
            };
            node.at_hand().keep(client, 0);
        }
        assert!(node.at_hand().clients.len() <= MOST);
    }
}
