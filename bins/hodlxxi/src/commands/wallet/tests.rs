//! What the wallet signs holds, and for whom it signs.

use hodlxxi_auth::verify::{Identifier, verify_signature};

use super::*;

fn key(network: bitcoin::Network) -> sign::Key {
    let master = Xpriv::new_master(network, &[7; 32]).unwrap();
    sign::Key::of(&master, network).unwrap()
}

#[test]
fn both_forms_of_signature_hold_for_its_address() {
    for network in Network::ALL {
        let key = key(network.into());
        let identifier = Identifier::parse_address(&key.address(), network).unwrap();
        for format in [Format::Bip137, Format::Bip322] {
            let signature = key.sign("a challenge", format).unwrap();
            let proven = verify_signature(&identifier, "a challenge", &signature).unwrap();
            assert_eq!(
                proven.pubkey_hex(),
                Some(key.pubkey()),
                "{network} {format:?}"
            );
            assert!(verify_signature(&identifier, "another", &signature).is_err());
        }
    }
}

#[test]
fn a_challenge_names_its_host() {
    let text = |host: &str| {
        format!("HODLXXI: log in to {host}. Purpose login, nonce 00, valid until then")
    };
    for name in ["localhost:5000", "auth.example.org", "[::1]:5000"] {
        assert_eq!(host(&text(name)), Some(name));
    }
    assert_eq!(host("send all my coins"), None);
    assert_eq!(host("HODLXXI: "), None);
}

#[test]
fn it_signs_for_this_machine_alone() {
    for here in [
        "http://localhost:5000",
        "http://127.0.0.1",
        "http://[::1]:5000",
    ] {
        assert!(here_alone(here).is_ok(), "{here}");
    }
    for elsewhere in [
        "https://auth.example.org",
        "http://localhost.example.org",
        "http://abc.onion",
        "http://192.168.1.1",
        "http://user@localhost",
    ] {
        assert!(here_alone(elsewhere).is_err(), "{elsewhere}");
    }
}
