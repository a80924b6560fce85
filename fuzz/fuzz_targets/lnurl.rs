//! Texts that people paste or scan: what is read names a URL that nobody else can listen to, and reads back.
#![no_main]

use hodlxxi_lnurl::auth::AuthUrl;
use hodlxxi_lnurl::code::Endpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(endpoint) = Endpoint::read(text).or_else(|_| Endpoint::parse(text)) else {
        return;
    };
    assert!(endpoint.as_str().starts_with("https://") || endpoint.as_str().starts_with("http://"));
    // What grew by its encoding may be too long to write; it is never another.
    for written in [endpoint.to_lnurl(), endpoint.to_uri()] {
        if let Ok(read) = Endpoint::read(&written) {
            assert_eq!(read, endpoint);
        }
    }
    let _ = AuthUrl::of(endpoint);
});
