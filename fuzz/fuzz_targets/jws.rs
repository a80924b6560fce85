//! Key sets and tokens that others hand in.
#![no_main]

use hodlxxi_oauth::jose::{JwkSet, SigningAlg, verify_with_jwks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (&str, &str)| {
    let (set, token) = data;
    let Ok(set) = serde_json::from_str(set) else {
        return;
    };
    if let Ok(keys) = JwkSet::parse(&set) {
        let _ = verify_with_jwks(token, &keys, &SigningAlg::ALL);
    }
});
