//! `keys`: the keys that sign tokens.

use std::io::Write;

use clap::Subcommand;
use hodlxxi_kernel::audit::Origin;
use hodlxxi_oauth::jose::{KeyInfo, KeyPolicy, SigningAlg};
use serde_json::{Value, json};

use super::error::CommandError;
use super::output::{self, moment, moment_or_dash};
use crate::compose::App;

/// What can be done with signing keys.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys published, which of them sign, and from and until when
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make the next key of each algorithm; it is published now and signs a day later
    Rotate {
        /// Only this algorithm; may be given several times
        #[arg(long = "alg", value_name = "ALG")]
        algs: Vec<SigningAlg>,
        /// Let the new keys sign at once: for a key that may be known to others. Relying parties
        /// that keep an old copy of the key set refuse new tokens until they fetch it again
        #[arg(long)]
        now: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl KeysCommand {
    pub(super) fn run(self, app: &App, out: &mut dyn Write) -> Result<(), CommandError> {
        let keys = app.provider().keys();
        let as_json = match self {
            Self::List { json } => json,
            Self::Rotate { algs, now, json } => {
                let algs = if algs.is_empty() {
                    keys.algs().to_vec()
                } else {
                    algs
                };
                let ahead = if now {
                    0
                } else {
                    KeyPolicy::default().published_ahead
                };
                keys.rotate(&algs, ahead, &Origin::operator())?;
                json
            }
        };
        let keys = keys.keys();
        if as_json {
            let keys: Vec<Value> = keys.iter().map(key_json).collect();
            return Ok(output::json(out, &json!(keys))?);
        }
        let rows: Vec<[String; 5]> = keys.iter().map(row).collect();
        let head = ["ALG", "STATE", "SIGNS FROM", "PUBLISHED UNTIL", "KID"];
        Ok(output::table(out, head, &rows)?)
    }
}

fn state(key: &KeyInfo) -> &'static str {
    match (key.signs_now, key.retires_at) {
        (true, _) => "signs",
        (false, None) => "next",
        (false, Some(_)) => "last",
    }
}

fn row(key: &KeyInfo) -> [String; 5] {
    [
        key.alg.as_str().to_owned(),
        state(key).to_owned(),
        moment(key.signs_from),
        moment_or_dash(key.retires_at),
        key.kid.clone(),
    ]
}

fn key_json(key: &KeyInfo) -> Value {
    json!({
        "kid": key.kid,
        "alg": key.alg,
        "state": state(key),
        "created_at": key.created_at,
        "signs_from": key.signs_from,
        "retires_at": key.retires_at,
    })
}
