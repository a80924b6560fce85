//! Grants and their tokens.

use hodlxxi_kernel::audit::{Action, AuditEntry, Outcome};
use hodlxxi_kernel::{ClientId, GrantId, SecretHash, StoreError, Timestamp};

use super::{MemoryStore, State, purge};
use crate::grant::{
    AccessTokenRecord, ActiveAccessToken, Authorized, Grant, GrantStore, RedeemOutcome, Redemption,
    RefreshRecord, RefreshState, RotateOutcome, Rotation,
};

pub(super) struct GrantRow {
    grant: Grant,
    revoked: bool,
    last_used_at: Timestamp,
}

pub(super) struct AccessRow {
    record: AccessTokenRecord,
    revoked: bool,
}

pub(super) struct RefreshRow {
    record: RefreshRecord,
    grant: GrantId,
    rotated: Option<Rotated>,
}

struct Rotated {
    at: Timestamp,
    successor: SecretHash,
    sealed_answer: Option<Vec<u8>>,
}

/// For how long the answer of a rotation is kept at most, in seconds.
const ANSWER_KEPT: i64 = 3600;

impl State {
    /// Revokes the grants that `of` picks.
    pub(super) fn revoke_grants(&mut self, of: impl Fn(&Grant) -> bool) -> bool {
        let live = |row: &&mut GrantRow| !row.revoked && of(&row.grant);
        let revoked = self.grants.values_mut().filter(live);
        revoked.map(|row| row.revoked = true).count() > 0
    }

    /// Forgets everything that came of a client that is gone.
    pub(super) fn forget_client(&mut self, id: &ClientId) {
        self.grants.retain(|_, row| row.grant.client != *id);
        let grants = &self.grants;
        self.access
            .retain(|_, row| grants.contains_key(&row.record.grant));
        self.refresh
            .retain(|_, row| grants.contains_key(&row.grant));
        self.codes.retain(|_, code| code.client != *id);
        self.consents.retain(|(_, client), _| client != id);
        self.participants.retain(|(_, _, client), _| client != id);
        self.logouts.retain(|_, row| row.delivery.client != *id);
    }

    /// The live grants of any person, with the time each last gave tokens.
    pub(super) fn live_grants(&self) -> impl Iterator<Item = (&Grant, Timestamp)> {
        let live = self.grants.values().filter(|row| !row.revoked);
        live.map(|row| (&row.grant, row.last_used_at))
    }

    /// The grant, if neither it nor its client nor its person was taken away.
    fn live_grant(&self, id: &GrantId) -> Option<&Grant> {
        let grant = self
            .grants
            .get(id)
            .filter(|row| !row.revoked)
            .map(|row| &row.grant)?;
        let person = grant.authorized.as_ref();
        let person_is_here = person.is_none_or(|person| self.people.contains_key(&person.user));
        (person_is_here && self.is_enabled(&grant.client)).then_some(grant)
    }

