//! A wallet: reads a code, tells who asks for what, and prints the URL to call.
//!
//! `cargo run -p hodlxxi-lnurl --features wallet --example wallet -- LNURL1…`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use hodlxxi_lnurl::auth::AuthUrl;
use hodlxxi_lnurl::wallet::Wallet;

/// A seed that everybody knows: a wallet has one of its own.
const SEED: [u8; 32] = [7; 32];

fn main() -> Result<(), Box<dyn Error>> {
    let code = std::env::args().nth(1).ok_or("name a code")?;
    let url = AuthUrl::read(&code)?;
    // A person compares the host with the one they see in their browser, and says yes.
    let action = url.action().unwrap_or_default();
    println!("{} asks to {}.", url.endpoint().domain(), action.as_str());
    println!("{}", Wallet::from_seed(&SEED)?.answer(&url)?);
    Ok(())
}
