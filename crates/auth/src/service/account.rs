//! What a person sees to in their account: the name and the keys.

use hodlxxi_kernel::StoreError;
use hodlxxi_kernel::audit::{Action, Origin};

use super::SignInService;
use crate::account::{DisplayName, LinkedKey, Session, Unlink};
use crate::identity::Identity;

impl SignInService {
    /// The person's keys, oldest first.
    pub fn linked_keys(&self, of: &Session) -> Result<Vec<LinkedKey>, StoreError> {
        self.stores.accounts.linked_keys(&of.user.id)
    }

    /// Unlinks a key of the person that is not their last, and ends the sessions opened with it,
    /// which may be this one.
    pub fn unlink(
        &self,
        of: &Session,
        identity: &Identity,
        origin: &Origin,
    ) -> Result<Unlink, StoreError> {
        let act = self.act_of(of, Action::KeyUnlinked, origin);
        let act = act.key(&identity.to_string());
        self.stores.accounts.unlink_key(&of.user.id, identity, &act)
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
