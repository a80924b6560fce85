//! Scripts that sign in, and scripts whose proof binds nobody.

use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::verify::{
    InvalidSignature as Invalid, SignatureError, UnsupportedScript as Unsupported,
};

use super::signer::{Output, prove, prove_at};

/// Every kind of output that runs a script, and the two that do so without tapscript.
const ALL: [Output; 4] = [Output::P2sh, Output::P2wsh, Output::P2shP2wsh, Output::Leaf];
const ECDSA: [Output; 3] = [Output::P2sh, Output::P2wsh, Output::P2shP2wsh];

/// The HASH160 of the element `0x07`.
const HASH160: &str = "0x40c1b9ca2f5e2fab9ddd427fa440d455abeaf62c";

fn verdict(output: Output, script: &str, stack: &str) -> Result<(), SignatureError> {
    prove(output, script, stack).verify().map(drop)
}

fn signs_in(outputs: &[Output], script: &str, stack: &str) {
    for output in outputs {
        assert_eq!(
            verdict(*output, script, stack),
            Ok(()),
            "{output:?} {script}"
        );
    }
}

fn refused(outputs: &[Output], script: &str, stack: &str, why: impl Into<SignatureError> + Copy) {
    for output in outputs {
        let verdict = verdict(*output, script, stack);
        assert_eq!(verdict, Err(why.into()), "{output:?} {script}");
    }
}

#[test]
fn scripts_that_check_signatures_sign_in() {
    signs_in(&ALL, "A CHECKSIG", "sA");
    signs_in(&ALL, "A CHECKSIGVERIFY B CHECKSIG", "sB sA");
    signs_in(&ALL, "IF A CHECKSIG ELSE B CHECKSIG ENDIF", "sA 1");
    signs_in(&ALL, "IF A CHECKSIG ELSE B CHECKSIG ENDIF", "sB 0");
    signs_in(
        &ALL,
        "NOTIF A CHECKSIG ELSE 7 CLTV DROP B CHECKSIG ENDIF",
        "sA 0",
    );
    signs_in(&ALL, "A CHECKSIG NOTIF B CHECKSIGVERIFY ENDIF 1", "sA");
    signs_in(&ALL, "A CHECKSIG NOTIF B CHECKSIGVERIFY ENDIF 1", "sB 0");
    signs_in(&ALL, "A CHECKSIG SWAP B CHECKSIG ADD 2 NUMEQUAL", "sB sA");
    signs_in(
        &ALL,
        "A CHECKSIG TOALTSTACK B CHECKSIG FROMALTSTACK BOOLOR",
        "0 sA",
    );
    signs_in(
        &ALL,
        "A CHECKSIGVERIFY SIZE 1 EQUALVERIFY DROP NOP 1",
        "0x07 sA",
    );
    signs_in(
        &ALL,
        "2DUP DROP DROP A OVER TUCK 2DROP DROP A CHECKSIG NIP",
        "0 sA",
    );
}

#[test]
fn multisig_signs_in() {
    signs_in(&ECDSA, "1 A 1 CHECKMULTISIG", "0 sA");
    signs_in(&ECDSA, "2 A B C 3 CHECKMULTISIG", "0 sA sB");
    signs_in(&ECDSA, "2 A B C 3 CHECKMULTISIG", "0 sA sC");
    signs_in(&ECDSA, "2 A B C 3 CHECKMULTISIG", "0 sB sC");
    signs_in(
        &ECDSA,
        "2 A B 2 CHECKMULTISIGVERIFY C CHECKSIG",
        "sC 0 sA sB",
    );
    signs_in(
        &[Output::Leaf],
        "A CHECKSIG B CHECKSIGADD C CHECKSIGADD 2 NUMEQUAL",
        "sC 0 sA",
    );
    // In the wrong order, too few, or by a stranger.
    refused(
        &ECDSA,
        "2 A B C 3 CHECKMULTISIG",
        "0 sB sA",
        Invalid::Consensus,
    );
    refused(
        &ECDSA,
        "2 A B C 3 CHECKMULTISIG",
        "0 sA",
        Invalid::Consensus,
    );
    refused(
        &ECDSA,
        "2 A B C 3 CHECKMULTISIG",
        "0 sA sA",
        Invalid::Consensus,
    );
    refused(
        &ECDSA,
        "2 A B C 3 CHECKMULTISIG",
        "0 sA sD",
        Invalid::Consensus,
    );
    refused(
        &ECDSA,
        "2 A B C 3 CHECKMULTISIG",
        "1 sA sB",
        Invalid::Consensus,
    );
}

#[test]
fn a_script_is_its_own_identity_and_a_leaf_that_of_the_output_key() {
    for output in ECDSA {
        let proof = prove(output, "A CHECKSIG", "sA");
        let proven = proof.verify().expect("valid");
        assert_eq!(proven.identity, Identity::Script(proof.output.to_bytes()));
        assert_eq!(proven.public_key, None);
        assert_eq!(proven.address, Some(proof.address()));
    }
    let proof = prove(Output::Leaf, "A CHECKSIG", "sA");
    let proven = proof.verify().expect("valid");
    let x = proof.output.as_bytes()[2..].try_into().expect("32 bytes");
    assert_eq!(proven.identity, Identity::Key(x));
    let key = proven.public_key.expect("the output key");
    assert_eq!(key.to_hex(), hex::encode(x));
}

