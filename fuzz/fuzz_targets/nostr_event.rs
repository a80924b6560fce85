//! Events as JSON: none that the fuzzer writes is by a key it does not hold.
#![no_main]

use hodlxxi_auth::verify::{Identifier, NostrEvent, verify_event};
use hodlxxi_kernel::Timestamp;
use libfuzzer_sys::fuzz_target;

/// A point that is the hash of something: nobody knows its logarithm.
const NOBODY: &str = "50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0";

fuzz_target!(|data: &[u8]| {
    let (Ok(event), Ok(identifier)) = (
        serde_json::from_slice::<NostrEvent>(data),
        Identifier::parse_pubkey(NOBODY),
    ) else {
        return;
    };
    let now = Timestamp::from_unix(1_795_000_000);
    let verdict = verify_event(
        &identifier,
        &event,
        "a challenge",
        "https://id.example",
        now,
    );
    assert!(verdict.is_err());
});
