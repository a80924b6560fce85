//! Which access level a session has: it follows the key of that session.

use std::collections::HashSet;

use hodlxxi_kernel::{AccessLevel, PublicKey, SignInMethod};

use super::session::Session;
use crate::identity::Identity;

/// The keys of the administrators, and the rule that gives levels.
#[derive(Debug, Clone, Default)]
pub struct AccessPolicy {
    admins: HashSet<Identity>,
}

impl AccessPolicy {
    /// A policy under which `admin_keys` are administrators.
    pub fn new(admin_keys: &[PublicKey]) -> Self {
        Self {
            admins: admin_keys.iter().map(Identity::of_key).collect(),
        }
    }

    /// The level of `session`, now.
    pub fn level(&self, session: &Session) -> AccessLevel {
        self.level_of(
            session.method(),
            session.identity(),
            session.user.granted_level,
        )
    }

    /// The level that signing in by `method` with one of `identities` gives, to an account with
    /// `granted` by an administrator: the higher of what the key and the administrator give.
    ///
    /// A guest stays a guest. Nostr never gives [`AccessLevel::Special`]: its signers may be set to
    /// approve unseen.
    pub fn level_of<'a>(
        &self,
        method: SignInMethod,
        identities: impl IntoIterator<Item = &'a Identity>,
        granted: Option<AccessLevel>,
    ) -> AccessLevel {
        let special = match method {
            SignInMethod::Guest => return AccessLevel::Guest,
            SignInMethod::Nostr => false,
            SignInMethod::Bitcoin | SignInMethod::Lightning => true,
        };
        let by_key = if special && identities.into_iter().any(|id| self.admins.contains(id)) {
            AccessLevel::Special
        } else {
            AccessLevel::Limited
        };
        granted
            .filter(|granted| special || *granted < AccessLevel::Special)
            .map_or(by_key, |granted| granted.max(by_key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hodlxxi_kernel::AccessLevel::{Full, Guest, Limited, Special};
    use hodlxxi_kernel::SignInMethod::{Bitcoin, Lightning, Nostr};

    const G: &str = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    fn level(method: SignInMethod, is_admin: bool, granted: Option<AccessLevel>) -> AccessLevel {
        let key = PublicKey::parse(G).unwrap();
        let policy = AccessPolicy::new(is_admin.then_some(key).as_slice());
        policy.level_of(method, &[Identity::of_key(&key)], granted)
    }

    #[test]
    fn a_key_gives_limited_and_an_administrators_key_special() {
        assert_eq!(level(Bitcoin, false, None), Limited);
        assert_eq!(level(Nostr, false, None), Limited);
        assert_eq!(level(Bitcoin, true, None), Special);
        assert_eq!(level(Lightning, false, None), Limited);
        assert_eq!(level(Lightning, true, None), Special);
    }

    #[test]
    fn a_granted_level_raises_and_never_lowers() {
        assert_eq!(level(Bitcoin, false, Some(Full)), Full);
        assert_eq!(level(Bitcoin, false, Some(Special)), Special);
        assert_eq!(level(Bitcoin, false, Some(Guest)), Limited);
        assert_eq!(level(Bitcoin, true, Some(Full)), Special);
    }

    #[test]
    fn nostr_is_never_special() {
        assert_eq!(level(Nostr, true, None), Limited);
        assert_eq!(level(Nostr, true, Some(Full)), Full);
        assert_eq!(level(Nostr, true, Some(Special)), Limited);
        assert_eq!(level(Nostr, false, Some(Special)), Limited);
    }

    #[test]
    fn a_guest_stays_a_guest() {
        for granted in [None, Some(Special)] {
            assert_eq!(level(SignInMethod::Guest, true, granted), Guest);
        }
    }

    #[test]
    fn an_administrators_key_counts_whatever_its_parity_and_others_do_not() {
        let even = PublicKey::parse(&format!("02{G}")).unwrap();
        let odd = PublicKey::parse(&format!("03{G}")).unwrap();
        let policy = AccessPolicy::new(&[even]);
        let level = |identity: &Identity| policy.level_of(Bitcoin, [identity], None);
        assert_eq!(level(&Identity::of_key(&odd)), Special);
        assert_eq!(level(&Identity::Key([7; 32])), Limited);
        assert_eq!(level(&Identity::Script(vec![1; 23])), Limited);
    }
}
