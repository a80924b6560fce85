//! Events that answer a challenge, and events that do not.

use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::{Message, Secp256k1};
use hodlxxi_auth::account::ProvenKey;
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::verify::{EventError, Identifier, NostrEvent, verify_event};
use hodlxxi_kernel::{SignInMethod, Timestamp};
use serde_json::{Value, json};

use super::signer::{MESSAGE, Output, key, one_key};

const RELAY: &str = "https://id.example";
const NOW: i64 = 1_795_000_000;

/// How a draft is changed.
type Change = fn(&mut Draft);

/// The members that are signed.
struct Draft {
    kind: u64,
    content: String,
    tags: Vec<Vec<String>>,
    created_at: i64,
}

fn tag(name: &str, value: &str) -> Vec<String> {
    vec![name.to_owned(), value.to_owned()]
}

fn draft() -> Draft {
    Draft {
        kind: 22242,
        content: MESSAGE.to_owned(),
        tags: vec![tag("relay", RELAY), tag("challenge", MESSAGE)],
        created_at: NOW,
    }
}

impl Draft {
    /// The signed event, its id computed as NIP-01 writes it, by hand.
    fn sign(&self, name: char) -> Value {
        let key = key(name);
        let escape = |text: &str| {
            let mut escaped = String::from("\"");
            for c in text.chars() {
                match c {
                    '\n' => escaped.push_str("\\n"),
                    '"' => escaped.push_str("\\\""),
                    '\\' => escaped.push_str("\\\\"),
                    '\r' => escaped.push_str("\\r"),
                    '\t' => escaped.push_str("\\t"),
                    '\u{8}' => escaped.push_str("\\b"),
                    '\u{c}' => escaped.push_str("\\f"),
                    other => escaped.push(other),
                }
            }
            escaped + "\""
        };
        let list = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(|text| escape(text)).collect();
            format!("[{}]", texts.join(","))
        };
        let tags: Vec<String> = self.tags.iter().map(|tag| list(tag)).collect();
        let pubkey = hex::encode(key.x());
        let serialized = format!(
            "[0,\"{pubkey}\",{},{},[{}],{}]",
            self.created_at,
            self.kind,
            tags.join(","),
            escape(&self.content)
        );
        let id = sha256::Hash::hash(serialized.as_bytes()).to_byte_array();
        let secp = Secp256k1::new();
        let sig = secp.sign_schnorr_no_aux_rand(&Message::from_digest(id), &key.keypair());
        json!({
            "id": hex::encode(id), "pubkey": pubkey, "created_at": self.created_at,
            "kind": self.kind, "tags": self.tags, "content": self.content,
            "sig": hex::encode(sig.serialize()),
        })
    }
}

fn identifier() -> Identifier {
    Identifier::parse_pubkey(&key('A').hex()).expect("a key")
}

fn verify(event: Value) -> Result<ProvenKey, EventError> {
    let event: NostrEvent = serde_json::from_value(event).expect("an event");
    let now = Timestamp::from_unix(NOW);
    verify_event(&identifier(), &event, MESSAGE, RELAY, now)
}

#[test]
fn an_event_proves_a_key_without_parity() {
    let proven = verify(draft().sign('A')).expect("valid");
    let x = key('A').x();
    assert_eq!(
        proven.identity,
        Identity::Key(x.clone().try_into().expect("32 bytes"))
    );
    assert_eq!(proven.public_key.expect("a key").to_hex(), hex::encode(x));
    assert_eq!(proven.method, SignInMethod::Nostr);
    assert_eq!(proven.address, None);
}

#[test]
fn an_event_made_by_nostr_tools_verifies() {
    // `finalizeEvent` of nostr-tools 2.25.2, key scalar 1, made for this project.
    let event: NostrEvent = serde_json::from_str(include_str!(
        "../../../../tests/vectors/nostr-tools-event.json"
    ))
    .expect("an event");
    let g = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    let identifier = Identifier::parse_pubkey(g).expect("a key");
    let now = Timestamp::from_unix(NOW);
    let content = "sign in to id.example (login) n0nce";
    assert!(verify_event(&identifier, &event, content, RELAY, now).is_ok());
}

#[test]
fn escapes_follow_nip_01() {
    let mut draft = draft();
    draft.tags.push(tag(
        "client",
        "a \"b\" \\ / \n\r\t\u{8}\u{c} é \u{7f} \u{2028} 😄",
    ));
    assert!(verify(draft.sign('A')).is_ok());
    draft.tags.push(tag("client", "\u{1}"));
    assert!(serde_json::from_value::<NostrEvent>(draft.sign('A')).is_err());
}

