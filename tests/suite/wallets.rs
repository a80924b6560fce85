//! Wallets that nobody here wrote sign people in.

use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::lightning::Begun;
use hodlxxi_tests::person::{Form, Person, challenge, text, verify};
use hodlxxi_tests::programs::{debian, node, output, python, tests_folder};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

/// Asks for a challenge to `address`, has `sign` sign it, and signs in with what comes out.
fn sign_in(browser: &Browser, address: &str, sign: impl FnOnce(&str) -> String) -> Value {
    let challenge = challenge(browser, &json!({"address": address}));
    let signature = sign(text(&challenge, "challenge"));
    let answer = verify(
        browser,
        &challenge,
        &json!({"address": address, "signature": signature}),
    );
    assert_eq!(answer.status, 200, "{address} {signature}: {}", answer.body);
    let session = browser.get("/api/session").json_with(200);
    assert_eq!(session["user_id"], answer.json()["user_id"]);
    answer.json()
}

/// Asserts that bip322-core (from `PyPI`) takes a signature too.
fn oracle_agrees(address: &str, signature: &str, message: &str) {
    let verdict = output(python("bip322").args(["verifymessage", address, signature, message]));
    assert!(verdict.starts_with("VALID"), "{verdict}");
}

#[test]
fn bitcoinjs_message_signs_in_with_every_form_of_address() {
    let server = Server::start(&[]);
    let person = Person::named("bitcoinjs-message");
    let known = person.sign_in(&server.browser())["user_id"].clone();
    let forms = [
        (Form::Uncompressed, "uncompressed"),
        (Form::Legacy, "p2pkh"),
        (Form::Nested, "nested"),
        (Form::Segwit, "p2wpkh"),
    ];
    for (form, name) in forms {
        let signed = sign_in(&server.browser(), &person.address(form), |message| {
            output(node("wallets/bitcoinjs-message.mjs").args([
                &person.secret_hex(),
                name,
                message,
            ]))
        });
        assert_eq!(signed["user_id"], known, "{name} is the same account");
        assert_eq!(signed["pubkey"], person.pubkey(), "{name}");
    }
}

#[test]
fn bip322_js_signs_in_and_the_oracle_agrees() {
    let server = Server::start(&[]);
    let person = Person::named("bip322-js");
    let addresses = [
        person.address(Form::Legacy),
        person.address(Form::Nested),
        person.address(Form::Segwit),
        person.taproot_address(),
    ];
    for address in &addresses {
        sign_in(&server.browser(), address, |message| {
            let signature =
                output(node("wallets/bip322-js.mjs").args([&person.wif(), address, message]));
            if address.starts_with("bc1") {
                oracle_agrees(address, &signature, message);
            }
            signature
        });
    }
}

#[test]
fn bitcoinjs_lib_signs_in_with_prefixed_bip322() {
    let server = Server::start(&[]);
    let person = Person::named("bitcoinjs-lib");
    for (form, address) in [
        ("p2wpkh", person.address(Form::Segwit)),
        ("p2tr", person.taproot_address()),
    ] {
        let signed = sign_in(&server.browser(), &address, |message| {
            let printed = output(node("wallets/bitcoinjs-lib.mjs").args([
                &person.secret_hex(),
                form,
                message,
            ]));
            let (signer, signature) = printed.split_once('\n').expect("address and signature");
            assert_eq!(signer, address);
            oracle_agrees(&address, signature, message);
            signature.to_owned()
        });
        let expected = if form == "p2tr" { 64 } else { 66 };
        assert_eq!(
            text(&signed, "pubkey").len(),
            expected,
            "the output key's parity is unknown: {signed}"
        );
    }
}

#[test]
fn nostr_tools_signs_in() {
    let server = Server::start(&[]);
    let person = Person::named("nostr-tools");
    let browser = server.browser();
    let challenge = challenge(&browser, &json!({"pubkey": person.npub()}));
    let arguments = [
        person.secret_hex(),
        server.issuer(),
        text(&challenge, "challenge").to_owned(),
    ];
    let event: Value =
        serde_json::from_str(&output(node("wallets/nostr-tools.mjs").args(arguments)))
            .expect("an event");
    let signed = verify(
        &browser,
        &challenge,
        &json!({"pubkey": person.npub(), "event": event}),
    )
    .json_with(200);
    assert_eq!(
        signed["user_id"],
        person.sign_in(&server.browser())["user_id"],
        "one key is one account"
    );
    let session = browser.get("/api/session").json_with(200);
    assert_eq!(session["acr"], "urn:hodlxxi:acr:nostr");
    assert_eq!(session["amr"], json!(["pop"]));
}

#[test]
fn electrum_signs_in() {
    let server = Server::start(&[]);
    let person = Person::named("electrum");
    let folder = tempfile::tempdir().expect("a folder");
    for (form, kind) in [
        (Form::Legacy, "p2pkh"),
        (Form::Nested, "p2wpkh-p2sh"),
        (Form::Segwit, "p2wpkh"),
    ] {
        let wallet = folder.path().join(kind);
        let run = |arguments: &[&str]| {
            let mut command = debian("electrum");
            command
                .args(arguments)
                .arg("--offline")
                .arg("-D")
                .arg(folder.path());
            output(command.arg("-w").arg(&wallet).env("HOME", folder.path()))
        };
        run(&["restore", &format!("{kind}:{}", person.wif())]);
        let address = person.address(form);
        let signed = sign_in(&server.browser(), &address, |message| {
            run(&["signmessage", &address, message])
        });
        assert_eq!(signed["pubkey"], person.pubkey(), "{kind}");
    }
}

/// Begins a sign-in, has `answer` answer its code, and asserts that the browser is signed in by the key that came out.
fn sign_in_by_lightning(server: &Server, answer: impl Fn(&str) -> (String, String)) {
    for _ in 0..2 {
        let browser = server.browser();
        let begun = Begun::new(&browser, &json!({}));
        let (key, said) = answer(begun.text("lnurl"));
        let said: Value = serde_json::from_str(&said).expect("JSON");
        assert_eq!(said, json!({"status": "OK"}));
        let checked = begun.check(&browser).json_with(200);
        assert_eq!(checked["pubkey"], key, "{checked}");
        let session = browser.get("/api/session").json_with(200);
        assert_eq!(session["acr"], "urn:hodlxxi:acr:lightning");
        assert_eq!(session["pubkey"], key);
    }
}

#[test]
fn lnurl_for_node_signs_in() {
    let server = Server::start(&[]);
    let person = Person::named("lnurl for node");
    sign_in_by_lightning(&server, |code| {
        let said = output(node("wallets/lnurl.mjs").args([code, &person.secret_hex()]));
        (person.pubkey(), said)
    });
}

#[test]
fn lnurl_for_python_signs_in() {
    let server = Server::start(&[]);
    let seed = Person::named("lnurl for python").secret_hex();
    let script = tests_folder().join("interop/python/lnurl_auth.py");
    sign_in_by_lightning(&server, |code| {
        let said = output(python("python").arg(&script).args([code, &seed]));
        let (key, said) = said.split_once('\n').expect("a key and an answer");
        (key.to_owned(), said.to_owned())
    });
}
