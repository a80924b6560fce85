//! Client registration (RFC 7591): what is accepted can be stored and read again.
#![no_main]

use hodlxxi_oauth::client::{ClientMetadata, RegistrationRequest, RegistrationRules};
use hodlxxi_oauth::jose::SigningAlg;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(request) = serde_json::from_slice(data) else {
        return;
    };
    let rules = RegistrationRules {
        algs: &SigningAlg::ALL,
        issuer_is_loopback: false,
    };
    let Ok(request) = RegistrationRequest::parse(&request, rules) else {
        return;
    };
    if request.plan().is_none()
        && let Ok(metadata) = request.judge(None)
    {
        let stored = serde_json::to_value(&metadata).expect("JSON");
        let read: ClientMetadata = serde_json::from_value(stored).expect("what was stored");
        assert_eq!(read, metadata);
    }
});
