//! The claims that tell of a person.

use hodlxxi_kernel::{SecretHash, StoreError};
use serde_json::{Map, Value};

use super::Provider;
use crate::claims::{PERSONAL, PersonalClaim};
use crate::grant::Authorized;
use crate::person::Profile;

impl Provider {
    /// The personal claims that `is_told` names of whom the client knows as `subject`, as far as the
    /// profile has them; none if the account is gone. Where no claim is named no profile is read.
    pub(super) fn personal_claims(
        &self,
        authorized: &Authorized,
        subject: &str,
        is_told: impl Fn(PersonalClaim) -> bool,
    ) -> Result<Option<Map<String, Value>>, StoreError> {
        let mut told = PERSONAL
            .into_iter()
            .filter(|claim| is_told(*claim))
            .peekable();
        if told.peek().is_none() {
            return Ok(Some(Map::new()));
        }
        let (user, method) = (&authorized.user, authorized.method);
        let Some(profile) = self.stores.profiles.profile(user, method)? else {
            return Ok(None);
        };
        let valued = |claim: PersonalClaim| {
            let value = match claim.name {
                "picture" => self.picture(subject).into(),
                // Made of the key, it would tell a pairwise client who this is elsewhere.
                "preferred_username" if subject != authorized.subject_user().as_str() => {
                    let digest = SecretHash::of(subject);
                    format!("user_{}", hex::encode(&digest.as_bytes()[..5])).into()
                }
                name => value(&profile, name)?,
            };
            Some((claim.name.to_owned(), value))
        };
        Ok(Some(told.filter_map(valued).collect()))
    }
}

fn value(profile: &Profile, name: &str) -> Option<Value> {
    match name {
        "name" => profile.name.clone().map(Value::from),
        "preferred_username" => Some(profile.preferred_username.clone().into()),
        "updated_at" => Some(profile.updated_at.as_unix().into()),
        "access_level" => Some(profile.access_level.as_str().into()),
        "pubkey" => profile.public_key.map(|key| key.to_hex().into()),
        "npub" => profile.public_key.map(|key| key.npub().into()),
        _ => None,
    }
}
