//! A wallet's keys: the example of LUD-05, another wallet's, and a whole sign-in.

use hodlxxi_lnurl::auth::{Action, Answer, AuthUrl, K1};
use hodlxxi_lnurl::code::Endpoint;
use hodlxxi_lnurl::wallet::{Wallet, steps};
use serde_json::{Value, json};

use super::auth::VECTORS;

fn wallet() -> Wallet {
    let mut seed = [0; 32];
    seed[31] = 1;
    Wallet::from_seed(&seed).expect("a wallet")
}

#[test]
fn the_example_leads_to_its_path() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
    let example = &vectors["lud05"];
    let key = hex::decode(example["hashing_priv_key"].as_str().expect("text")).expect("hex");
    let key = key.try_into().expect("32 bytes");
    let domain = example["domain"].as_str().expect("text");
    assert_eq!(json!(steps(&key, domain)), example["path_suffix"]);
}

#[test]
fn another_wallet_of_the_same_seed_has_the_same_key() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
    let other = &vectors["interop"][1];
    let key = wallet().linking_key("site.com").expect("a key");
    assert_eq!(json!(key.public().to_hex()), other["key"], "{other}");
    let k1: K1 = other["k1"].as_str().expect("text").parse().expect("a k1");
    assert_eq!(json!(key.sign(&k1)), other["sig_der"], "{other}");
}

#[test]
fn each_domain_knows_another_key() {
    let wallet = wallet();
    let key = |domain| wallet.linking_key(domain).expect("a key").public().to_hex();
    assert_eq!(key("example.org"), key("example.org"));
    assert_ne!(key("example.org"), key("www.example.org"));
}

#[test]
fn its_answer_holds() {
    let callback = Endpoint::parse("https://auth.example.org:8443/callback").expect("a URL");
    let url = AuthUrl::asking(&callback, K1::new([5; 32]), Action::Login);
    let called = wallet().answer(&url).expect("an answer");
    let (_, query) = called.split_once('?').expect("a query");
    let answer = Answer::parse(query).expect("an answer");
    let expected = wallet().linking_key("auth.example.org").expect("a key");
    assert_eq!(answer.verify().as_ref(), Ok(expected.public()));
    assert_eq!(answer.claimed_key(), expected.public().to_hex());
}
