//! Every opcode that the interpreter knows, against consensus code: each script asserts what its
//! opcodes leave on the stack, so that a run that differs ends otherwise.

use super::signer::{Output, prove};

/// What runs, and what must be left of it, top first.
const CASES: [(&str, &[&str]); 41] = [
    ("1 2 3 ROT", &["1", "3", "2"]),
    ("1 2 SWAP", &["1", "2"]),
    ("1 2 OVER", &["1", "2", "1"]),
    ("1 2 NIP", &["2"]),
    ("1 2 TUCK", &["2", "1", "2"]),
    ("1 2 2DUP", &["2", "1", "2", "1"]),
    ("1 2 3 2DROP", &["1"]),
    ("1 2 DROP", &["1"]),
    ("7 DUP", &["7", "7"]),
    ("7 IFDUP", &["7", "7"]),
    ("0 IFDUP", &["0"]),
    ("0x070707 SIZE", &["3", "0x070707"]),
    ("1 TOALTSTACK 2 FROMALTSTACK", &["1", "2"]),
    ("7 7 EQUAL", &["1"]),
    ("7 8 EQUAL", &["0"]),
    ("0 NOT", &["1"]),
    ("7 NOT", &["0"]),
    ("7 0NOTEQUAL", &["1"]),
    ("0 0NOTEQUAL", &["0"]),
    ("5 7 ADD", &["12"]),
    ("5 7 SUB", &["0x82"]),
    ("7 0 BOOLAND", &["0"]),
    ("7 5 BOOLAND", &["1"]),
    ("7 0 BOOLOR", &["1"]),
    ("0 0 BOOLOR", &["0"]),
    ("7 7 NUMEQUAL", &["1"]),
    ("7 5 NUMNOTEQUAL", &["1"]),
    ("5 7 LESSTHAN", &["1"]),
    ("7 7 LESSTHAN", &["0"]),
    ("7 5 GREATERTHAN", &["1"]),
    ("7 7 GREATERTHAN", &["0"]),
    ("7 7 LESSTHANOREQUAL", &["1"]),
    ("8 7 LESSTHANOREQUAL", &["0"]),
    ("7 7 GREATERTHANOREQUAL", &["1"]),
    ("6 7 GREATERTHANOREQUAL", &["0"]),
    ("5 7 MIN", &["5"]),
    ("5 7 MAX", &["7"]),
    ("0 IF 1 ELSE 2 ENDIF", &["2"]),
    ("1 NOTIF 1 ELSE 0 IF 3 ELSE 4 ENDIF ENDIF", &["4"]),
    (
        "0x07 HASH160 0x40c1b9ca2f5e2fab9ddd427fa440d455abeaf62c EQUAL",
        &["1"],
    ),
    ("7 7 NUMEQUALVERIFY NOP 1 VERIFY 3", &["3"]),
];

/// Hashes of the empty element, as published for each function.
const HASHES: [(&str, &str); 4] = [
    ("RIPEMD160", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
    (
        "SHA256",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    ("HASH160", "b472a266d0bd89c13706a4132ccfb16f7c3b9fcb"),
    (
        "HASH256",
        "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456",
    ),
];

fn signs_in(script: &str) {
    for output in [Output::P2sh, Output::P2wsh, Output::P2shP2wsh, Output::Leaf] {
        let verdict = prove(output, script, "sA").verify().map(drop);
        assert_eq!(verdict, Ok(()), "{output:?} {script}");
    }
}

#[test]
fn every_opcode_does_what_consensus_code_does() {
    for (words, left) in CASES {
        let asserts: Vec<String> = left
            .iter()
            .map(|left| format!("{left} EQUALVERIFY"))
            .collect();
        signs_in(&format!("A CHECKSIGVERIFY {words} {} 1", asserts.join(" ")));
    }
}

#[test]
fn every_hash_is_the_published_one() {
    for (function, hash) in HASHES {
        signs_in(&format!("A CHECKSIGVERIFY 0 {function} 0x{hash} EQUAL"));
    }
}
