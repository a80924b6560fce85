//! Scopes and claims as sentences: what allowing one means for the person.

use hodlxxi_oauth::scope::{Scope, ScopeSet};

/// Each of `scopes` as one sentence that goes on from "It will be able to".
///
/// `pairwise`: the application sees an identifier of its own, and the key only under
/// [`Scope::Pubkey`].
pub fn describe_scopes(scopes: &ScopeSet, pairwise: bool) -> Vec<&'static str> {
    scopes
        .iter()
        .map(|scope| describe(scope, pairwise))
        .collect()
}

const fn describe(scope: Scope, pairwise: bool) -> &'static str {
    match scope {
        Scope::OpenId if pairwise => {
            "Recognise you when you come back, by an identifier that only this application sees"
        }
        Scope::OpenId => "Recognise you when you come back, by your account’s identifier here",
        Scope::Profile if pairwise => "See your name and your access level",
        Scope::Profile => "See your name, your access level and your public key",
        Scope::Pubkey => "See your public key, which is the same wherever you use it",
        Scope::OfflineAccess => "Keep this access while you are away, until you withdraw it",
        Scope::ReadLimited => "Read what this service offers to programs",
        Scope::Read => "Read data of this service in your name",
        Scope::ChatRead => "Read your chat channels and messages",
        Scope::ChatWrite => "Write chat messages in your name",
        Scope::PofRead => "See your proofs of funds, as much as each of them tells",
        Scope::PofWrite => "Start and submit proofs of funds in your name",
        Scope::WalletRead => "See your watch-only wallets, their addresses and balances",
    }
}

/// Claims asked for one by one, as sentences that go on from "It will be able to"; names that are
/// no claims about a person are left out.
pub fn describe_claims(names: &[String]) -> Vec<&'static str> {
    names.iter().filter_map(|name| claim(name)).collect()
}

fn claim(name: &str) -> Option<&'static str> {
    Some(match name {
        "name" => "See your name",
        "preferred_username" => "See the short name made of your key",
        "picture" => "See your picture",
        "updated_at" => "See when your profile last changed",
        "access_level" => "See your access level",
        "pubkey" => "See your public key",
        "npub" => "See your public key in the form that Nostr uses",
        _ => return None,
    })
}

/// What an application does not get that gets `scopes`, and `claims` asked for one by one.
pub fn not_shared(scopes: &ScopeSet, claims: &[String], pairwise: bool) -> Vec<&'static str> {
    let asked = |names: &[&str]| claims.iter().any(|claim| names.contains(&claim.as_str()));
    let key_shown = scopes.contains(Scope::Pubkey)
        || (scopes.contains(Scope::Profile) && !pairwise)
        || asked(&["pubkey", "npub", "preferred_username"]);
    let mut lines = vec!["Your private key. It never leaves your wallet; we do not have it either"];
    if !scopes.contains(Scope::Profile) && !asked(&["name"]) {
        lines.push("Your name");
    }
    if !key_shown {
        lines.push("Your public key and your addresses");
    }
    lines.push("Your other keys, your sessions, and which other applications you use");
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_a_sentence_of_its_own() {
        let all: ScopeSet = Scope::ALL.into_iter().collect();
        for pairwise in [false, true] {
            let mut lines = describe_scopes(&all, pairwise);
            lines.sort_unstable();
            lines.dedup();
            assert_eq!(lines.len(), Scope::ALL.len());
        }
    }

    #[test]
    fn the_key_is_called_shared_exactly_where_it_is() {
        let says_hidden = |scopes: &str, pairwise| {
            not_shared(&ScopeSet::parse(scopes), &[], pairwise)
                .iter()
                .any(|line| line.contains("public key"))
        };
        assert!(says_hidden("openid", false) && says_hidden("openid profile", true));
        assert!(!says_hidden("openid profile", false) && !says_hidden("openid pubkey", true));
        let (scopes, claims) = (ScopeSet::parse("openid"), ["npub".to_owned()]);
        assert_eq!(not_shared(&scopes, &claims, false).len(), 3);
    }

    #[test]
    fn every_personal_claim_has_a_sentence_and_others_have_none() {
        for known in hodlxxi_oauth::claims::PERSONAL {
            assert!(claim(known.name).is_some(), "{}", known.name);
        }
        assert_eq!(
            describe_claims(&["acr".to_owned(), "x".to_owned()]),
            Vec::<&str>::new()
        );
    }
}
