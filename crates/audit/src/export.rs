//! The log as lines of JSON, with everything that the digests and seals are made of.
//!
//! Hashes, salts and signatures are hex. What is absent is `null`, so that every line of a kind has the
//! same members.

use std::io::{self, Write};

use hodlxxi_kernel::audit::AuditRecord;
use serde_json::{Value, json};

use crate::key::PublicSealKey;
use crate::seal::{Checkpoint, Seal};

/// An entry, under the seal of this number.
pub(crate) fn entry(
    record: &AuditRecord,
    seal: Option<i64>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let personal = record.personal.as_ref();
    let line = json!({
        "type": "entry",
        "id": record.id,
        "seal": seal,
        "at": record.at,
        "action": record.action,
        "result": record.outcome,
        "actor": record.actor,
        "client_id": record.client,
        "request_id": record.request_id,
        "detail": record.detail,
        "user_id": personal.and_then(|personal| personal.person.as_deref()),
        "session_id": personal.and_then(|personal| personal.session.as_deref()),
        "key": personal.and_then(|personal| personal.key.as_deref()),
        "address": personal.and_then(|personal| personal.address.as_deref()),
        "user_agent": personal.and_then(|personal| personal.user_agent.as_deref()),
        "salt": personal.map(|personal| hex::encode(personal.salt)),
        "personal_hash": hex::encode(record.personal_hash),
    });
    write(out, &line)
}

/// A seal; its members as pairs of id and digest.
pub(crate) fn seal(seal: &Seal, out: &mut dyn Write) -> io::Result<()> {
    let members: Vec<Value> = seal
        .members
        .iter()
        .map(|member| json!([member.id, hex::encode(member.digest)]))
        .collect();
    let line = json!({
        "type": "seal",
        "number": seal.number,
        "sealed_at": seal.sealed_at,
        "previous": hex::encode(seal.previous),
        "members": members,
        "head": hex::encode(seal.head),
        "signature": hex::encode(&seal.signature),
    });
    write(out, &line)
}

/// What is left of what expired.
pub(crate) fn checkpoint(checkpoint: &Checkpoint, out: &mut dyn Write) -> io::Result<()> {
    let line = json!({
        "type": "checkpoint",
        "number": checkpoint.number,
        "head": hex::encode(checkpoint.head),
        "entries": checkpoint.entries,
        "expired_at": checkpoint.expired_at,
        "signature": hex::encode(&checkpoint.signature),
    });
    write(out, &line)
}

/// The key that checks the signatures.
pub(crate) fn key(key: PublicSealKey, out: &mut dyn Write) -> io::Result<()> {
    write(
        out,
        &json!({"type": "key", "alg": "Ed25519", "public_key": key.to_string()}),
    )
}

fn write(out: &mut dyn Write, line: &Value) -> io::Result<()> {
    writeln!(out, "{line}")
}
