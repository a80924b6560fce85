//! The text of a signature: whatever is pasted, nobody is signed in by a key they do not hold.
#![no_main]

use hodlxxi_auth::verify::{Identifier, Network, verify_signature};
use libfuzzer_sys::fuzz_target;

/// Outputs whose keys nobody knows.
const ADDRESSES: [&str; 4] = [
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
    "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
];

fuzz_target!(|text: &str| {
    for address in ADDRESSES {
        if let Ok(identifier) = Identifier::parse_address(address, Network::Bitcoin) {
            assert!(verify_signature(&identifier, "a challenge", text).is_err());
        }
    }
});