#[test]
fn each_part_must_answer_this_challenge_here_and_now() {
    let cases: [(EventError, Change); 12] = [
        (EventError::Kind, |d| d.kind = 1),
        (EventError::Kind, |d| d.kind = 27235),
        (EventError::Content, |d| d.content.push(' ')),
        (EventError::Content, |d| d.content.clear()),
        (EventError::Challenge, |d| d.tags[1][1].push('x')),
        (EventError::Challenge, |d| d.tags.truncate(1)),
        (EventError::Challenge, |d| {
            d.tags.push(tag("challenge", MESSAGE));
        }),
        (EventError::Relay, |d| d.tags[0][1].push('/')),
        (EventError::Relay, |d| d.tags[0].truncate(1)),
        (EventError::Relay, |d| {
            d.tags.push(tag("relay", "https://evil.example"));
        }),
        (EventError::Time, |d| d.created_at -= 601),
        (EventError::Time, |d| d.created_at += 601),
    ];
    for (expected, change) in cases {
        let mut draft = draft();
        change(&mut draft);
        assert_eq!(verify(draft.sign('A')), Err(expected));
    }
    for offset in [-600, 600] {
        let mut draft = draft();
        draft.created_at += offset;
        assert!(verify(draft.sign('A')).is_ok());
    }
    for extreme in [i64::MIN, i64::MAX] {
        let mut draft = draft();
        draft.created_at = extreme;
        assert_eq!(verify(draft.sign('A')), Err(EventError::Time));
    }
}

#[test]
fn a_forged_event_is_refused() {
    assert_eq!(verify(draft().sign('B')), Err(EventError::Key));
    let honest = draft().sign('A');
    let mut stolen = draft().sign('B');
    stolen["pubkey"] = honest["pubkey"].clone();
    assert_eq!(verify(stolen.clone()), Err(EventError::Id));
    stolen["id"] = honest["id"].clone();
    assert_eq!(verify(stolen), Err(EventError::Signature));
    for member in ["id", "sig"] {
        let mut flipped = honest.clone();
        let text = flipped[member].as_str().expect("hex").to_owned();
        let last = if text.ends_with('0') { "1" } else { "0" };
        flipped[member] = json!(format!("{}{last}", &text[..text.len() - 1]));
        assert!(verify(flipped).is_err());
    }
}

#[test]
fn an_address_is_proven_only_where_it_names_the_key() {
    let event: NostrEvent = serde_json::from_value(draft().sign('A')).expect("an event");
    let now = Timestamp::from_unix(NOW);
    for (output, names) in [
        (Output::P2tr, true),
        (Output::P2wpkh, false),
        (Output::P2pkh, false),
        (Output::P2shP2wpkh, false),
    ] {
        let identifier = one_key(output, 'A').identifier();
        let verdict = verify_event(&identifier, &event, MESSAGE, RELAY, now);
        if names {
            assert_eq!(
                verdict.expect("valid").address,
                Some(identifier.to_string())
            );
        } else {
            assert_eq!(verdict, Err(EventError::NoKey), "{output:?}");
        }
    }
}

#[test]
fn what_is_no_event_is_not_read() {
    let honest = draft().sign('A');
    let with = |member: &str, value: Value| {
        let mut event = honest.clone();
        event[member] = value;
        serde_json::from_value::<NostrEvent>(event)
    };
    let upper = honest["pubkey"].as_str().expect("hex").to_uppercase();
    for (member, value) in [
        ("id", json!("00")),
        ("pubkey", json!(upper)),
        ("sig", json!(7)),
        ("kind", json!(-1)),
        ("kind", json!(70_000)),
        ("created_at", json!(1.5)),
        ("created_at", json!("1")),
        ("tags", json!([[1]])),
        ("tags", json!(vec![vec!["t"; 33]])),
        ("tags", json!(vec![vec!["t"]; 33])),
        ("content", json!("x".repeat(4097))),
    ] {
        assert!(with(member, value.clone()).is_err(), "{member} {value}");
    }
    assert!(with("more", json!(true)).is_ok());
    let twice = honest.to_string().replacen('{', "{\"kind\":1,", 1);
    assert!(serde_json::from_str::<NostrEvent>(&twice).is_err());
}
