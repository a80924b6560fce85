//! `user`: people's accounts.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use clap::{Subcommand, ValueEnum};
use hodlxxi_auth::account::{DisplayName, LinkedKey, User};
use hodlxxi_auth::identity::{Identity, IdentityError};
use hodlxxi_kernel::audit::{Action, Origin};
use hodlxxi_kernel::{AccessLevel, PublicKey, UserId};
use hodlxxi_oauth::client::Client;
use serde_json::{Value, json};

use super::error::CommandError;
use super::output::{self, moment, moment_or_dash};
use crate::admin::UserRef;
use crate::compose::App;
use crate::views::client_name;

/// Accounts read at a time.
const PAGE: u32 = 200;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// List accounts, newest first
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an account, its keys and the clients that belong to it
    Show {
        /// The account's id, or a public key linked to it (hex or npub)
        user: UserRef,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Disable an account: its sessions and all that it granted end; clients that belong to it go on
    Disable {
        /// The account's id, or a public key linked to it (hex or npub)
        user: UserRef,
    },
    /// Enable an account again; what was ended stays ended
    Enable {
        /// The account's id, or a public key linked to it (hex or npub)
        user: UserRef,
    },
    /// Let a frozen key sign in again; what was ended stays ended
    ThawKey {
        /// The key: hex, npub, or what `user show --json` calls its identity
        key: KeyRef,
    },
    /// Give an account an access level beyond what its keys give
    Promote {
        /// The account's id, or a public key linked to it (hex or npub)
        user: UserRef,
        /// The level; `limited` takes back what was given
        #[arg(long)]
        level: Level,
    },
}

/// The levels that can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// Full access
    Full,
    /// Administrator
    Special,
    /// What the keys give
    Limited,
}

/// A linked key, as an operator names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRef(Identity);

impl FromStr for KeyRef {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        match PublicKey::parse(text) {
            Ok(key) => Ok(Self(Identity::of_key(&key))),
            Err(_) => text.parse().map(Self),
        }
    }
}

impl fmt::Display for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl UserCommand {
    pub(super) fn run(self, app: &App, out: &mut dyn Write) -> Result<(), CommandError> {
        match self {
            Self::List { json } => list(app, json, out),
            Self::Show { user, json } => show(app, &find(app, &user)?, json, out),
            Self::Disable { user } => {
                let user = find(app, &user)?;
                app.disable_account(&user.id, &Origin::operator())?;
                Ok(writeln!(
                    out,
                    "Account {} is disabled, its sessions are ended.",
                    user.id
                )?)
            }
            Self::Enable { user } => {
                let user = find(app, &user)?;
                app.enable_account(&user.id, &Origin::operator())?;
                Ok(writeln!(out, "Account {} is enabled.", user.id)?)
            }
            Self::ThawKey { key } => {
                let user = thaw_key(app, &key)?;
                Ok(writeln!(
                    out,
                    "The key {key} of account {user} signs in again."
                )?)
            }
            Self::Promote { user, level } => {
                let user = find(app, &user)?;
                let (granted, word) = match level {
                    Level::Full => (Some(AccessLevel::Full), "full"),
                    Level::Special => (Some(AccessLevel::Special), "special"),
                    Level::Limited => (None, "what its keys give"),
                };
                app.grant_level(&user.id, granted, &Origin::operator())?;
                Ok(writeln!(
                    out,
                    "Account {} has the access level {word}.",
                    user.id
                )?)
            }
        }
    }
}

/// The account that an operator names.
pub(super) fn find(app: &App, user: &UserRef) -> Result<User, CommandError> {
    let found = app.account(user)?;
    found.ok_or_else(|| CommandError::NoUser(user.clone()))
}

/// Thaws a key; whose it is.
fn thaw_key(app: &App, key: &KeyRef) -> Result<UserId, CommandError> {
    let owner = app.accounts().user_by_identity(&key.0)?;
    let user = owner.ok_or_else(|| CommandError::NoKey(key.clone()))?.id;
    let act = app
        .act(Action::KeyThawed, &Origin::operator())
        .person(&user);
    let act = act.key(&key.to_string());
    if app.accounts().thaw_key(&user, &key.0, &act)? {
        Ok(user)
    } else {
        Err(CommandError::NotFrozen(key.clone()))
    }
}

