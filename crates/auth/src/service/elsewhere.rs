//! Keys whose proof was judged elsewhere: by a protocol with challenges of its own, such as LNURL-auth.
//!
//! What follows is the same as after a challenge of ours. Deliberately absent: judging, and whether that proof was used
//! before, which are the other protocol's.

use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{PublicKey, SignInMethod, StoreError};

use super::SignInService;
use super::verify::{Act, Claim, Verified, VerifyError};
use crate::account::{ProvenKey, Session};
use crate::challenge::Purpose;
use crate::identity::Identity;
use crate::verify::Identifier;

impl SignInService {
    /// What follows from `key`, proven by `method` for `purpose`, in the browser where `current` is signed in.
    ///
    /// Whoever calls it has seen to it that the proof was asked for in that very session, where `purpose` needs one, and
    /// serves once.
    pub fn accept(
        &self,
        key: &PublicKey,
        method: SignInMethod,
        purpose: Purpose,
        origin: &Origin,
        current: Option<&Session>,
    ) -> Result<Verified, VerifyError> {
        let act = Act::of(purpose, current)?;
        if let Some(session) = act.session() {
            self.require_fit(purpose, session)?;
        }
        let key = ProvenKey {
            identity: Identity::of_key(key),
            public_key: Some(*key),
            method,
            address: None,
        };
        self.follow(&act, key, origin, current)
    }

    /// Records that a proof by `method` of the key that `identifier` names did not hold.
    pub fn record_failed(
        &self,
        identifier: &Identifier,
        method: SignInMethod,
        origin: &Origin,
    ) -> Result<(), StoreError> {
        let from = Claim {
            identifier,
            session: None,
            origin,
        };
        self.record_failure(method.as_str(), &from)
    }
}
