//! Verifies one signed message from the command line.
//!
//! ```text
//! cargo run -p hodlxxi-auth --example verify_message -- \
//!     bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l "Hello World" smpAkcwRAIgZRfI…
//! ```
//!
//! The first argument is an address of the main network or a public key. Prints who signed, or why
//! nobody did; the exit code is 0 only if the signature holds.

use std::error::Error;
use std::io::{Write, stdout};

use hodlxxi_auth::verify::{Identifier, Network, verify_signature};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [who, message, signature] = arguments.as_slice() else {
        return Err("usage: verify_message ADDRESS|PUBKEY MESSAGE SIGNATURE".into());
    };
    let identifier = Identifier::parse_pubkey(who)
        .or_else(|_| Identifier::parse_address(who, Network::Bitcoin))?;
    let proven = verify_signature(&identifier, message, signature).map_err(|error| {
        let reason = error.source().map(ToString::to_string);
        format!("{error}: {}", reason.unwrap_or_default())
    })?;
    writeln!(stdout(), "signed by {}", proven.identity)?;
    if let Some(key) = proven.public_key {
        writeln!(stdout(), "public key {}, {}", key.to_hex(), key.npub())?;
    }
    Ok(())
}
