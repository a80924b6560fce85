//! The `claims` parameter (OpenID Connect Core, section 5.5), and which claims there are.
//!
//! Only claims this provider knows are kept; others are ignored, as the standard asks. `claims` in
//! other languages and aggregated or distributed claims do not exist here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::client::SubjectType;
use crate::scope::{Scope, ScopeSet};

/// The most values that one claim may be asked to have.
const MAX_VALUES: usize = 20;
/// The longest such value, in bytes.
const MAX_VALUE: usize = 256;

/// A claim that tells of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonalClaim {
    /// Its name.
    pub name: &'static str,
    /// Whether it tells the person's key.
    names_the_key: bool,
}

/// The claims that tell of a person.
pub const PERSONAL: [PersonalClaim; 7] = [
    PersonalClaim::of("name", false),
    PersonalClaim::of("preferred_username", false),
    PersonalClaim::of("picture", false),
    PersonalClaim::of("updated_at", false),
    PersonalClaim::of("access_level", false),
    PersonalClaim::of("pubkey", true),
    PersonalClaim::of("npub", true),
];

impl PersonalClaim {
    const fn of(name: &'static str, names_the_key: bool) -> Self {
        Self {
            name,
            names_the_key,
        }
    }

    /// Whether `scope` brings the claim along. The key comes with `pubkey`, and with `profile`
    /// where the subject is public.
    pub fn comes_with(self, scope: &ScopeSet, subjects: SubjectType) -> bool {
        let by_profile = !self.names_the_key || subjects == SubjectType::Public;
        (by_profile && scope.contains(Scope::Profile))
            || (self.names_the_key && scope.contains(Scope::Pubkey))
    }

    /// Whether the claim may be told at all: the key would undo a pseudonym, so that it takes the
    /// scope `pubkey`, and no asking one by one.
    pub fn may_be_told(self, scope: &ScopeSet, subjects: SubjectType) -> bool {
        !self.names_the_key || subjects == SubjectType::Public || scope.contains(Scope::Pubkey)
    }
}

/// The claims that every ID token has, which a request may set conditions on.
pub const PROTOCOL: [&str; 4] = ["sub", "acr", "auth_time", "amr"];

/// What is asked of one claim.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimRequest {
    /// Whether the sign-in depends on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub essential: bool,
    /// The values that would do; any if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// The claims asked for one by one, for each place they may be told in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// In the ID token.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, ClaimRequest>,
    /// At userinfo.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, ClaimRequest>,
}

/// Why a text is not a `claims` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClaimsError {
    /// Not a JSON object of JSON objects.
    #[error("claims is not a JSON object as OpenID Connect Core, section 5.5 describes it")]
    Format,
    /// More or longer values than are accepted.
    #[error("claims asks for too many or too long values")]
    TooLarge,
}

impl ClaimsRequest {
    /// Reads the parameter; claims that are not known are dropped.
    pub fn parse(text: &str) -> Result<Self, ClaimsError> {
        let root: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| ClaimsError::Format)?;
        Ok(Self {
            id_token: place(root.get("id_token"))?,
            userinfo: place(root.get("userinfo"))?,
        })
    }

    /// The names of the personal claims asked for in either place that `scope` does not bring
    /// along: what a person has to allow one by one.
    pub fn to_allow(&self, scope: &ScopeSet, subjects: SubjectType) -> Vec<String> {
        let asked = |name| self.id_token.contains_key(name) || self.userinfo.contains_key(name);
        PERSONAL
            .into_iter()
            .filter(|claim| asked(claim.name))
            .filter(|claim| {
                claim.may_be_told(scope, subjects) && !claim.comes_with(scope, subjects)
            })
            .map(|claim| claim.name.to_owned())
            .collect()
    }
}

fn place(members: Option<&Value>) -> Result<BTreeMap<String, ClaimRequest>, ClaimsError> {
    let members = match members {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(ClaimsError::Format),
    };
    members
        .iter()
        .filter(|(name, _)| is_known(name))
        .map(|(name, asked)| Ok((name.clone(), claim(asked)?)))
        .collect()
}

