//! Clients as rows.

use diesel::prelude::*;
use hodlxxi_kernel::{ClientTier, Timestamp, UserId};
use hodlxxi_oauth::client::{Client, ClientOrigin, PreviousSecret};

use crate::fault::Fault;
use crate::row::{RowError, column, from_json, hash, moment, seconds, to_json};
use crate::schema::clients as c;

pub(crate) const REGISTERED: &str = "registered";
const ADMINISTRATOR: &str = "administrator";

#[derive(Queryable, Insertable)]
#[diesel(table_name = c, treat_none_as_default_value = false)]
pub(crate) struct ClientRow {
    pub(crate) id: String,
    secret_hash: Option<String>,
    registration_token_hash: Option<String>,
    metadata: String,
    origin: String,
    verified: bool,
    created_at: i64,
    last_used_at: Option<i64>,
    disabled_at: Option<i64>,
    disabled_count: i64,
    tier: Option<String>,
    owner_user_id: Option<String>,
    previous_secret_hash: Option<String>,
    previous_secret_until: Option<i64>,
    deleted_at: Option<i64>,
}

impl ClientRow {
    pub(crate) fn new(client: &Client) -> Result<Self, Fault> {
        let previous = client.previous_secret;
        Ok(Self {
            id: client.id.to_string(),
            secret_hash: client.secret_hash.map(|hash| hash.to_text()),
            registration_token_hash: client.registration_token_hash.map(|hash| hash.to_text()),
            metadata: to_json(&client.metadata)?,
            origin: match client.origin {
                ClientOrigin::Registered => REGISTERED.to_owned(),
                ClientOrigin::Administrator => ADMINISTRATOR.to_owned(),
            },
            verified: client.verified,
            created_at: client.created_at.as_unix(),
            last_used_at: seconds(client.last_used_at),
            disabled_at: seconds(client.disabled_at),
            disabled_count: client.disabled_count.into(),
            tier: tier_text(client.tier),
            owner_user_id: client.owner.as_ref().map(ToString::to_string),
            previous_secret_hash: previous.map(|secret| secret.hash.to_text()),
            previous_secret_until: previous.map(|secret| secret.good_until.as_unix()),
            deleted_at: None,
        })
    }
}

impl TryFrom<ClientRow> for Client {
    type Error = RowError;

    fn try_from(row: ClientRow) -> Result<Self, RowError> {
        let token = hash(row.registration_token_hash);
        let previous =
            hash(row.previous_secret_hash).map_err(column("clients", "previous_secret_hash"))?;
        let previous = previous.zip(moment(row.previous_secret_until));
        let owner = row.owner_user_id.map(UserId::try_from).transpose();
        Ok(Self {
            id: row.id.try_into().map_err(column("clients", "id"))?,
            secret_hash: hash(row.secret_hash).map_err(column("clients", "secret_hash"))?,
            registration_token_hash: token.map_err(column("clients", "registration_token_hash"))?,
            metadata: from_json(&row.metadata, "clients", "metadata")?,
            origin: match row.origin.as_str() {
                REGISTERED => ClientOrigin::Registered,
                ADMINISTRATOR => ClientOrigin::Administrator,
                _ => return Err(column("clients", "origin")("neither of the two origins")),
            },
            previous_secret: previous.map(|(hash, good_until)| PreviousSecret { hash, good_until }),
            owner: owner.map_err(column("clients", "owner_user_id"))?,
            verified: row.verified,
            tier: tier(row.tier)?,
            created_at: Timestamp::from_unix(row.created_at),
            last_used_at: moment(row.last_used_at),
            disabled_at: moment(row.disabled_at),
            disabled_count: row
                .disabled_count
                .try_into()
                .map_err(column("clients", "disabled_count"))?,
        })
    }
}

/// A tier as it is kept: none is the one that every client has.
pub(crate) fn tier_text(tier: ClientTier) -> Option<String> {
    (tier != ClientTier::Free).then(|| tier.as_str().to_owned())
}

/// The tier of a client.
pub(crate) fn tier(text: Option<String>) -> Result<ClientTier, RowError> {
    let tier = text.map(|text| text.parse()).transpose();
    Ok(tier.map_err(column("clients", "tier"))?.unwrap_or_default())
}
