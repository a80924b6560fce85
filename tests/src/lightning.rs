//! A Lightning wallet, signing as LUD-04 says, and a sign-in as a browser has begun it.

use std::io::{BufRead as _, BufReader};

use bitcoin::hashes::{Hash as _, sha256};
use bitcoin::key::Secp256k1;
use bitcoin::secp256k1::{Message, SecretKey};
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::person::{Person, text};

/// A wallet with one key.
#[derive(Debug, Clone)]
pub struct LightningWallet(SecretKey);

impl LightningWallet {
    /// The wallet of that name: the same name has the same key.
    pub fn named(name: &str) -> Self {
        let digest = sha256::Hash::hash(format!("lightning {name}").as_bytes());
        let key = SecretKey::from_slice(digest.as_byte_array());
        Self(key.expect("a digest in the group's range"))
    }

    /// The wallet that has this person's key.
    pub fn of(person: &Person) -> Self {
        let key = person.secret_hex().parse();
        Self(key.expect("a key in hex"))
    }

    /// Its compressed public key in hex.
    pub fn pubkey(&self) -> String {
        let key = self.0.public_key(&Secp256k1::new());
        hex::encode(key.serialize())
    }

    /// Its signature over these 32 bytes in hex: DER.
    pub fn sign(&self, bytes: &[u8]) -> String {
        let message = Message::from_digest_slice(bytes).expect("32 bytes");
        let signature = Secp256k1::new().sign_ecdsa(&message, &self.0);
        hex::encode(signature.serialize_der())
    }

    /// The same as the 64 bytes that LUD-04 does not take.
    pub fn sign_compact(&self, bytes: &[u8]) -> String {
        let message = Message::from_digest_slice(bytes).expect("32 bytes");
        let signature = Secp256k1::new().sign_ecdsa(&message, &self.0);
        hex::encode(signature.serialize_compact())
    }

    /// The query with which it answers a sign-in, without what the callback has already.
    pub fn query(&self, k1: &str) -> String {
        let bytes = hex::decode(k1).expect("a k1 in hex");
        format!("sig={}&key={}", self.sign(&bytes), self.pubkey())
    }

    /// Answers a sign-in by its callback.
    pub fn answer(&self, begun: &Begun) -> Value {
        call(&begun.callback(&self.query(begun.text("k1"))))
    }

    /// Answers it, and asserts that it was taken.
    pub fn approve(&self, begun: &Begun) {
        assert_eq!(self.answer(begun), json!({"status": "OK"}));
    }

    /// Approves a code as a page shows it.
    pub fn approve_code(&self, lnurl: &str) {
        let (_, bytes) = bech32::decode(&lnurl.to_lowercase()).expect("bech32");
        let url = String::from_utf8(bytes).expect("a URL");
        let (_, rest) = url.split_once("k1=").expect("a k1");
        let k1 = rest.split('&').next().expect("its text");
        assert_eq!(
            call(&format!("{url}&{}", self.query(k1))),
            json!({"status": "OK"})
        );
    }

    /// Signs in with it.
    pub fn sign_in(&self, browser: &Browser) -> Value {
        let begun = Begun::new(browser, &json!({}));
        self.approve(&begun);
        begun.check(browser).json_with(200)
    }
}

/// Calls a URL as a wallet does: with no cookie. It always answers 200.
pub fn call(url: &str) -> Value {
    let browser = Browser::new(url);
    browser.get(url).json_with(200)
}

/// A sign-in that a browser began.
#[derive(Debug, Clone)]
pub struct Begun(pub Value);

impl Begun {
    /// Begins one with the members of `body`.
    pub fn new(browser: &Browser, body: &Value) -> Self {
        Self(
            browser
                .post_json("/api/lnurl-auth/create", body)
                .json_with(200),
        )
    }

    /// A member.
    pub fn text(&self, member: &str) -> &str {
        text(&self.0, member)
    }

    /// The callback with more in its query.
    pub fn callback(&self, more: &str) -> String {
        format!("{}&{more}", self.text("callback_url"))
    }

    /// The path that `kind` of question is asked at.
    pub fn path(&self, kind: &str) -> String {
        format!("/api/lnurl-auth/{kind}/{}", self.text("session_id"))
    }

    /// Asks how it stands.
    pub fn check(&self, browser: &Browser) -> Answer {
        browser.get(&self.path("check"))
    }

    /// Asks, and answers how it stands in a word.
    pub fn status(&self, browser: &Browser) -> String {
        text(&self.check(browser).json_with(200), "status").to_owned()
    }

    /// Opens its stream of events.
    pub fn events(&self, browser: &Browser) -> Events {
        let response = browser.open(&self.path("events"));
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("set-cookie"));
        Events(BufReader::new(response))
    }
}

/// A stream of events, as it comes.
#[derive(Debug)]
pub struct Events(BufReader<Response>);

impl Iterator for Events {
    type Item = Value;

    /// The data of the next event; none at the end of the stream.
    fn next(&mut self) -> Option<Value> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).expect("a line") == 0 {
                return None;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).expect("JSON"));
            }
        }
    }
}