fn is_known(name: &str) -> bool {
    PROTOCOL.contains(&name) || PERSONAL.iter().any(|claim| claim.name == name)
}

fn claim(asked: &Value) -> Result<ClaimRequest, ClaimsError> {
    let asked = match asked {
        Value::Null => return Ok(ClaimRequest::default()),
        Value::Object(asked) => asked,
        _ => return Err(ClaimsError::Format),
    };
    let essential = match asked.get("essential") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(essential)) => *essential,
        Some(_) => return Err(ClaimsError::Format),
    };
    let listed = match asked.get("values") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(values)) => values.as_slice(),
        Some(_) => return Err(ClaimsError::Format),
    };
    let single = asked.get("value").filter(|value| !value.is_null());
    let values: Vec<String> = single.into_iter().chain(listed).map(text).collect();
    if values.len() > MAX_VALUES || values.iter().any(|value| value.len() > MAX_VALUE) {
        return Err(ClaimsError::TooLarge);
    }
    Ok(ClaimRequest { essential, values })
}

/// A value as text: strings as they are, anything else as its JSON.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn essential_voluntary_and_valued_claims_are_read() {
        let claims = ClaimsRequest::parse(
            r#"{"userinfo":{"name":{"essential":true},"picture":null,"email":null},
                "id_token":{"acr":{"essential":true,"values":["a","b"]},"sub":{"value":"u"}}}"#,
        )
        .unwrap();
        assert!(claims.userinfo["name"].essential && !claims.userinfo["picture"].essential);
        assert!(!claims.userinfo.contains_key("email"));
        assert_eq!(claims.id_token["acr"].values, ["a", "b"]);
        assert_eq!(claims.id_token["sub"].values, ["u"]);
        let to_allow = |scope| claims.to_allow(&ScopeSet::parse(scope), SubjectType::Public);
        assert_eq!(to_allow("openid"), ["name", "picture"]);
        assert!(to_allow("openid profile").is_empty());
    }

    #[test]
    fn the_key_of_a_pseudonym_is_told_by_its_own_scope_alone() {
        use SubjectType::{Pairwise, Public};
        let claims = ClaimsRequest::parse(r#"{"userinfo":{"npub":{"essential":true}}}"#).unwrap();
        let (openid, pubkey) = (ScopeSet::parse("openid profile"), ScopeSet::parse("pubkey"));
        let npub = PERSONAL[6];
        assert!(npub.comes_with(&openid, Public) && !npub.comes_with(&openid, Pairwise));
        assert!(!npub.may_be_told(&openid, Pairwise) && npub.may_be_told(&pubkey, Pairwise));
        assert!(claims.to_allow(&openid, Pairwise).is_empty());
        assert_eq!(
            claims.to_allow(&ScopeSet::parse("openid"), Public),
            ["npub"]
        );
    }

    #[test]
    fn what_is_no_claims_object_is_refused() {
        for bad in [
            "",
            "[]",
            "null",
            r#"{"id_token":[]}"#,
            r#"{"id_token":{"acr":7}}"#,
            r#"{"id_token":{"acr":{"essential":"yes"}}}"#,
            r#"{"id_token":{"acr":{"values":"x"}}}"#,
        ] {
            assert_eq!(ClaimsRequest::parse(bad), Err(ClaimsError::Format), "{bad}");
        }
        let values = vec!["x"; MAX_VALUES + 1];
        let many = serde_json::json!({"id_token": {"acr": {"values": values}}}).to_string();
        assert_eq!(ClaimsRequest::parse(&many), Err(ClaimsError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in r#"[\{\}\[\]":,a-z_0-9]{0,120}"#) {
            let _ = ClaimsRequest::parse(&text);
        }

        #[test]
        fn what_is_kept_reads_back(essential in any::<bool>(), values in proptest::collection::vec("[a-z:]{1,12}", 0..4)) {
            let text = serde_json::json!({"id_token": {"acr": {"essential": essential, "values": values}}}).to_string();
            let claims = ClaimsRequest::parse(&text).unwrap();
            let stored = serde_json::to_string(&claims).unwrap();
            prop_assert_eq!(serde_json::from_str::<ClaimsRequest>(&stored).unwrap(), claims);
        }
    }
}
