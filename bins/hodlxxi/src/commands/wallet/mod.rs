//! `wallet`: a small wallet for developers, to try every way to sign in without a phone.
//!
//! Its seed is made at first use and lies in a file in clear: it is to be thrown away. So it signs for servers on this
//! machine alone, and says in all that it prints what it is. Deliberately absent: coins, seed words, and anything that
//! would make it worth more.

mod seed;
mod sign;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::PathBuf;

use bitcoin::bip32::Xpriv;
use clap::{Args, Subcommand};
use hodlxxi_auth::verify::Network;
use hodlxxi_lnurl::auth::{Action, AuthUrl, AuthUrlError};
use hodlxxi_lnurl::wallet::{Wallet, WalletError};
use hodlxxi_oauth::provider::Issuer;
use serde::Deserialize;
use thiserror::Error;

use super::error::CommandError;
use super::output;
use crate::config::Config;
use crate::fetch::{FetchError, Fetcher, FetcherError};
use seed::Seed;
use sign::Format;

/// What can be done with the wallet.
#[derive(Debug, Subcommand)]
pub(super) enum WalletCommand {
    /// Sign in by the code of a Lightning sign-in (for developers; servers on this machine only)
    SignIn {
        /// The code, as `lnurl` or `uri` of /api/lnurl-auth/create
        lnurl: String,
        #[command(flatten)]
        seed: SeedArgs,
    },
    /// Sign a challenge with a Bitcoin key (for developers; servers on this machine only)
    Sign {
        /// The challenge's text; without it, the key and address are printed that it can be asked for
        challenge: Option<String>,
        /// The network of the address
        #[arg(long, env = "BITCOIN_NETWORK", default_value_t = Network::Regtest)]
        network: Network,
        /// The form of the signature
        #[arg(long, value_enum, default_value_t = Format::Bip137)]
        format: Format,
        #[command(flatten)]
        seed: SeedArgs,
    },
}

/// Where the seed is.
#[derive(Debug, Args)]
pub(super) struct SeedArgs {
    /// The file with the seed (64 hex digits), made if it is missing; else `developer-wallet.seed` in the data folder
    #[arg(long)]
    seed_file: Option<PathBuf>,
}

/// Why the wallet did not sign.
#[derive(Debug, Error)]
pub enum WalletCommandError {
    /// The file with the seed holds something else.
    #[error("{} holds no seed of 64 hex digits", .0.display())]
    NoSeed(PathBuf),
    /// The file cannot be read or made.
    #[error("the seed file {} cannot be used", .path.display())]
    SeedFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The code asks for no sign-in.
    #[error(transparent)]
    Code(#[from] AuthUrlError),
    /// It is a server elsewhere.
    #[error(
        "this wallet is to be thrown away, and signs for servers on this machine alone; not for {0}"
    )]
    Elsewhere(String),
    /// The text is no challenge.
    #[error("this is no challenge: one reads `HODLXXI: log in to HOST. Purpose …`")]
    Challenge,
    /// No key came of the seed.
    #[error(transparent)]
    Key(#[from] WalletError),
    /// The same, for a Bitcoin key.
    #[error("no key can be derived from the seed")]
    Derivation(#[from] bitcoin::bip32::Error),
    /// What is to be signed for BIP-322 has no hash.
    #[error("the challenge cannot be signed")]
    Sign(#[from] bitcoin::sighash::P2wpkhError),
    /// There is no client to call the server by.
    #[error(transparent)]
    Client(#[from] FetcherError),
    /// The server cannot be called.
    #[error("the server cannot be called")]
    Call(#[from] FetchError),
    /// It answered something else than wallets are answered.
    #[error("the server does not answer as LUD-04 says")]
    NoAnswer,
    /// It refused.
    #[error("the server refused: {0}")]
    Refused(String),
}

/// What a server answers a wallet (LUD-06).
#[derive(Deserialize)]
struct Answered {
    status: String,
    reason: Option<String>,
}

impl WalletCommand {
    pub(super) fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CommandError> {
        match self {
            Self::SignIn { lnurl, seed } => sign_in(&lnurl, &Seed::find(seed, config)?, out),
            Self::Sign {
                challenge,
                network,
                format,
                seed,
            } => {
                let seed = Seed::find(seed, config)?;
                sign_challenge(challenge.as_deref(), network, format, &seed, out)
            }
        }
    }
}

/// Writes what is to be told, and before it what this wallet is.
fn say(seed: &Seed, facts: &[(&str, String)], out: &mut dyn Write) -> Result<(), CommandError> {
    writeln!(
        out,
        "A wallet for developers, to be thrown away: its seed is in {}, in clear. Keep nothing of value by it.",
        output::plain(&seed.path().display().to_string())
    )?;
    Ok(output::facts(out, facts)?)
}

fn sign_in(lnurl: &str, seed: &Seed, out: &mut dyn Write) -> Result<(), CommandError> {
    let url = AuthUrl::read(lnurl).map_err(WalletCommandError::Code)?;
    let origin = url.endpoint().url().origin().ascii_serialization();
    here_alone(&origin)?;
    let wallet = Wallet::from_seed(seed.bytes()).map_err(WalletCommandError::Key)?;
    let domain = url.endpoint().domain();
    let key = wallet.linking_key(domain);
    let key = key.map_err(WalletCommandError::Key)?;
    let call = wallet.answer(&url).map_err(WalletCommandError::Key)?;
    let action = url.action().unwrap_or_default();
    say(
        seed,
        &[
            ("server", origin),
            ("action", Action::as_str(action).to_owned()),
            ("pubkey", key.public().to_hex()),
        ],
        out,
    )?;
    let fetcher = Fetcher::new(true).map_err(WalletCommandError::Client)?;
    let answered = actix_web::rt::System::new().block_on(fetcher.get(&call));
    let answered = answered.map_err(WalletCommandError::Call)?;
    let answered: Answered =
        serde_json::from_str(&answered).map_err(|_| WalletCommandError::NoAnswer)?;
    match answered.status.as_str() {
        "OK" => Ok(output::facts(out, &[("answer", answered.status)])?),
        _ => Err(WalletCommandError::Refused(answered.reason.unwrap_or_default()).into()),
    }
}

fn sign_challenge(
    challenge: Option<&str>,
    network: Network,
    format: Format,
    seed: &Seed,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let network = bitcoin::Network::from(network);
    let master =
        Xpriv::new_master(network, seed.bytes()).map_err(WalletCommandError::Derivation)?;
    let key = sign::Key::of(&master, network).map_err(WalletCommandError::Derivation)?;
    let mut facts = vec![
        ("network", network.to_string()),
        ("pubkey", key.pubkey()),
        ("address", key.address()),
    ];
    if let Some(challenge) = challenge {
        let host = host(challenge).ok_or(WalletCommandError::Challenge)?;
        here_alone(&format!("http://{host}"))?;
        let signature = key.sign(challenge, format);
        facts.push(("signature", signature.map_err(WalletCommandError::Sign)?));
    }
    say(seed, &facts, out)
}

/// The host that a challenge names.
fn host(challenge: &str) -> Option<&str> {
    let (sentence, _) = challenge
        .strip_prefix("HODLXXI: ")?
        .split_once(". Purpose ")?;
    sentence.rsplit(' ').next()
}

/// Refuses a server that is not on this machine.
fn here_alone(origin: &str) -> Result<(), WalletCommandError> {
    let here = Issuer::parse(origin).is_ok_and(|issuer| issuer.is_loopback());
    if here {
        Ok(())
    } else {
        Err(WalletCommandError::Elsewhere(origin.to_owned()))
    }
}
