//! Keys and addresses: the vectors of BIP-350, networks, and what "the same" means.

use hodlxxi_auth::verify::{Identifier, IdentifierError, Network};
use serde_json::Value;

use super::signer::{Output, key, one_key};

const BIP350: &str = include_str!("../../../../tests/vectors/bip-0350_addresses.json");

/// The values (and scripts) listed under a heading that begins like this.
fn listed(heading: &str) -> Vec<(String, Option<String>)> {
    let file: Value = serde_json::from_str(BIP350).expect("JSON");
    let lists = file.as_object().expect("an object");
    let (_, list) = lists
        .iter()
        .find(|(name, _)| name.starts_with(heading))
        .expect("the heading");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let cases = list.as_array().expect("a list").iter();
    cases
        .map(|case| {
            (
                text(&case["value"]).expect("text"),
                text(&case["scriptpubkey"]),
            )
        })
        .collect()
}

#[test]
fn valid_segwit_addresses_are_read_or_named_unsupported() {
    let cases = listed("The following list gives valid segwit addresses");
    assert_eq!(cases.len(), 8);
    let mut read = 0;
    for (address, script) in cases {
        let script = script.expect("a script");
        let network = match address.to_lowercase() {
            main if main.starts_with("bc1") => Network::Bitcoin,
            _ => Network::Signet,
        };
        let supported = ["0014", "0020", "5120"]
            .iter()
            .any(|form| script.starts_with(form));
        match Identifier::parse_address(&address, network) {
            Ok(identifier) => {
                assert!(supported, "{address}");
                assert_eq!(hex::encode(&identifier.canonical()[1..]), script);
                assert_eq!(identifier.to_string(), address.to_lowercase());
                read += 1;
            }
            Err(error) => {
                assert!(!supported, "{address}");
                assert_eq!(error, IdentifierError::UnsupportedScript, "{address}");
            }
        }
        let elsewhere = Identifier::parse_address(&address, Network::Regtest);
        assert_eq!(elsewhere, Err(IdentifierError::InvalidAddress), "{address}");
    }
    assert_eq!(read, 5);
}

#[test]
fn invalid_segwit_addresses_and_bare_bech32m_are_no_addresses() {
    let invalid = listed("The following list gives invalid segwit addresses");
    assert!(invalid.len() >= 15, "{}", invalid.len());
    let strings = listed("The following strings are valid Bech32m");
    let broken = listed("The following string are not valid Bech32m");
    for (text, _) in invalid.iter().chain(&strings).chain(&broken) {
        for network in Network::ALL {
            let verdict = Identifier::parse_address(text, network);
            assert_eq!(verdict, Err(IdentifierError::InvalidAddress), "{text}");
        }
    }
}

#[test]
fn an_address_belongs_to_its_network() {
    // One hash on every network; the test networks share their base58 versions.
    for (address, of) in [
        (
            "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH",
            &[Network::Bitcoin][..],
        ),
        ("3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN", &[Network::Bitcoin]),
        (
            "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r",
            &[Network::Testnet4, Network::Signet, Network::Regtest],
        ),
        (
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
            &[Network::Testnet4, Network::Signet],
        ),
        (
            "bcrt1qkrwfxfnrmxm6qaxfxy7x55rgu9qsw3m9cj3wrn",
            &[Network::Regtest],
        ),
    ] {
        for network in Network::ALL {
            let verdict = Identifier::parse_address(address, network);
            let expected = if of.contains(&network) {
                Ok(address.to_owned())
            } else {
                Err(IdentifierError::InvalidAddress)
            };
            assert_eq!(
                verdict.map(|i| i.to_string()),
                expected,
                "{address} {network}"
            );
        }
    }
}

#[test]
fn anchors_and_unknown_versions_cannot_sign_in() {
    for address in [
        "bc1pfeessrawgf",
        "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
        "BC1SW50QGDZ25J",
    ] {
        let verdict = Identifier::parse_address(address, Network::Bitcoin);
        assert_eq!(
            verdict,
            Err(IdentifierError::UnsupportedScript),
            "{address}"
        );
    }
}

#[test]
fn identifiers_are_the_same_by_x_or_by_script() {
    let key = key('A');
    let canonical = |text: &str| Identifier::parse_pubkey(text).expect("a key").canonical();
    let x = hex::encode(key.x());
    assert_eq!(canonical(&format!("02{x}")), canonical(&format!(" 03{x} ")));
    assert_eq!(canonical(&format!("02{x}")), canonical(&x.to_uppercase()));

    let taproot = one_key(Output::P2tr, 'A').identifier();
    assert_ne!(taproot.canonical(), canonical(&x));
    let upper = taproot.to_string().to_uppercase();
    let upper = Identifier::parse_address(&upper, Network::Bitcoin).expect("upper case");
    assert_eq!(upper, taproot);
    let segwit = one_key(Output::P2wpkh, 'A').identifier();
    let legacy = one_key(Output::P2pkh, 'A').identifier();
    assert_ne!(segwit.canonical(), legacy.canonical());
}

#[test]
fn what_is_no_key_is_refused() {
    let long = "0".repeat(200);
    let secret = "L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY1";
    for text in [
        "",
        "02",
        "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH",
        secret,
        &long,
    ] {
        let verdict = Identifier::parse_pubkey(text);
        assert!(
            matches!(verdict, Err(IdentifierError::InvalidPubkey(_))),
            "{text}"
        );
        if text != "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH" {
            let verdict = Identifier::parse_address(text, Network::Bitcoin);
            assert_eq!(verdict, Err(IdentifierError::InvalidAddress), "{text}");
        }
    }
}
