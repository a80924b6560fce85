//! A server: prints a code, reads the URL that a wallet calls, and tells by which key the browser signed in.
//!
//! `cargo run -p hodlxxi-lnurl --features memory --example server`, and the example `wallet` beside it.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::sync::Arc;

use hodlxxi_kernel::{MasterKey, OsEntropy, Secret, SystemClock};
use hodlxxi_lnurl::auth::{Action, Answer};
use hodlxxi_lnurl::memory::MemoryAuthSessions;
use hodlxxi_lnurl::service::LnurlAuth;

fn main() -> Result<(), Box<dyn Error>> {
    let server = LnurlAuth::new(
        "https://auth.example.org/callback",
        Arc::new(MemoryAuthSessions::default()),
        &MasterKey::generate(&OsEntropy),
        Arc::new(SystemClock),
        Arc::new(OsEntropy),
    )?;
    // The browser's cookie.
    let browser = Secret::generate(&OsEntropy);
    let begun = server.begin(Action::Login, &browser, None)?;
    println!("{}", begun.url.endpoint().to_lnurl());
    println!("Paste the URL that the wallet calls:");
    let mut url = String::new();
    std::io::stdin().read_line(&mut url)?;
    let (_, query) = url.trim().split_once('?').ok_or("a URL has a query")?;
    match Answer::parse(query).map(|answer| server.answer(&answer)) {
        Ok(Ok(_)) => println!("The wallet is told: OK"),
        Ok(Err(error)) => println!("The wallet is told: {error}"),
        Err(error) => println!("The wallet is told: {error}"),
    }
    match server.redeem(begun.id.expose(), &browser)? {
        Some(key) => println!("The browser is signed in by {}.", key.to_hex()),
        None => println!("The browser is not signed in."),
    }
    Ok(())
}
