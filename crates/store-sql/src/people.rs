//! The rows of people: accounts, their keys, their sessions.

use diesel::prelude::*;
use hodlxxi_auth::account::{DisplayName, LinkedKey, ProvenKey, Session, SignIn, User};
use hodlxxi_kernel::{PublicKey, PublicKeyError, SignInMethod, Timestamp, UserId};

use crate::conn::{Conn, locked};
use crate::fault::Fault;
use crate::row::{RowError, column, moment};
use crate::schema::{linked_keys, sessions, users};

/// Locks a person until the transaction ends, if there is one.
pub(crate) fn lock(conn: &mut Conn, user: &UserId) -> Result<(), Fault> {
    let query = users::table.find(user.as_str()).select(users::id);
    let _: Option<String> = locked!(conn, for_no_key_update, query).optional()?;
    Ok(())
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(crate) struct UserRow {
    pub(crate) id: String,
    name: Option<String>,
    granted_level: Option<String>,
    is_guest: bool,
    created_at: i64,
    updated_at: i64,
    pub(crate) disabled_at: Option<i64>,
    merged_at: Option<i64>,
    pub(crate) deletes_at: Option<i64>,
    one_key_enough_at: Option<i64>,
}

impl UserRow {
    /// A new account.
    pub(crate) fn new(id: &UserId, is_guest: bool, now: Timestamp) -> Self {
        Self {
            id: id.to_string(),
            name: None,
            granted_level: None,
            is_guest,
            created_at: now.as_unix(),
            updated_at: now.as_unix(),
            disabled_at: None,
            merged_at: None,
            deletes_at: None,
            one_key_enough_at: None,
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = RowError;

    fn try_from(row: UserRow) -> Result<Self, RowError> {
        let name = row.name.map(|name| DisplayName::parse(&name)).transpose();
        let level = row.granted_level.map(|level| level.parse()).transpose();
        Ok(Self {
            id: row.id.try_into().map_err(column("users", "id"))?,
            name: name.map_err(column("users", "name"))?,
            granted_level: level.map_err(column("users", "granted_level"))?,
            created_at: Timestamp::from_unix(row.created_at),
            updated_at: Timestamp::from_unix(row.updated_at),
            disabled_at: moment(row.disabled_at),
            merged_at: moment(row.merged_at),
            deletes_at: moment(row.deletes_at),
            one_key_enough_at: moment(row.one_key_enough_at),
        })
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = linked_keys, treat_none_as_default_value = false)]
pub(crate) struct KeyRow {
    identity: String,
    user_id: String,
    public_key: Option<String>,
    method: String,
    address: Option<String>,
    label: Option<String>,
    added_at: i64,
    last_used_at: i64,
    primary_since: Option<i64>,
    frozen_at: Option<i64>,
    acknowledged_at: Option<i64>,
}

impl KeyRow {
    /// The key that makes the account of `user`: the primary one, and they know of it.
    pub(crate) fn first(user: &str, key: &ProvenKey, now: Timestamp) -> Self {
        Self {
            primary_since: Some(now.as_unix()),
            acknowledged_at: Some(now.as_unix()),
            ..Self::new(user, key, now)
        }
    }

    /// A key just proven, linked to `user`.
    pub(crate) fn new(user: &str, key: &ProvenKey, now: Timestamp) -> Self {
        Self {
            identity: key.identity.to_string(),
            user_id: user.to_owned(),
            public_key: key.public_key.map(|key| key.to_hex()),
            method: key.method.as_str().to_owned(),
            address: key.address.clone(),
            label: None,
            added_at: now.as_unix(),
            last_used_at: now.as_unix(),
            primary_since: None,
            frozen_at: None,
            acknowledged_at: None,
        }
    }
}

impl TryFrom<KeyRow> for LinkedKey {
    type Error = RowError;

    fn try_from(row: KeyRow) -> Result<Self, RowError> {
        let identity = row.identity.parse();
        let label = row.label.map(|label| DisplayName::parse(&label));
        Ok(Self {
            identity: identity.map_err(column("linked_keys", "identity"))?,
            user: row
                .user_id
                .try_into()
                .map_err(column("linked_keys", "user_id"))?,
            public_key: public_key(row.public_key)?,
            method: row
                .method
                .parse()
                .map_err(column("linked_keys", "method"))?,
            address: row.address,
            label: label.transpose().map_err(column("linked_keys", "label"))?,
            added_at: Timestamp::from_unix(row.added_at),
            last_used_at: Timestamp::from_unix(row.last_used_at),
            primary_since: moment(row.primary_since),
            frozen_at: moment(row.frozen_at),
            acknowledged_at: moment(row.acknowledged_at),
        })
    }
}

fn public_key(hex: Option<String>) -> Result<Option<PublicKey>, RowError> {
    hex.map(|hex| PublicKey::parse(&hex))
        .transpose()
        .map_err(column::<PublicKeyError>("linked_keys", "public_key"))
}

/// What is stored of a key after one more proof: the first proof that tells the parity of y (66 hex
/// digits) is kept.
pub(crate) fn learned(stored: Option<String>, proven: Option<PublicKey>) -> Option<String> {
    const WITH_PARITY: usize = 66;
    match (stored, proven) {
        (Some(stored), _) if stored.len() == WITH_PARITY => Some(stored),
        (_, Some(proven)) => Some(proven.to_hex()),
        (stored, None) => stored,
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(crate) struct SessionRow {
    id: String,
    secret_hash: String,
    user_id: String,
    identity: Option<String>,
    address: Option<String>,
    method: String,
    auth_time: i64,
    last_seen_at: i64,
    expires_at: i64,
    user_agent: Option<String>,
}

impl SessionRow {
    /// The session that `sign_in` opens for `user`.
    pub(crate) fn new(user: &str, sign_in: &SignIn) -> Self {
        let session = &sign_in.session;
        let key = sign_in.key.as_ref();
        Self {
            id: session.id.to_string(),
            secret_hash: session.secret_hash.to_text(),
            user_id: user.to_owned(),
            identity: key.map(|key| key.identity.to_string()),
            address: key.and_then(|key| key.address.clone()),
            method: sign_in.method().as_str().to_owned(),
            auth_time: session.auth_time.as_unix(),
            last_seen_at: session.auth_time.as_unix(),
            expires_at: session.expires_at.as_unix(),
            user_agent: session.user_agent.clone(),
        }
    }
}

/// A session, its account, and what is known of its key.
pub(crate) type SessionRows = (SessionRow, UserRow, Option<String>);

/// The session that the rows describe.
pub(crate) fn session((row, user, key): SessionRows) -> Result<Session, RowError> {
    let method: SignInMethod = row.method.parse().map_err(column("sessions", "method"))?;
    let identity = row.identity.map(|identity| identity.parse()).transpose();
    let public_key = public_key(key)?;
    let key = identity
        .map_err(column("sessions", "identity"))?
        .map(|identity| ProvenKey {
            identity,
            public_key,
            method,
            address: row.address,
        });
    Ok(Session {
        id: row.id.try_into().map_err(column("sessions", "id"))?,
        user: user.try_into()?,
        key,
        auth_time: Timestamp::from_unix(row.auth_time),
        last_seen_at: Timestamp::from_unix(row.last_seen_at),
        expires_at: Timestamp::from_unix(row.expires_at),
        user_agent: row.user_agent,
    })
}
