//! Rows of the audit log. Whatever is read is taken as it stands: that it was altered is for its
//! verification to say, and only what has no form at all is an error here.

use diesel::prelude::*;
use hodlxxi_audit::seal::{Checkpoint, Hash, Member, Seal};
use hodlxxi_kernel::Timestamp;
use hodlxxi_kernel::audit::{AuditRecord, Personal};
use thiserror::Error;

use crate::row::{RowError, column};
use crate::schema::{audit_checkpoints, audit_entries, audit_seals};

/// The number of no seal.
pub(crate) const UNSEALED: i64 = 0;

/// A list of members that is not one.
#[derive(Debug, Error)]
#[error("a member of a seal is an id and 64 hex digits")]
struct MemberError;

#[derive(Queryable, Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
pub(crate) struct EntryRow {
    id: String,
    seal: i64,
    happened_at: i64,
    action: String,
    outcome: String,
    actor: String,
    client_id: Option<String>,
    request_id: Option<String>,
    detail: Option<String>,
    personal_hash: Vec<u8>,
    salt: Option<Vec<u8>>,
    user_id: Option<String>,
    session_id: Option<String>,
    key_name: Option<String>,
    address: Option<String>,
    user_agent: Option<String>,
}

impl From<AuditRecord> for EntryRow {
    fn from(record: AuditRecord) -> Self {
        let mut row = Self {
            id: record.id.into(),
            seal: UNSEALED,
            happened_at: record.at.as_unix(),
            action: record.action,
            outcome: record.outcome,
            actor: record.actor,
            client_id: record.client,
            request_id: record.request_id,
            detail: record.detail,
            personal_hash: record.personal_hash.to_vec(),
            salt: None,
            user_id: None,
            session_id: None,
            key_name: None,
            address: None,
            user_agent: None,
        };
        if let Some(personal) = record.personal {
            row.salt = Some(personal.salt.to_vec());
            row.user_id = personal.person;
            row.session_id = personal.session;
            row.key_name = personal.key;
            row.address = personal.address;
            row.user_agent = personal.user_agent;
        }
        row
    }
}

impl TryFrom<EntryRow> for AuditRecord {
    type Error = RowError;

    fn try_from(row: EntryRow) -> Result<Self, RowError> {
        let is_erased = [
            &row.user_id,
            &row.session_id,
            &row.key_name,
            &row.address,
            &row.user_agent,
        ]
        .iter()
        .all(|field| field.is_none())
            && row.salt.is_none();
        // Fields without their salt were not erased but meddled with: no salt fits them.
        let salt = row.salt.unwrap_or_else(|| vec![0; 16]);
        let salt = <[u8; 16]>::try_from(salt.as_slice());
        let personal = Personal {
            salt: salt.map_err(column("audit_entries", "salt"))?,
            person: row.user_id,
            session: row.session_id,
            key: row.key_name,
            address: row.address,
            user_agent: row.user_agent,
        };
        Ok(Self {
            id: row.id.try_into().map_err(column("audit_entries", "id"))?,
            at: Timestamp::from_unix(row.happened_at),
            action: row.action,
            outcome: row.outcome,
            actor: row.actor,
            client: row.client_id,
            request_id: row.request_id,
            detail: row.detail,
            personal_hash: hash(&row.personal_hash, "audit_entries", "personal_hash")?,
            personal: Some(personal).filter(|_| !is_erased),
        })
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = audit_seals)]
pub(crate) struct SealRow {
    number: i64,
    sealed_at: i64,
    previous: Vec<u8>,
    members: String,
    head: Vec<u8>,
    signature: Vec<u8>,
}

impl From<&Seal> for SealRow {
    fn from(seal: &Seal) -> Self {
        let line = |member: &Member| format!("{} {}\n", member.id, hex::encode(member.digest));
        Self {
            number: seal.number,
            sealed_at: seal.sealed_at.as_unix(),
            previous: seal.previous.to_vec(),
            members: seal.members.iter().map(line).collect(),
            head: seal.head.to_vec(),
            signature: seal.signature.clone(),
        }
    }
}

impl TryFrom<SealRow> for Seal {
    type Error = RowError;

    fn try_from(row: SealRow) -> Result<Self, RowError> {
        let members: Result<_, MemberError> = row.members.lines().map(member).collect();
        Ok(Self {
            number: row.number,
            sealed_at: Timestamp::from_unix(row.sealed_at),
            previous: hash(&row.previous, "audit_seals", "previous")?,
            members: members.map_err(column("audit_seals", "members"))?,
            head: hash(&row.head, "audit_seals", "head")?,
            signature: row.signature,
        })
    }
}

fn member(line: &str) -> Result<Member, MemberError> {
    let (id, digits) = line.split_once(' ').ok_or(MemberError)?;
    let digest = hex::decode(digits).map_err(|_| MemberError)?;
    Ok(Member {
        id: id.parse().map_err(|_| MemberError)?,
        digest: digest.try_into().map_err(|_| MemberError)?,
    })
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = audit_checkpoints)]
pub(crate) struct CheckpointRow {
    number: i64,
    head: Vec<u8>,
    entries: i64,
    expired_at: i64,
    signature: Vec<u8>,
}

impl From<&Checkpoint> for CheckpointRow {
    fn from(checkpoint: &Checkpoint) -> Self {
        Self {
            number: checkpoint.number,
            head: checkpoint.head.to_vec(),
            entries: checkpoint.entries,
            expired_at: checkpoint.expired_at.as_unix(),
            signature: checkpoint.signature.clone(),
        }
    }
}

impl TryFrom<CheckpointRow> for Checkpoint {
    type Error = RowError;

    fn try_from(row: CheckpointRow) -> Result<Self, RowError> {
        Ok(Self {
            number: row.number,
            head: hash(&row.head, "audit_checkpoints", "head")?,
            entries: row.entries,
            expired_at: Timestamp::from_unix(row.expired_at),
            signature: row.signature,
        })
    }
}

/// A hash from the bytes of a column.
pub(crate) fn hash(
    bytes: &[u8],
    table: &'static str,
    name: &'static str,
) -> Result<Hash, RowError> {
    bytes.try_into().map_err(column(table, name))
}
