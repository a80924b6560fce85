//! Clients as they are kept.

use hodlxxi_kernel::audit::AuditEntry;
use hodlxxi_kernel::{ClientId, ClientTier, SecretHash, StoreError, Timestamp, UserId};

use super::metadata::{ClientMetadata, SubjectType};
use crate::scope::{Scope, ScopeSet};

/// Who brought a client in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientOrigin {
    /// Dynamic registration: a stranger. Shown as "not verified"; a machine gets `read_limited` only.
    Registered,
    /// An administrator.
    Administrator,
}

/// The secret that a client had before its last, while both are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviousSecret {
    /// Its hash.
    pub hash: SecretHash,
    /// From when on it is worth nothing.
    pub good_until: Timestamp,
}

/// A client.
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The hash of its secret, if it has one.
    pub secret_hash: Option<SecretHash>,
    /// The secret before that one, where it was replaced with an overlap; it may have ended since.
    pub previous_secret: Option<PreviousSecret>,
    /// The hash of its registration access token (RFC 7592), if it may manage itself.
    pub registration_token_hash: Option<SecretHash>,
    /// What it registered.
    pub metadata: ClientMetadata,
    /// Who brought it in.
    pub origin: ClientOrigin,
    /// The person it belongs to; none for one that registered itself or that an administrator made.
    pub owner: Option<UserId>,
    /// Whether an administrator vouches for its name.
    pub verified: bool,
    /// How much of our own APIs an administrator lets it use.
    pub tier: ClientTier,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to within a day; none if never.
    pub last_used_at: Option<Timestamp>,
    /// Set while it is disabled.
    pub disabled_at: Option<Timestamp>,
    /// How often it was disabled: codes from before the last time are worthless.
    pub disabled_count: u32,
}

impl Client {
    /// Whether it sees subjects of its own sector (OpenID Connect Core, section 8.1).
    pub fn is_pairwise(&self) -> bool {
        self.metadata.subject_type == SubjectType::Pairwise
    }

    /// The secret before the last, if it is still good at `now`.
    pub fn fading_secret(&self, now: Timestamp) -> Option<&PreviousSecret> {
        let previous = self.previous_secret.as_ref();
        previous.filter(|secret| now < secret.good_until)
    }

    /// The scopes it may ask a person for: those it registered, or else all but machine ones.
    pub fn scopes(&self) -> ScopeSet {
        let registered = self.metadata.scope.clone();
        registered.unwrap_or_else(ScopeSet::unregistered_default)
    }

    /// The scopes that it may have for itself (RFC 6749, section 4.4): of those it registered, or
    /// else of `read_limited` alone, what belongs to no person; for a stranger at most `read_limited`.
    pub fn machine_scopes(&self) -> ScopeSet {
        let limited = || ScopeSet::from_iter([Scope::ReadLimited]);
        let registered = self.metadata.scope.clone().unwrap_or_else(limited);
        match self.origin {
            ClientOrigin::Registered => registered.intersection(&limited()),
            ClientOrigin::Administrator => registered
                .iter()
                .filter(|scope| !scope.belongs_to_a_person())
                .collect(),
        }
    }
}

/// One page of clients, newest first, and where the next begins.
#[derive(Debug, Clone, Default)]
pub struct ClientPage {
    /// The clients.
    pub clients: Vec<Client>,
    /// Pass as `before` to get the next page; none at the end.
    pub next: Option<ClientId>,
}

/// A token that lets somebody register clients (RFC 7591, section 3).
#[derive(Debug, Clone)]
pub struct InitialAccessToken {
    /// Its hash.
    pub hash: SecretHash,
    /// How many registrations it is good for.
    pub uses: u32,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Keeps clients. Each method is one atomic step. One that is given an act for the audit log writes it
/// down in the same step, where it does anything.
pub trait ClientStore: Send + Sync {
    /// Adds a client.
    fn insert_client(&self, client: &Client, act: &AuditEntry) -> Result<(), StoreError>;

    /// Adds a client if `token` is live, and takes one use from it, in one step; answers whether.
    fn insert_client_with_token(
        &self,
        client: &Client,
        token: &SecretHash,
        now: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Adds a client if its owner has fewer than `most`; answers whether.
    fn insert_owned_client(
        &self,
        client: &Client,
        owner: &UserId,
        most: u32,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// The clients of `owner`, newest first.
    fn clients_of(&self, owner: &UserId) -> Result<Vec<Client>, StoreError>;

    /// A client, disabled or not.
    fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError>;

    /// A client as it stood at most two seconds ago; for an answer that gives nothing out, because
    /// whoever makes something of it asks again.
    fn recent_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        self.client(id)
    }

    /// Replaces the metadata (and, where given, the secret); answers whether the client exists.
    fn update_client(
        &self,
        id: &ClientId,
        metadata: &ClientMetadata,
        secret: Option<&SecretHash>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Replaces the secret; the one before is good until `old_good_until`, or where that is none at
    /// once worth nothing, and the one before that ends. Answers whether the client exists.
    fn set_client_secret(
        &self,
        id: &ClientId,
        secret: &SecretHash,
        old_good_until: Option<Timestamp>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Forgets the secret before the last; answers whether there was one.
    fn end_previous_secret(&self, id: &ClientId, act: &AuditEntry) -> Result<bool, StoreError>;

    /// Vouches for the client's name, or takes that back; answers whether the client exists.
    fn set_client_verified(
        &self,
        id: &ClientId,
        verified: bool,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Disables or enables a client; disabling revokes all its grants. Answers whether it exists. The act is
    /// one step; the grants, of which nobody gets anything from then on, may be revoked in several after it,
    /// and are before the client is enabled again.
    fn set_client_disabled(
        &self,
        id: &ClientId,
        disabled_at: Option<Timestamp>,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Gives a client another tier; answers whether it exists.
    fn set_client_tier(
        &self,
        id: &ClientId,
        tier: ClientTier,
        act: &AuditEntry,
    ) -> Result<bool, StoreError>;

    /// Removes a client with its codes, grants, tokens and consents; answers whether it existed. From then on there is none
    /// for anybody; rows of it may stay until [`purge_deleted_clients`](Self::purge_deleted_clients).
    fn delete_client(&self, id: &ClientId, act: &AuditEntry) -> Result<bool, StoreError>;

    /// Removes at most about `limit` rows that are left of deleted clients; answers how many.
    fn purge_deleted_clients(&self, limit: u32) -> Result<usize, StoreError>;

    /// Clients, newest first, beginning after `before`; at most `limit`.
    fn clients(&self, before: Option<&ClientId>, limit: u32) -> Result<ClientPage, StoreError>;

    /// How many clients there are.
    fn count_clients(&self) -> Result<u64, StoreError>;

    /// Adds a token for registration.
    fn insert_initial_access_token(
        &self,
        token: &InitialAccessToken,
        act: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// Whether a token for registration has not ended and has uses left. Nothing is taken from it.
    fn is_initial_access_token_live(
        &self,
        token: &SecretHash,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Removes at most `limit` self-registered clients of nobody, never used and made before `made_before`;
    /// answers how many, which is the act's detail.
    fn purge_unused_clients(
        &self,
        made_before: Timestamp,
        limit: u32,
        act: &AuditEntry,
    ) -> Result<usize, StoreError>;
}