#[test]
fn a_script_that_needs_no_signature_signs_nobody_in() {
    let none = Unsupported::NoSignature;
    refused(&ALL, "1", "", none);
    refused(&ALL, "SIZE 1 EQUALVERIFY", "0x07", none);
    refused(&ALL, "SHA256 DUP EQUAL", "0x07", none);
    refused(&ALL, "IF A CHECKSIG ELSE 1 ENDIF", "0", none);
    refused(&ALL, "A CHECKSIG DROP 1", "0", none);
    refused(&ALL, "A CHECKSIG NOT", "0", none);
    refused(&ECDSA, "0 A B 2 CHECKMULTISIG", "0", none);
    refused(&ECDSA, "0 0 CHECKMULTISIG", "0", none);
    refused(&ECDSA, "1 A 1 CHECKMULTISIG NOT", "0 0", none);
    refused(
        &[Output::Leaf],
        "A CHECKSIG B CHECKSIGADD 0 NUMEQUAL",
        "0 0",
        none,
    );
    // A signature was given, but the script is satisfied with any other in its place.
    let either_way = "A CHECKSIG IF 1 ELSE 1 ENDIF";
    refused(&ECDSA, either_way, "sA", Unsupported::AnyMessage);
    // In tapscript a signature is valid or empty: this one is valid, and nobody else can make it.
    signs_in(&[Output::Leaf], either_way, "sA");
    refused(&[Output::Leaf], either_way, "0", none);
}

#[test]
fn a_hash_lock_signs_nobody_in_unless_a_key_signs_too() {
    let lock = format!("HASH160 {HASH160} EQUAL");
    refused(&ALL, &lock, "0x07", Unsupported::NoSignature);
    let either = format!("IF A CHECKSIG ELSE {lock} ENDIF");
    refused(&ALL, &either, "0x07 0", Unsupported::NoSignature);
    signs_in(&ALL, &either, "sA 1");
    let both = format!("A CHECKSIGVERIFY {lock}");
    signs_in(&ALL, &both, "0x07 sA");
}

#[test]
fn a_key_that_the_prover_hands_in_names_nobody() {
    refused(&ALL, "CHECKSIG", "sA A", Unsupported::NoSignature);
    refused(
        &ALL,
        "DUP HASH160 DROP CHECKSIG",
        "sA A",
        Unsupported::NoSignature,
    );
    refused(
        &ALL,
        "2DUP CHECKSIGVERIFY CHECKSIG",
        "sA A",
        Unsupported::NoSignature,
    );
    refused(
        &ALL,
        "DUP HASH160 hA EQUAL DROP CHECKSIG",
        "sB B",
        Unsupported::NoSignature,
    );
    // Fixed by its hash, or by itself, it does.
    signs_in(&ECDSA, "DUP HASH160 hA EQUALVERIFY CHECKSIG", "sA A");
    signs_in(&ECDSA, "TUCK CHECKSIGVERIFY HASH160 hA EQUAL", "sA A");
    signs_in(&ALL, "DUP A EQUALVERIFY CHECKSIG", "sA A");
}

#[test]
fn opcodes_outside_the_list_are_refused_even_where_they_are_not_run() {
    for (word, code) in [
        ("CODESEPARATOR", 0xab),
        ("NOP1", 0xb0),
        ("NOP10", 0xb9),
        ("DEPTH", 0x74),
        ("WITHIN", 0xa5),
    ] {
        let why = Unsupported::Opcode(code);
        if word != "DEPTH" && word != "WITHIN" {
            refused(&ALL, &format!("A CHECKSIG {word}"), "sA", why);
        }
        let skipped = format!("0 IF {word} ENDIF A CHECKSIG");
        refused(&ALL, &skipped, "sA", why);
    }
    // OP_SUCCESS: consensus is satisfied without a run, wherever it stands.
    for code in [0x50, 0x62, 0x7e, 0x89, 0x95, 0xbb, 0xfe] {
        let script = format!("0 IF raw{code:02x} ENDIF A CHECKSIG");
        refused(&[Output::Leaf], &script, "sA", Unsupported::Opcode(code));
        let script = format!("raw{code:02x}");
        refused(&[Output::Leaf], &script, "", Unsupported::Opcode(code));
    }
}

#[test]
fn every_signature_must_cover_everything() {
    for flag in ["02", "03", "81", "82", "83"] {
        refused(&ALL, "A CHECKSIG", &format!("sA/{flag}"), Invalid::Sighash);
        let mixed = format!("sB/{flag} sA");
        refused(
            &ALL,
            "A CHECKSIGVERIFY B CHECKSIG",
            &mixed,
            Invalid::Sighash,
        );
        let multi = format!("0 sA sB/{flag}");
        refused(&ECDSA, "2 A B 2 CHECKMULTISIG", &multi, Invalid::Sighash);
    }
    signs_in(&[Output::Leaf], "A CHECKSIG", "sA/01");
}

