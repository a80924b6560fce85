//! What challenges promise.

use hodlxxi_kernel::{DerivedKey, MasterKey, OsEntropy, SessionId, Timestamp};
use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);
const WHO: &[u8] = b"k-somebody";

fn key() -> DerivedKey {
    MasterKey::parse(&"07".repeat(32))
        .unwrap()
        .derive("challenge")
}

fn issuer() -> ChallengeIssuer {
    ChallengeIssuer::new(key(), "auth.example.org:8443").unwrap()
}

fn session(id: &str) -> SessionId {
    id.parse().unwrap()
}

fn login() -> Challenge {
    issuer().issue(Purpose::Login, WHO, None, NOW, &OsEntropy)
}

#[test]
fn purposes_read_back() {
    for purpose in Purpose::ALL {
        assert_eq!(purpose.as_str().parse(), Ok(purpose));
        assert_eq!(Purpose::from_byte(purpose.to_byte()), Some(purpose));
    }
    assert_eq!("Login".parse::<Purpose>(), Err(PurposeError));
    assert_eq!(Purpose::from_byte(5), None);
}

#[test]
fn the_text_says_where_what_for_and_until_when() {
    let challenge = login();
    let text = &challenge.text;
    assert!(text.starts_with("HODLXXI: log in to auth.example.org:8443. Purpose login, nonce "));
    assert!(
        text.ends_with(", valid until 2026-11-18T11:11:40Z"),
        "{text}"
    );
    assert_eq!(challenge.expires_at, NOW.plus(LIFETIME));
    let nonce = text
        .split("nonce ")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap();
    assert_eq!(hex::decode(nonce).map(|n| n.len()), Ok(16));
}

#[test]
fn every_text_is_one_short_line_that_hardware_wallets_sign() {
    let longest = "h".repeat(98);
    let issuer = ChallengeIssuer::new(key(), &longest).unwrap();
    let mut lengths = Vec::new();
    for purpose in Purpose::ALL {
        let text = issuer.issue(purpose, WHO, None, NOW, &OsEntropy).text;
        assert!(text.bytes().all(|b| (b' '..=b'~').contains(&b)), "{text}");
        assert!(!text.contains("  ") && text.trim() == text, "{text}");
        assert!(text.contains(&longest) && text.contains(purpose.as_str()));
        lengths.push(text.len());
    }
    assert_eq!(lengths.iter().max(), Some(&240), "the limit is exact");
}

#[test]
fn hosts_that_cannot_stand_in_a_text_are_refused() {
    let refused = |host: &str| ChallengeIssuer::new(key(), host).err();
    assert_eq!(refused(&"h".repeat(99)), Some(HostError::TooLong));
    for bad in ["", "a b", "a\nb", "bücher.example", "a\u{7f}"] {
        assert_eq!(refused(bad), Some(HostError::Characters), "{bad:?}");
    }
}

#[test]
fn a_challenge_opens_to_the_text_that_was_issued() {
    let challenge = login();
    let opened = issuer().open(&challenge.id, WHO, None, NOW).unwrap();
    assert_eq!(opened.text, challenge.text);
    assert_eq!(opened.purpose, Purpose::Login);
    assert_eq!(opened.issued.issued_at, NOW);
    assert_eq!(opened.issued.expires_at, challenge.expires_at);
}

#[test]
fn two_challenges_differ_in_text_id_and_name() {
    let (a, b) = (login(), login());
    assert!(a.id != b.id && a.text != b.text);
    let open = |c: &Challenge| issuer().open(&c.id, WHO, None, NOW).unwrap();
    let name = |c: &Challenge| open(c).issued.name;
    assert_ne!(name(&a), name(&b));
}

#[test]
fn it_expires_after_300_seconds_exactly() {
    let challenge = login();
    let open = |at| issuer().open(&challenge.id, WHO, None, at).err();
    assert_eq!(open(NOW.plus(299)), None);
    assert_eq!(open(NOW.plus(300)), Some(OpenError::Expired));
}

#[test]
fn another_identifier_key_or_issuer_secret_does_not_open_it() {
    let challenge = login();
    let unknown = Some(OpenError::Unknown);
    assert_eq!(
        issuer().open(&challenge.id, b"k-else", None, NOW).err(),
        unknown
    );
    assert_eq!(issuer().open(&challenge.id, b"", None, NOW).err(), unknown);
    let other = MasterKey::generate(&OsEntropy).derive("challenge");
    let other = ChallengeIssuer::new(other, "auth.example.org:8443").unwrap();
    assert_eq!(other.open(&challenge.id, WHO, None, NOW).err(), unknown);
    // One that expired long ago and was never ours is unknown, not expired.
    assert_eq!(
        other.open(&challenge.id, WHO, None, NOW.plus(900)).err(),
        unknown
    );
}

#[test]
fn a_login_works_from_any_browser_and_the_rest_only_in_their_session() {
    let (mine, other) = (session("mine"), session("other"));
    for purpose in Purpose::ALL {
        let challenge = issuer().issue(purpose, WHO, Some(&mine), NOW, &OsEntropy);
        let opens = |s| issuer().open(&challenge.id, WHO, s, NOW).is_ok();
        assert!(opens(Some(&mine)));
        let elsewhere = purpose == Purpose::Login;
        assert_eq!(opens(Some(&other)), elsewhere, "{purpose:?}");
        assert_eq!(opens(None), elsewhere, "{purpose:?}");
    }
}

#[test]
fn padding_and_stray_bits_are_no_second_spelling() {
    let id = login().id;
    assert_eq!(id.len(), super::id::ID);
    // 58 bytes leave four unused bits in the last character.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut spellings = 0;
    for last in alphabet.chars() {
        let other = format!("{}{last}", &id[..id.len() - 1]);
        spellings += usize::from(issuer().open(&other, WHO, None, NOW).is_ok());
    }
    assert_eq!(spellings, 1);
    for wrapped in [format!("{id}="), format!("{id}=="), format!(" {id}")] {
        assert_eq!(
            issuer().open(&wrapped, WHO, None, NOW).err(),
            Some(OpenError::Unknown)
        );
    }
}

proptest! {
    #[test]
    fn no_text_opens(id in ".{0,120}") {
        prop_assert_eq!(issuer().open(&id, WHO, None, NOW).err(), Some(OpenError::Unknown));
    }

    #[test]
    fn no_text_of_the_right_form_opens(id in "[A-Za-z0-9_-]{78}") {
        prop_assert_eq!(issuer().open(&id, WHO, None, NOW).err(), Some(OpenError::Unknown));
    }

    #[test]
    fn one_changed_character_makes_it_unknown(at in 0..78_usize, to in "[A-Za-z0-9_-]") {
        let id = login().id;
        let mut changed = id.clone();
        changed.replace_range(at..=at, &to);
        prop_assume!(changed != id);
        prop_assert_eq!(issuer().open(&changed, WHO, None, NOW).err(), Some(OpenError::Unknown));
    }

    #[test]
    fn every_payload_reads_back(
        nonce in any::<[u8; 16]>(), expiry in any::<i64>(), byte in 0..5_u8, who in any::<Vec<u8>>(),
    ) {
        let purpose = Purpose::from_byte(byte).unwrap();
        let payload = Payload { purpose, nonce, expires_at: Timestamp::from_unix(expiry) };
        let session = session("s");
        let id = payload.seal(&key(), &who, Some(&session));
        prop_assert_eq!(Payload::open(&id, &key(), &who, Some(&session)), Some(payload));
    }
}