fn list(app: &App, as_json: bool, out: &mut dyn Write) -> Result<(), CommandError> {
    let mut users = Vec::new();
    let mut before = None;
    loop {
        let page = app.accounts().users(before.as_ref(), PAGE)?;
        users.extend(page.users);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    if as_json {
        let users: Vec<Value> = users.iter().map(user_json).collect();
        return Ok(output::json(out, &json!(users))?);
    }
    let row = |user: &User| {
        [
            user.id.to_string(),
            moment(user.created_at),
            granted(user).to_owned(),
            state(user).to_owned(),
            name(user).to_owned(),
        ]
    };
    let rows: Vec<[String; 5]> = users.iter().map(row).collect();
    let head = ["ID", "CREATED", "GIVEN LEVEL", "STATE", "NAME"];
    Ok(output::table(out, head, &rows)?)
}

fn show(app: &App, user: &User, as_json: bool, out: &mut dyn Write) -> Result<(), CommandError> {
    let keys = app.accounts().linked_keys(&user.id)?;
    let clients = app.provider().stores().clients.clients_of(&user.id)?;
    if as_json {
        let mut answer = user_json(user);
        answer["keys"] = keys.iter().map(key_json).collect();
        answer["clients"] = clients.iter().map(own_client_json).collect();
        return Ok(output::json(out, &answer)?);
    }
    let facts = [
        ("id", user.id.to_string()),
        ("name", name(user).to_owned()),
        ("state", state(user).to_owned()),
        ("given level", granted(user).to_owned()),
        ("created", moment(user.created_at)),
        ("disabled", moment_or_dash(user.disabled_at)),
        ("to be deleted", moment_or_dash(user.deletes_at)),
    ];
    output::facts(out, &facts)?;
    for key in &keys {
        let shown = key
            .public_key
            .map_or_else(|| key.identity.to_string(), |key| key.to_hex());
        writeln!(
            out,
            "key  {} {shown}, last used {}{}",
            key.method.as_str(),
            moment(key.last_used_at),
            if key.is_usable() { "" } else { ", frozen" }
        )?;
    }
    for client in &clients {
        let name = client_name(client.id.as_str(), &client.metadata);
        let disabled = client.disabled_at.map_or("", |_| ", disabled");
        writeln!(out, "client  {} {name}{disabled}", client.id)?;
    }
    Ok(())
}

fn name(user: &User) -> &str {
    user.name.as_ref().map_or("-", DisplayName::as_str)
}

fn granted(user: &User) -> &'static str {
    user.granted_level.map_or("-", AccessLevel::as_str)
}

const fn state(user: &User) -> &'static str {
    if user.disabled_at.is_some() {
        "disabled"
    } else {
        "enabled"
    }
}

fn user_json(user: &User) -> Value {
    json!({
        "user_id": user.id,
        "name": user.name.as_ref().map(DisplayName::as_str),
        "granted_level": user.granted_level,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "disabled_at": user.disabled_at,
        "merged_at": user.merged_at,
        "deletes_at": user.deletes_at,
    })
}

fn own_client_json(client: &Client) -> Value {
    json!({
        "client_id": client.id,
        "client_name": client.metadata.client_name,
        "disabled_at": client.disabled_at,
    })
}

fn key_json(key: &LinkedKey) -> Value {
    json!({
        "pubkey": key.public_key.map(|key| key.to_hex()),
        "npub": key.public_key.map(|key| key.npub()),
        "identity": key.identity.to_string(),
        "method": key.method,
        "address": key.address,
        "label": key.label.as_ref().map(DisplayName::as_str),
        "frozen_at": key.frozen_at,
        "added_at": key.added_at,
        "last_used_at": key.last_used_at,
    })
}
