//! `client`: relying parties.

mod create;
mod show;

use std::io::Write;

use clap::Subcommand;
use hodlxxi_kernel::audit::Origin;
use hodlxxi_kernel::{ClientId, ClientTier};
use serde_json::json;

use super::error::CommandError;
use super::output;
use crate::compose::App;

/// What can be done with clients.
#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Make a client, and print its id and secret: the secret cannot be shown again
    Create(create::Create),
    /// List clients, newest first
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a client
    Show {
        /// The client's id
        client: ClientId,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Disable a client: all that it was granted is revoked
    Disable {
        /// The client's id
        client: ClientId,
    },
    /// Enable a client again; what was revoked stays revoked
    Enable {
        /// The client's id
        client: ClientId,
    },
    /// Give a client a tier: how many calls of this server's own APIs it may make in an hour
    Tier {
        /// The client's id
        client: ClientId,
        /// `free` (100, which every client has), `paid` (1,000) or `premium` (10,000)
        #[arg(value_parser = str::parse::<ClientTier>)]
        tier: ClientTier,
    },
    /// Give a client a new secret, and print it; the old one is worth nothing from then on
    RotateSecret {
        /// The client's id
        client: ClientId,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make an initial access token, with which clients register where `HODLXXI_REGISTRATION=token`
    Token {
        /// How many registrations it is good for
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        uses: u32,
        /// For how many hours it is good
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8_760))]
        hours: u32,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a client with all that it was granted
    Delete {
        /// The client's id
        client: ClientId,
    },
}

impl ClientCommand {
    pub(super) fn run(self, app: &App, out: &mut dyn Write) -> Result<(), CommandError> {
        let origin = &Origin::operator();
        match self {
            Self::Create(create) => create.run(app, out),
            Self::List { json } => show::list(app, json, out),
            Self::Show { client, json } => show::one(app, &client, json, out),
            Self::Disable { client } => {
                let existed = app.provider().set_client_disabled(&client, true, origin)?;
                said(existed, client, "is disabled", out)
            }
            Self::Enable { client } => {
                let existed = app.provider().set_client_disabled(&client, false, origin)?;
                said(existed, client, "is enabled", out)
            }
            Self::Tier { client, tier } => {
                let existed = app.provider().set_client_tier(&client, tier, origin)?;
                said(existed, client, &format!("is {}", tier.as_str()), out)
            }
            Self::RotateSecret { client, json } => {
                let secret = app.provider().rotate_client_secret(&client, origin)?;
                if json {
                    let answer = json!({"client_id": client, "client_secret": secret.expose()});
                    return Ok(output::json(out, &answer)?);
                }
                Ok(writeln!(out, "{}", secret.expose())?)
            }
            Self::Token { uses, hours, json } => {
                let ttl = i64::from(hours) * 3600;
                let token = app.provider().new_initial_access_token(uses, ttl, origin)?;
                if json {
                    let expires_at = app.now().plus(ttl);
                    let answer = json!({
                        "initial_access_token": token.expose(),
                        "uses": uses,
                        "expires_at": expires_at,
                    });
                    return Ok(output::json(out, &answer)?);
                }
                Ok(writeln!(out, "{}", token.expose())?)
            }
            Self::Delete { client } => {
                let existed = app.provider().delete_client(&client, origin)?;
                said(existed, client, "is deleted", out)
            }
        }
    }
}

fn said(
    existed: bool,
    client: ClientId,
    what: &str,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    if !existed {
        return Err(CommandError::NoClient(client));
    }
    Ok(writeln!(out, "Client {client} {what}.")?)
}
