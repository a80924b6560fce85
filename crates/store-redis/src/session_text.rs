//! A session as the cache keeps it.

use hodlxxi_auth::account::{DisplayName, ProvenKey, Session, User};
use hodlxxi_kernel::{PublicKey, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

#[derive(Serialize, Deserialize)]
pub(crate) struct SessionText {
    id: SessionId,
    user: UserText,
    key: Option<KeyText>,
    auth_time: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    user_agent: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct UserText {
    id: UserId,
    name: Option<String>,
    granted_level: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    disabled_at: Option<Timestamp>,
    /// Not to be taken for absent where a version that knew no merges left it out.
    #[serde(deserialize_with = "Option::deserialize")]
    merged_at: Option<Timestamp>,
    deletes_at: Option<Timestamp>,
    one_key_enough_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct KeyText {
    identity: String,
    public_key: Option<String>,
    method: String,
    address: Option<String>,
}

impl From<&Session> for SessionText {
    fn from(session: &Session) -> Self {
        Self {
            id: session.id.clone(),
            user: UserText::of(&session.user),
            key: session.key.as_ref().map(KeyText::of),
            auth_time: session.auth_time,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent.clone(),
        }
    }
}

impl UserText {
    fn of(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            name: user.name.as_ref().map(|name| name.as_str().to_owned()),
            granted_level: user.granted_level.map(|level| level.as_str().to_owned()),
            created_at: user.created_at,
            updated_at: user.updated_at,
            disabled_at: user.disabled_at,
            merged_at: user.merged_at,
            deletes_at: user.deletes_at,
            one_key_enough_at: user.one_key_enough_at,
        }
    }
}

impl KeyText {
    fn of(key: &ProvenKey) -> Self {
        Self {
            identity: key.identity.to_string(),
            public_key: key.pubkey_hex(),
            method: key.method.as_str().to_owned(),
            address: key.address.clone(),
        }
    }
}

impl TryFrom<SessionText> for Session {
    type Error = Fault;

    fn try_from(text: SessionText) -> Result<Self, Fault> {
        Ok(Self {
            id: text.id,
            user: text.user.try_into()?,
            key: text.key.map(ProvenKey::try_from).transpose()?,
            auth_time: text.auth_time,
            last_seen_at: text.last_seen_at,
            expires_at: text.expires_at,
            user_agent: text.user_agent,
        })
    }
}

impl TryFrom<UserText> for User {
    type Error = Fault;

    fn try_from(text: UserText) -> Result<Self, Fault> {
        let name = text.name.as_deref().map(DisplayName::parse).transpose();
        let level = text.granted_level.map(|level| level.parse()).transpose();
        Ok(Self {
            id: text.id,
            name: name.map_err(Fault::value("a name"))?,
            granted_level: level.map_err(Fault::value("an access level"))?,
            created_at: text.created_at,
            updated_at: text.updated_at,
            disabled_at: text.disabled_at,
            merged_at: text.merged_at,
            deletes_at: text.deletes_at,
            one_key_enough_at: text.one_key_enough_at,
        })
    }
}

impl TryFrom<KeyText> for ProvenKey {
    type Error = Fault;

    fn try_from(text: KeyText) -> Result<Self, Fault> {
        let key = text.public_key.as_deref().map(PublicKey::parse).transpose();
        let (identity, method) = (text.identity.parse(), text.method.parse());
        Ok(Self {
            identity: identity.map_err(Fault::value("an identity"))?,
            public_key: key.map_err(Fault::value("a key"))?,
            method: method.map_err(Fault::value("a method"))?,
            address: text.address,
        })
    }
}
