//! Request parameters of the OAuth endpoints.
#![no_main]

use hodlxxi_oauth::params::Params;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(params) = Params::parse(text) {
        for name in ["client_id", "redirect_uri", "scope", "claims"] {
            // An empty parameter counts as missing (RFC 6749, section 3.1).
            assert_ne!(params.get(name), Some(""));
            let _ = params.is_repeated(name);
        }
        let _ = params.only(&["client_id"]);
    }
});
