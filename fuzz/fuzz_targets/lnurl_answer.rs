//! Queries as wallets send them: none that the fuzzer writes is by a key it does not hold.
#![no_main]

use hodlxxi_lnurl::auth::{Answer, K1, verify};
use libfuzzer_sys::fuzz_target;

/// A point that is the hash of something: nobody knows its logarithm.
const NOBODY: &str = "0250929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0";

fuzz_target!(|text: &str| {
    assert!(verify(&K1::new([7; 32]), text, NOBODY).is_err());
    if let Ok(answer) = Answer::parse(text)
        && let Ok(key) = answer.verify()
    {
        assert!(key.to_hex() != NOBODY);
    }
});
