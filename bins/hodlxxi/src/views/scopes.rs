//! Scopes and claims as sentences: what allowing one means for the person.

use std::borrow::Cow;

use hodlxxi_oauth::scope::{Scope, ScopeSet};

use super::texts::Texts;

/// A sentence in a person's language.
type Line = Cow<'static, str>;

/// Each of `scopes` as one sentence that goes on from "It will be able to".
///
/// `pairwise`: the application sees an identifier of its own, and the key only under
/// [`Scope::Pubkey`].
pub fn describe_scopes(t: Texts, scopes: &ScopeSet, pairwise: bool) -> Vec<Line> {
    let scopes = scopes.iter();
    scopes
        .map(|scope| t.get(describe(scope, pairwise)))
        .collect()
}

const fn describe(scope: Scope, pairwise: bool) -> &'static str {
    match scope {
        Scope::OpenId if pairwise => "scope-open-id-pairwise",
        Scope::OpenId => "scope-open-id",
        Scope::Profile if pairwise => "scope-profile-pairwise",
        Scope::Profile => "scope-profile",
        Scope::Pubkey => "scope-pubkey",
        Scope::OfflineAccess => "scope-offline-access",
        Scope::ReadLimited => "scope-read-limited",
        Scope::Read => "scope-read",
        Scope::ChatRead => "scope-chat-read",
        Scope::ChatWrite => "scope-chat-write",
        Scope::PofRead => "scope-pof-read",
        Scope::PofWrite => "scope-pof-write",
        Scope::WalletRead => "scope-wallet-read",
    }
}

/// Claims asked for one by one, as sentences that go on from "It will be able to"; names that are
/// no claims about a person are left out.
pub fn describe_claims(t: Texts, names: &[String]) -> Vec<Line> {
    let known = names.iter().filter_map(|name| claim(name));
    known.map(|key| t.get(key)).collect()
}

fn claim(name: &str) -> Option<&'static str> {
    Some(match name {
        "name" => "claim-name",
        "preferred_username" => "claim-preferred-username",
        "picture" => "claim-picture",
        "updated_at" => "claim-updated-at",
        "access_level" => "claim-access-level",
        "pubkey" => "claim-pubkey",
        "npub" => "claim-npub",
        _ => return None,
    })
}

/// What an application does not get that gets `scopes`, and `claims` asked for one by one.
pub fn not_shared(t: Texts, scopes: &ScopeSet, claims: &[String], pairwise: bool) -> Vec<Line> {
    let asked = |names: &[&str]| claims.iter().any(|claim| names.contains(&claim.as_str()));
    let key_shown = scopes.contains(Scope::Pubkey)
        || (scopes.contains(Scope::Profile) && !pairwise)
        || asked(&["pubkey", "npub", "preferred_username"]);
    let mut lines = vec![t.get("unshared-private-key")];
    if !scopes.contains(Scope::Profile) && !asked(&["name"]) {
        lines.push(t.get("unshared-name"));
    }
    if !key_shown {
        lines.push(t.get("unshared-pubkey"));
    }
    lines.push(t.get("unshared-others"));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_a_sentence_of_its_own() {
        let all: ScopeSet = Scope::ALL.into_iter().collect();
        for pairwise in [false, true] {
            let mut lines = describe_scopes(Texts::default(), &all, pairwise);
            lines.sort_unstable();
            lines.dedup();
            assert_eq!(lines.len(), Scope::ALL.len());
        }
    }

    #[test]
    fn the_key_is_called_shared_exactly_where_it_is() {
        let says_hidden = |scopes: &str, pairwise| {
            not_shared(Texts::default(), &ScopeSet::parse(scopes), &[], pairwise)
                .iter()
                .any(|line| line.contains("public key"))
        };
        assert!(says_hidden("openid", false) && says_hidden("openid profile", true));
        assert!(!says_hidden("openid profile", false) && !says_hidden("openid pubkey", true));
        let (scopes, claims) = (ScopeSet::parse("openid"), ["npub".to_owned()]);
        assert_eq!(
            not_shared(Texts::default(), &scopes, &claims, false).len(),
            3
        );
    }

    #[test]
    fn every_personal_claim_has_a_sentence_and_others_have_none() {
        for known in hodlxxi_oauth::claims::PERSONAL {
            assert!(claim(known.name).is_some(), "{}", known.name);
        }
        assert_eq!(
            describe_claims(Texts::default(), &["acr".to_owned(), "x".to_owned()]),
            Vec::<Line>::new()
        );
    }
}
