//! What a person sees and withdraws, and what the server clears away by itself.

use hodlxxi_kernel::audit::{Action, Actor, AuditEntry, Origin};
use hodlxxi_kernel::{ClientId, SessionId, StoreError, UserId};

use super::Provider;
use crate::grant::{Connection, Participant};
use crate::person::Person;

/// How many applications are named beside sessions at most.
const PARTICIPANTS: u32 = 200;
/// How long clients that registered themselves are kept unused, in seconds.
const UNUSED_CLIENT: i64 = 30 * 24 * 3_600;
/// For how long the second use of a code is noticed after its expiry, in seconds.
const REUSE_NOTICED: i64 = 3_600;
/// How far the clocks of several nodes may differ, in seconds.
const CLOCK_SKEW: i64 = 300;

impl Provider {
    /// The applications `user` is connected to, newest first.
    pub fn connections(&self, user: &UserId) -> Result<Vec<Connection>, StoreError> {
        self.stores.consents.connections(user)
    }

    /// The clients that took part in these sessions, each session's first one first: at most 200
    /// in all.
    pub fn participants(&self, sessions: &[SessionId]) -> Result<Vec<Participant>, StoreError> {
        self.stores.logouts.participants(sessions, PARTICIPANTS)
    }

    /// Withdraws what `person` allowed `client`: the consent is forgotten and its tokens are revoked.
    /// Answers whether there was anything.
    pub fn disconnect(
        &self,
        person: &Person,
        client: &ClientId,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let act = self.act_of(person, Action::ConsentWithdrawn, origin);
        self.stores
            .consents
            .withdraw_consent(&person.user, client, self.now(), &act.client(client))
    }

    /// An act of the person who is signed in.
    pub(super) fn act_of(&self, person: &Person, action: Action, origin: &Origin) -> AuditEntry {
        let act = self.act(action, origin).by(Actor::Person);
        act.person(&person.user).session(&person.session)
    }

    /// Removes what nobody can use any more, at most about `limit` rows of each kind, so that one
    /// call is short; answers how many.
    pub fn purge(&self, limit: u32) -> Result<usize, StoreError> {
        // Another node's clock may be behind, and still take what is forgotten here for live.
        let (now, stores) = (self.now().minus(CLOCK_SKEW), &self.stores);
        let expired = self.act(Action::ClientsExpired, &Origin::server());
        Ok(stores.codes.purge_codes(now.minus(REUSE_NOTICED), limit)?
            + stores.grants.purge_grants(now, limit)?
            + stores.replays.purge_replays(now, limit)?
            + stores.keys.purge_signing_keys(now)?
            + stores.clients.purge_deleted_clients(limit)?
            + stores
                .clients
                .purge_unused_clients(now.minus(UNUSED_CLIENT), limit, &expired)?)
    }
}
