//! Keys and addresses: what is read reads back as the same.
#![no_main]

use hodlxxi_auth::verify::{Identifier, Network};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(key) = Identifier::parse_pubkey(text) {
        let again = Identifier::parse_pubkey(&key.to_string());
        assert_eq!(again.as_ref(), Ok(&key));
    }
    for network in Network::ALL {
        if let Ok(address) = Identifier::parse_address(text, network) {
            let again = Identifier::parse_address(&address.to_string(), network);
            assert_eq!(
                again.map(|again| again.canonical()),
                Ok(address.canonical())
            );
        }
    }
});
