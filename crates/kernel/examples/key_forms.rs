//! Shows a public key in each of its forms.
//!
//! ```text
//! cargo run -p hodlxxi-kernel --example key_forms -- <66 hex digits, 64, or npub1…>
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use hodlxxi_kernel::{PublicKey, PublicKeyError};

/// The generator of the curve, where no key is given.
const G: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

fn main() -> Result<(), PublicKeyError> {
    let given = std::env::args().nth(1);
    let key = PublicKey::parse(given.as_deref().unwrap_or(G))?;
    println!("x only: {}", hex::encode(key.x()));
    println!("npub:   {}", key.npub());
    if key.parity_known() {
        println!("whole:  {}", key.to_hex());
    } else {
        println!("whole:  unknown: this form does not tell the parity of y");
    }
    Ok(())
}