    /// What was allowed, if the code is live and nothing it rests on was taken away.
    fn may_be_redeemed<'a>(&self, redemption: &'a Redemption) -> Option<&'a Authorized> {
        let grant = &redemption.grant;
        let authorized = grant.authorized.as_ref()?;
        let client = self.clients.get(&grant.client)?;
        let consent = self
            .consents
            .get(&(authorized.user.clone(), client.id.clone()));
        let stands = authorized
            .consent
            .as_ref()
            .is_none_or(|id| consent.is_some_and(|row| row.is(id)));
        let live = redemption.now < redemption.code_expires_at
            && client.disabled_at.is_none()
            && client.disabled_count == redemption.client_disabled_count
            && self.people.contains_key(&authorized.user);
        (live && stands).then_some(authorized)
    }

    fn add_grant(&mut self, grant: &Grant, access: &AccessTokenRecord, now: Timestamp) {
        let row = GrantRow {
            grant: grant.clone(),
            revoked: false,
            last_used_at: now,
        };
        self.grants.insert(grant.id.clone(), row);
        self.add_access(access);
        self.note_use(&grant.client, now);
    }

    fn add_access(&mut self, record: &AccessTokenRecord) {
        let row = AccessRow {
            record: record.clone(),
            revoked: false,
        };
        self.access.insert(record.hash, row);
    }

    fn add_refresh(&mut self, record: &RefreshRecord, grant: &GrantId) {
        let row = RefreshRow {
            record: record.clone(),
            grant: grant.clone(),
            rotated: None,
        };
        self.refresh.insert(record.hash, row);
    }

    fn redeem(&mut self, redemption: &Redemption) -> RedeemOutcome {
        if let Some(first) = self.redeemed.get(&redemption.code).cloned() {
            self.revoke_grants(|grant| grant.id == first);
            return RedeemOutcome::Reused;
        }
        let Some(authorized) = self.may_be_redeemed(redemption) else {
            return RedeemOutcome::Refused;
        };
        let grant = &redemption.grant;
        let place = (authorized.user.clone(), grant.client.clone());
        if self.aliases.get(&place) != authorized.known_as.as_ref() {
            return RedeemOutcome::Renamed;
        }
        self.redeemed.insert(redemption.code, grant.id.clone());
        let (user, client) = place;
        let place = (user, authorized.session.clone(), client);
        let since = redemption.code_expires_at;
        self.participants.entry(place).or_insert(since);
        self.add_grant(grant, &redemption.access, redemption.now);
        if let Some(refresh) = &redemption.refresh {
            self.add_refresh(refresh, &grant.id);
        }
        RedeemOutcome::Redeemed
    }

    fn rotate(&mut self, rotation: &Rotation) -> RotateOutcome {
        let Some(row) = self.refresh.get(&rotation.presented) else {
            return RotateOutcome::Dead;
        };
        let grant = row.grant.clone();
        let end = row.record.idle_expires_at.min(row.record.family_expires_at);
        if self.live_grant(&grant).is_none() {
            return RotateOutcome::Dead;
        }
        if let Some(rotated) = &row.rotated {
            let successor = self.refresh.get(&rotated.successor);
            let unused = successor.is_some_and(|successor| successor.rotated.is_none());
            if unused
                && rotation.now.seconds_since(rotated.at) <= rotation.grace
                && let Some(answer) = &rotated.sealed_answer
            {
                return RotateOutcome::Repeated(answer.clone());
            }
            self.revoke_grants(|other| other.id == grant);
            return RotateOutcome::Reused;
        }
        if rotation.now >= end {
            return RotateOutcome::Dead;
        }
        if let Some(row) = self.refresh.get_mut(&rotation.presented) {
            row.rotated = Some(Rotated {
                at: rotation.now,
                successor: rotation.successor.hash,
                sealed_answer: Some(rotation.sealed_answer.clone()),
            });
        }
        self.add_refresh(&rotation.successor, &grant);
        self.add_access(&rotation.access);
        if let Some(row) = self.grants.get_mut(&grant) {
            row.last_used_at = rotation.now;
            let client = row.grant.client.clone();
            self.note_use(&client, rotation.now);
        }
        RotateOutcome::Rotated
    }

    /// Writes down that a grant's tokens were given back, with the person whose grant it is.
    fn revoked(&mut self, grant: &GrantId, act: &AuditEntry) {
        let mut act = act.clone();
        act.person = self.grants.get(grant).and_then(|row| {
            let authorized = row.grant.authorized.as_ref()?;
            Some(authorized.user.clone())
        });
        self.acts.push(act);
    }
}

impl GrantStore for MemoryStore {
    fn redeem(&self, redemption: &Redemption) -> Result<RedeemOutcome, StoreError> {
        let mut state = self.state();
        let outcome = state.redeem(redemption);
        let act = redemption.act.clone();
        state.acts.push(match &outcome {
            RedeemOutcome::Redeemed => act,
            RedeemOutcome::Reused => act.became(Action::CodeReused, Outcome::Done),
            RedeemOutcome::Refused => act.became(Action::TokenRefused, Outcome::Refused),
            RedeemOutcome::Renamed => return Ok(outcome),
        });
        Ok(outcome)
    }

