//! `hodlxxi wallet`: a developer signs in without a phone.

use std::os::unix::fs::PermissionsExt as _;

use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::lightning::Begun;
use hodlxxi_tests::person::{challenge, text, verify};
use hodlxxi_tests::server::Server;
use serde_json::json;

/// What every output begins with.
const WHAT_IT_IS: &str = "A wallet for developers, to be thrown away";

/// What the wallet prints under a name.
fn fact<'a>(printed: &'a str, name: &str) -> &'a str {
    let mut lines = printed.lines();
    let found = lines.find_map(|line| {
        let (found, value) = line.split_once(' ')?;
        (found == name).then(|| value.trim())
    });
    found.unwrap_or_else(|| panic!("no {name} in {printed}"))
}

fn run(server: &Server, arguments: &[&str]) -> String {
    let output = server.run(&[&["wallet"], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.starts_with(WHAT_IT_IS), "{printed}");
    printed
}

/// The line that a refusal is told by.
fn refusal(server: &Server, arguments: &[&str]) -> String {
    let output = server.run(&[&["wallet"], arguments].concat());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn it_signs_in_by_a_lightning_code() {
    let server = Server::start_on(Installation::Sqlite, &[]);
    let browser = server.browser();
    let mut keys = Vec::new();
    for member in ["lnurl", "uri", "keyauth_uri"] {
        let begun = Begun::new(&browser, &json!({"action": "register"}));
        let printed = run(&server, &["sign-in", begun.text(member)]);
        assert_eq!(fact(&printed, "action"), "register");
        assert_eq!(fact(&printed, "answer"), "OK");
        let checked = begun.check(&browser).json_with(200);
        assert_eq!(checked["pubkey"], fact(&printed, "pubkey"));
        keys.push(checked["pubkey"].clone());
        let again = refusal(&server, &["sign-in", begun.text(member)]);
        assert!(again.contains("used before"), "{again}");
    }
    keys.dedup();
    assert_eq!(keys.len(), 1, "one seed is one key");
    let seed = server.data_dir().join("developer-wallet.seed");
    let mode = std::fs::metadata(&seed)
        .expect("the seed")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let other = server.data_dir().join("other.seed");
    let begun = Begun::new(&browser, &json!({}));
    let other = ["--seed-file", other.to_str().expect("a path")];
    let printed = run(
        &server,
        &[&["sign-in", begun.text("lnurl")][..], &other].concat(),
    );
    assert_ne!(fact(&printed, "pubkey"), text(&json!({"k": keys[0]}), "k"));
}

#[test]
fn it_signs_challenges() {
    let server = Server::start_on(Installation::Sqlite, &[("BITCOIN_NETWORK", "regtest")]);
    let printed = run(&server, &["sign"]);
    let (pubkey, address) = (fact(&printed, "pubkey"), fact(&printed, "address"));
    assert!(address.starts_with("bcrt1q"), "{printed}");
    for body in [json!({"pubkey": pubkey}), json!({"address": address})] {
        for format in ["bip137", "bip322"] {
            if format == "bip322" && body.get("pubkey").is_some() {
                continue;
            }
            let browser = server.browser();
            let challenge = challenge(&browser, &body);
            let arguments = ["sign", text(&challenge, "challenge"), "--format", format];
            let printed = run(&server, &arguments);
            let mut proof = body.clone();
            proof["signature"] = fact(&printed, "signature").into();
            let verified = verify(&browser, &challenge, &proof).json_with(200);
            assert_eq!(verified["pubkey"], pubkey, "{format}");
        }
    }
}

#[test]
fn it_signs_for_nobody_elsewhere() {
    let server = Server::start_on(Installation::Sqlite, &[]);
    let k1 = "0".repeat(64);
    let elsewhere = format!("keyauth://auth.example.org/callback?tag=login&k1={k1}");
    for arguments in [
        ["sign-in", elsewhere.as_str()],
        [
            "sign",
            "HODLXXI: log in to auth.example.org. Purpose login, nonce 00, valid until then",
        ],
    ] {
        let line = refusal(&server, &arguments);
        assert!(line.contains("on this machine alone"), "{line}");
    }
    let line = refusal(&server, &["sign", "give me all your coins"]);
    assert!(line.contains("no challenge"), "{line}");
    let line = refusal(&server, &["sign-in", "lnbc1"]);
    assert!(line.contains("no LNURL"), "{line}");
}
