//! What holds for every input: no decoder panics, and the interpreter agrees with consensus code.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hodlxxi_auth::verify::{
    Identifier, Network, NostrEvent, Signature, SignatureError, UnsupportedScript, verify_signature,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::signer::{MESSAGE, Output, key, one_key, prove};

const SCRIPTS: [Output; 4] = [Output::P2sh, Output::P2wsh, Output::P2shP2wsh, Output::Leaf];

/// Words of scripts that consensus code often accepts.
const WORDS: [&str; 34] = [
    "A",
    "B",
    "0",
    "1",
    "2",
    "CHECKSIG",
    "CHECKSIGVERIFY",
    "IF",
    "NOTIF",
    "ELSE",
    "ENDIF",
    "DUP",
    "DROP",
    "SWAP",
    "OVER",
    "ROT",
    "NIP",
    "TUCK",
    "2DUP",
    "2DROP",
    "IFDUP",
    "SIZE",
    "EQUAL",
    "HASH160",
    "SHA256",
    "NOT",
    "ADD",
    "SUB",
    "BOOLOR",
    "BOOLAND",
    "NUMEQUAL",
    "MIN",
    "TOALTSTACK",
    "FROMALTSTACK",
];

/// Words of stacks.
const ELEMENTS: [&str; 8] = ["sA", "sB", "0", "1", "2", "A", "sA/bad", "0x0100"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_interpreter_follows_consensus_code(
        output in select(&SCRIPTS),
        body in prop::collection::vec(select(&WORDS), 0..7),
        end in select(&["A CHECKSIG", "B CHECKSIG", "CHECKSIG", "1", "ADD", "ENDIF"]),
        stack in prop::collection::vec(select(&ELEMENTS), 0..4),
    ) {
        let script = format!("A DROP {} {end}", body.join(" "));
        let verdict = prove(output, &script, &stack.join(" ")).verify();
        let disagree = Err(UnsupportedScript::NotJudged.into());
        prop_assert_ne!(verdict, disagree, "{} on {:?}", script, stack);
    }

    #[test]
    fn no_signature_text_panics(text in "\\PC{0,200}") {
        let _ = Signature::parse(&text);
        for output in [Output::P2wpkh, Output::P2tr] {
            let identifier = one_key(output, 'A').identifier();
            prop_assert!(verify_signature(&identifier, MESSAGE, &text).is_err());
        }
    }

    #[test]
    fn no_bytes_sign_in(
        output in select(&[
            Output::P2pkh, Output::P2wpkh, Output::P2shP2wpkh, Output::P2tr, Output::P2wsh,
        ]),
        prefix in select(&["", "smp", "ful"]),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let text = format!("{prefix}{}", STANDARD.encode(bytes));
        let by_address = prove(output, if output == Output::P2wsh { "A CHECKSIG" } else { "A" }, "");
        prop_assert!(verify_signature(&by_address.identifier(), MESSAGE, &text).is_err());
        let by_key = Identifier::parse_pubkey(&key('A').hex()).expect("a key");
        prop_assert!(verify_signature(&by_key, MESSAGE, &text).is_err());
    }

    #[test]
    fn a_mutated_proof_never_signs_in(
        output in select(&[Output::P2pkh, Output::P2wpkh, Output::P2shP2wpkh, Output::P2tr]),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let proof = one_key(output, 'A');
        let mut bytes = STANDARD.decode(&proof.full()[3..]).expect("base64");
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let text = format!("ful{}", STANDARD.encode(&bytes));
        let verdict = verify_signature(&proof.identifier(), MESSAGE, &text);
        prop_assert!(verdict.is_err(), "{:?} {} {}", output, at, flip);
    }

    #[test]
    fn a_message_signature_holds_for_its_message_alone(
        message in "\\PC{0,80}", header in select(&[27_u8, 31, 35, 39]), bit in 8_usize..65 * 8,
    ) {
        let identifier = Identifier::parse_pubkey(&key('A').hex()).expect("a key");
        let mut signature = key('A').message_signature(&message, header);
        let verdict = |bytes: &[u8], message: &str| {
            verify_signature(&identifier, message, &STANDARD.encode(bytes)).is_ok()
        };
        prop_assert!(verdict(&signature, &message));
        let other = message.clone() + ".";
        prop_assert!(!verdict(&signature, &other));
        signature[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!verdict(&signature, &message));
    }

    #[test]
    fn no_identifier_panics(text in "\\PC{0,140}") {
        let _ = Identifier::parse_pubkey(&text);
        for network in Network::ALL {
            let _ = Identifier::parse_address(&text, network);
        }
    }

    #[test]
    fn an_address_with_one_letter_changed_is_another_or_none(
        output in select(&[Output::P2pkh, Output::P2wpkh, Output::P2tr]),
        at in any::<prop::sample::Index>(), letter in "[0-9a-z]",
    ) {
        let address = one_key(output, 'A').address();
        let at = at.index(address.len());
        let changed = format!("{}{letter}{}", &address[..at], &address[at + 1..]);
        if changed != address {
            prop_assert!(Identifier::parse_address(&changed, Network::Bitcoin).is_err());
        }
    }

    #[test]
    fn no_event_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = serde_json::from_slice::<NostrEvent>(&bytes);
    }
}

#[test]
fn a_proof_of_many_elements_is_bounded() {
    // A count of four million elements, and nothing behind it.
    for bytes in [
        "fe00093d00",
        "ff0000000001000000",
        "fdffff",
        "02000000000101",
    ] {
        let text = STANDARD.encode(hex::decode(bytes).expect("hex"));
        let identifier = one_key(Output::P2wpkh, 'A').identifier();
        let verdict = verify_signature(&identifier, MESSAGE, &text);
        assert!(
            matches!(verdict, Err(SignatureError::Malformed(_))),
            "{bytes}"
        );
    }
}