    fn issue(
        &self,
        grant: &Grant,
        access: &AccessTokenRecord,
        act: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        state.add_grant(grant, access, access.issued_at);
        state.acts.push(act.clone());
        Ok(())
    }

    fn access_token(
        &self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<ActiveAccessToken>, StoreError> {
        let state = self.state();
        let live = |row: &&AccessRow| !row.revoked && now < row.record.expires_at;
        let row = state.access.get(hash).filter(live);
        Ok(row.and_then(|row| {
            let grant = state.live_grant(&row.record.grant)?;
            Some(ActiveAccessToken {
                token: row.record.clone(),
                grant: grant.clone(),
                tier: state.clients.get(&grant.client)?.tier,
            })
        }))
    }

    fn refresh_token(&self, hash: &SecretHash) -> Result<Option<RefreshState>, StoreError> {
        let state = self.state();
        Ok(state.refresh.get(hash).and_then(|row| {
            Some(RefreshState {
                token: row.record.clone(),
                grant: state.grants.get(&row.grant)?.grant.clone(),
                revoked: state.live_grant(&row.grant).is_none(),
                rotated_at: row.rotated.as_ref().map(|rotated| rotated.at),
            })
        }))
    }

    fn rotate(&self, rotation: &Rotation) -> Result<RotateOutcome, StoreError> {
        let mut state = self.state();
        let outcome = state.rotate(rotation);
        let act = rotation.act.clone();
        state.acts.push(match &outcome {
            RotateOutcome::Rotated => act,
            RotateOutcome::Repeated(_) => act.became(rotation.act.action, Outcome::Repeated),
            RotateOutcome::Reused => act.became(Action::RefreshReused, Outcome::Done),
            RotateOutcome::Dead => act.became(Action::TokenRefused, Outcome::Refused),
        });
        Ok(outcome)
    }

    fn revoke_refresh_family(
        &self,
        hash: &SecretHash,
        client: &ClientId,
        _: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(id) = state.refresh.get(hash).map(|row| row.grant.clone()) else {
            return Ok(false);
        };
        let revoked = state.revoke_grants(|grant| grant.id == id && grant.client == *client);
        if revoked {
            state.revoked(&id, act);
        }
        Ok(revoked)
    }

    fn revoke_access_token(
        &self,
        hash: &SecretHash,
        client: &ClientId,
        _: Timestamp,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let state = &mut *self.state();
        let Some(row) = state.access.get_mut(hash) else {
            return Ok(false);
        };
        let grant = state.grants.get(&row.record.grant);
        let owned = grant.is_some_and(|row| row.grant.client == *client);
        let revoked = owned && !row.revoked;
        row.revoked |= owned;
        let id = row.record.grant.clone();
        if revoked {
            state.revoked(&id, act);
        }
        Ok(revoked)
    }

    fn purge_grants(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        let state = &mut *self.state();
        let rotated = state
            .refresh
            .values_mut()
            .filter_map(|r| r.rotated.as_mut());
        for old in rotated.filter(|rotated| rotated.at < now.minus(ANSWER_KEPT)) {
            old.sealed_answer = None;
        }
        let grants = &state.grants;
        let is_revoked = |id: &GrantId| grants.get(id).is_none_or(|row| row.revoked);
        let mut purged = purge(&mut state.access, limit, |row| {
            row.revoked || row.record.expires_at < now || is_revoked(&row.record.grant)
        });
        // A rotated token is kept as long as an unused one, so that its second use is noticed.
        purged += purge(&mut state.refresh, limit, |row| {
            let end = row.record.idle_expires_at.min(row.record.family_expires_at);
            end < now || is_revoked(&row.grant)
        });
        let (access, refresh) = (&state.access, &state.refresh);
        purged += purge(&mut state.grants, limit, |row| {
            let id = &row.grant.id;
            !access.values().any(|row| row.record.grant == *id)
                && !refresh.values().any(|row| row.grant == *id)
        });
        Ok(purged)
    }
}