#[test]
fn signatures_and_keys_must_be_encoded_as_asked() {
    refused(&ECDSA, "A CHECKSIG", "sA/high", Invalid::HighS);
    refused(&ECDSA, "1 A 1 CHECKMULTISIG", "0 sA/high", Invalid::HighS);
    refused(
        &[Output::Leaf],
        "A CHECKSIG NOT",
        "sA/bad",
        Invalid::Consensus,
    );
    refused(&ECDSA, "A CHECKSIG NOT", "sA/bad", Invalid::NullFail);
    refused(
        &ECDSA,
        "A CHECKSIG DROP B CHECKSIG",
        "sB sA/bad",
        Invalid::NullFail,
    );
    refused(
        &ECDSA,
        "1 A 1 CHECKMULTISIG NOT",
        "0 sA/bad",
        Invalid::NullFail,
    );
    // Hybrid keys; uncompressed ones in segwit; tapscript keys of unknown type.
    signs_in(&[Output::P2sh], "uA CHECKSIG", "sA");
    let segwit = [Output::P2wsh, Output::P2shP2wsh];
    refused(&segwit, "uA CHECKSIG", "sA", Unsupported::KeyForm);
    refused(&[Output::Leaf], "uA CHECKSIG", "sA", Unsupported::KeyForm);
    let hybrid = hex::encode(super::signer::key('A').uncompressed());
    let parity = if super::signer::key('A').compressed()[0] == 2 {
        "06"
    } else {
        "07"
    };
    let hybrid = format!("0x{parity}{} CHECKSIG", &hybrid[2..]);
    refused(&[Output::P2sh], &hybrid, "sA", Invalid::KeyEncoding);
}

#[test]
fn conditions_numbers_and_pushes_must_be_minimal() {
    let script = "IF A CHECKSIG ELSE B CHECKSIG ENDIF";
    refused(&ECDSA, script, "sA 2", Invalid::MinimalIf);
    refused(&ECDSA, script, "sA 0x0100", Invalid::MinimalIf);
    refused(&ECDSA, script, "sB 0x00", Invalid::MinimalIf);
    refused(&[Output::Leaf], script, "sA 2", Invalid::Consensus);
    let script = "A CHECKSIGVERIFY 1 NUMEQUAL";
    refused(&ALL, script, "0x0100 sA", Invalid::MinimalData);
    signs_in(&ALL, script, "1 sA");
    // A push in a longer form than needed, in the script and in the scriptSig.
    refused(&ALL, "raw0101 DROP A CHECKSIG", "sA", Unsupported::Encoding);
    refused(
        &ALL,
        "raw4c0107 DROP A CHECKSIG",
        "sA",
        Unsupported::Encoding,
    );
    let mut proof = prove(Output::P2sh, "DROP A CHECKSIG", "sA 0x20");
    let script_sig = hex::encode(proof.to_sign.input[0].script_sig.as_bytes());
    let longer = script_sig.replacen("0120", "4c0120", 1);
    assert_ne!(longer, script_sig);
    proof.to_sign.input[0].script_sig = bitcoin::ScriptBuf::from_hex(&longer).expect("hex");
    assert_eq!(proof.verify().map(drop), Err(Invalid::MinimalData.into()));
}

#[test]
fn nothing_may_be_left_over() {
    refused(
        &[Output::P2sh],
        "A CHECKSIG",
        "0x07 sA",
        Invalid::CleanStack,
    );
    let segwit = [Output::P2wsh, Output::P2shP2wsh, Output::Leaf];
    refused(&segwit, "A CHECKSIG", "0x07 sA", Invalid::Consensus);
}

#[test]
fn a_signature_that_stands_in_the_redeem_script_is_not_judged() {
    // The script pushes the empty signature too: `FindAndDelete` would cut that push out.
    let script = "0 DROP A CHECKSIG NOTIF B CHECKSIGVERIFY ENDIF 1";
    refused(&[Output::P2sh], script, "sB 0", Unsupported::FindAndDelete);
    signs_in(
        &[Output::P2wsh, Output::P2shP2wsh, Output::Leaf],
        script,
        "sB 0",
    );
}

#[test]
fn locks_bind_at_time_0_and_age_0() {
    refused(&ALL, "7 CLTV DROP A CHECKSIG", "sA", Invalid::Consensus);
    refused(&ALL, "7 CSV DROP A CHECKSIG", "sA", Invalid::Consensus);
    for output in ALL {
        let later = prove_at(output, "7 CLTV DROP A CHECKSIG", "sA", |to_sign| {
            to_sign.lock_time = bitcoin::absolute::LockTime::from_consensus(7);
        });
        assert_eq!(later.verify().map(drop), Err(Invalid::Timelocked.into()));
        let older = prove_at(output, "7 CSV DROP A CHECKSIG", "sA", |to_sign| {
            to_sign.version = bitcoin::transaction::Version::TWO;
            to_sign.input[0].sequence = bitcoin::Sequence(7);
        });
        assert_eq!(older.verify().map(drop), Err(Invalid::Timelocked.into()));
    }
}
