//! BIP-322 by its bytes: a witness (or script and stack) of the fuzzer's own making never signs in,
//! and the interpreter never disagrees with consensus code.
#![no_main]

use bitcoin::hashes::{Hash, sha256};
use bitcoin::{ScriptBuf, Witness, consensus::encode};
use hodlxxi_auth::verify::{OutputScript, SignatureError, UnsupportedScript, bip322};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (Vec<u8>, Vec<Vec<u8>>)| {
    let (script, mut stack) = data;
    let p2wsh = OutputScript::P2wsh(sha256::Hash::hash(&script).to_byte_array());
    stack.push(script.clone());
    let proof = bip322::Proof::Simple(Witness::from_slice(&stack));
    let verdict = bip322::verify(&p2wsh, "a challenge", &proof);
    assert!(verdict.is_err(), "signed in without a key: {verdict:?}");
    let disagree = SignatureError::UnsupportedScript(UnsupportedScript::NotJudged);
    assert_ne!(verdict, Err(disagree));

    // The same bytes as a transaction, for an output that they may name.
    if let Ok(transaction) = encode::deserialize(&script) {
        let output = OutputScript::from_script(&ScriptBuf::from_bytes(stack.concat()));
        let output = output.unwrap_or(OutputScript::P2tr([7; 32]));
        let proof = bip322::Proof::Full(transaction);
        assert!(bip322::verify(&output, "a challenge", &proof).is_err());
    }
});
