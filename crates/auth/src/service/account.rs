//! What a person sees to in their account: the name and the keys.

use hodlxxi_kernel::StoreError;
use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};

use super::{FreshError, SignInService};
use crate::account::{DisplayName, Freeze, FreezeKey, LinkedKey, Session, Unlink};
use crate::identity::Identity;

impl SignInService {
    /// The person's keys, oldest first.
    pub fn linked_keys(&self, of: &Session) -> Result<Vec<LinkedKey>, StoreError> {
        self.stores.accounts.linked_keys(&of.user.id)
    }

    /// Unlinks a key of the person that is not their last one that signs in, and ends the sessions opened with it,
    /// which may be this one. Takes a fresh session: whoever has a stolen one shall not leave the person with one key.
    pub fn unlink(
        &self,
        of: &Session,
        identity: &Identity,
        origin: &Origin,
    ) -> Result<Unlink, FreshError> {
        self.require_fresh(of)?;
        let act = self.key_act(of, Action::KeyUnlinked, identity, origin);
        let accounts = &self.stores.accounts;
        Ok(accounts.unlink_key(&of.user.id, identity, &act)?)
    }

    /// Sets or clears the person's word for a key of theirs; answers whether they have it.
    pub fn label(
        &self,
        of: &Session,
        identity: &Identity,
        label: Option<&DisplayName>,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let act = self.key_act(of, Action::KeyLabelled, identity, origin);
        let accounts = &self.stores.accounts;
        accounts.label_key(&of.user.id, identity, label, &act)
    }

    /// Makes a key of the person the primary one: the one that is shown, and told to applications.
    /// Answers whether they have such a key that signs in. Takes a fresh session.
    pub fn make_primary(
        &self,
        of: &Session,
        identity: &Identity,
        origin: &Origin,
    ) -> Result<bool, FreshError> {
        self.require_fresh(of)?;
        let act = self.key_act(of, Action::KeyMadePrimary, identity, origin);
        let (accounts, now) = (&self.stores.accounts, self.clock.now());
        Ok(accounts.make_primary(&of.user.id, identity, now, &act)?)
    }

    /// Freezes a key of the person that was lost or stolen. Takes a fresh session that was opened with
    /// another one. A frozen key can be unlinked, and nothing else.
    pub fn freeze(
        &self,
        of: &Session,
        identity: &Identity,
        origin: &Origin,
    ) -> Result<Freeze, FreshError> {
        self.require_fresh(of)?;
        let Some(with) = of.identity() else {
            return Ok(Freeze::NeedsAnotherKey);
        };
        let freeze = FreezeKey {
            user: of.user.id.clone(),
            identity: identity.clone(),
            with: with.clone(),
            now: self.clock.now(),
            act: self.key_act(of, Action::KeyFrozen, identity, origin),
        };
        Ok(self.stores.accounts.freeze_key(&freeze)?)
    }

    /// Records that the person takes along all that is kept of them. Takes a fresh session: it is all in one file.
    pub fn note_export(&self, of: &Session, origin: &Origin) -> Result<(), FreshError> {
        self.require_fresh(of)?;
        let act = self.act_of(of, Action::AccountExported, origin);
        Ok(self.stores.audit.record(&act)?)
    }

    fn key_act(
        &self,
        of: &Session,
        action: Action,
        identity: &Identity,
        origin: &Origin,
    ) -> AuditEntry {
        self.act_of(of, action, origin).key(&identity.to_string())
    }

    /// Sets or clears the person's name; answers whether the account still exists.
    pub fn rename(
        &self,
        of: &Session,
        name: Option<&DisplayName>,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let act = self.act_of(of, Action::NameChanged, origin);
        let now = self.clock.now();
        self.stores.accounts.set_name(&of.user.id, name, now, &act)
    }
}
