//! `client list` and `client show`.

use std::io::Write;

use hodlxxi_kernel::{ClientId, UserId};
use hodlxxi_oauth::client::{Client, ClientOrigin, RedirectUri};
use serde_json::{Value, json};

use crate::commands::error::CommandError;
use crate::commands::output::{self, moment, moment_or_dash};
use crate::compose::App;

/// Clients read at a time.
const PAGE: u32 = 200;

/// All clients.
pub(super) fn list(app: &App, as_json: bool, out: &mut dyn Write) -> Result<(), CommandError> {
    let mut clients = Vec::new();
    let mut before = None;
    loop {
        let page = app.provider().list_clients(before.as_ref(), PAGE)?;
        clients.extend(page.clients);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    if as_json {
        let clients: Vec<Value> = clients.iter().map(client_json).collect();
        return Ok(output::json(out, &json!(clients))?);
    }
    let row = |client: &Client| {
        [
            client.id.to_string(),
            moment(client.created_at),
            moment_or_dash(client.last_used_at),
            state(client).to_owned(),
            origin(client).to_owned(),
            client.tier.as_str().to_owned(),
            name(client).to_owned(),
        ]
    };
    let rows: Vec<[String; 7]> = clients.iter().map(row).collect();
    let head = [
        "ID",
        "CREATED",
        "LAST USED",
        "STATE",
        "ORIGIN",
        "TIER",
        "NAME",
    ];
    Ok(output::table(out, head, &rows)?)
}

/// One client.
pub(super) fn one(
    app: &App,
    id: &ClientId,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let found = app.provider().client(id)?;
    let client = found.ok_or_else(|| CommandError::NoClient(id.clone()))?;
    if as_json {
        return Ok(output::json(out, &client_json(&client))?);
    }
    let metadata = &client.metadata;
    let redirect_uris: Vec<&str> = metadata
        .redirect_uris
        .iter()
        .map(RedirectUri::as_str)
        .collect();
    let grants: Vec<&str> = metadata
        .grant_types
        .iter()
        .map(|grant| grant.as_str())
        .collect();
    let facts = [
        ("client_id", client.id.to_string()),
        ("name", name(&client).to_owned()),
        ("state", state(&client).to_owned()),
        ("origin", origin(&client).to_owned()),
        ("belongs to", owner(&client).to_owned()),
        (
            "verified",
            if client.verified { "yes" } else { "no" }.to_owned(),
        ),
        ("tier", client.tier.as_str().to_owned()),
        (
            "authenticates by",
            metadata.token_endpoint_auth_method.as_str().to_owned(),
        ),
        ("grants", grants.join(" ")),
        ("scopes", client.scopes().to_string()),
        ("redirect URIs", redirect_uris.join(" ")),
        ("created", moment(client.created_at)),
        ("last used", moment_or_dash(client.last_used_at)),
        ("disabled", moment_or_dash(client.disabled_at)),
    ];
    Ok(output::facts(out, &facts)?)
}

fn name(client: &Client) -> &str {
    client.metadata.client_name.as_deref().unwrap_or("-")
}

const fn state(client: &Client) -> &'static str {
    if client.disabled_at.is_some() {
        "disabled"
    } else {
        "enabled"
    }
}

const fn origin(client: &Client) -> &'static str {
    match client.origin {
        ClientOrigin::Registered => "registered",
        ClientOrigin::Administrator => "administrator",
    }
}

fn owner(client: &Client) -> &str {
    client.owner.as_ref().map_or("-", UserId::as_str)
}

/// The metadata and what is kept beside them; never a hash of a secret.
fn client_json(client: &Client) -> Value {
    let mut answer = json!(client.metadata);
    answer["client_id"] = json!(client.id);
    answer["client_id_issued_at"] = json!(client.created_at);
    answer["origin"] = json!(origin(client));
    answer["owner_user_id"] = json!(client.owner);
    answer["verified"] = json!(client.verified);
    answer["tier"] = json!(client.tier.as_str());
    answer["last_used_at"] = json!(client.last_used_at);
    answer["disabled_at"] = json!(client.disabled_at);
    answer
}
