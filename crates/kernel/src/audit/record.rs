//! An entry as it is kept: words as text, so that a program reads what a newer one wrote.

use sha2::{Digest, Sha256};

use super::{AuditEntry, AuditId};
use crate::Timestamp;

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its id, by whose order entries are read and sealed.
    pub id: AuditId,
    /// When it was.
    pub at: Timestamp,
    /// The word of the [`Action`](super::Action).
    pub action: String,
    /// The word of the [`Outcome`](super::Outcome).
    pub outcome: String,
    /// The word of the [`Actor`](super::Actor).
    pub actor: String,
    /// The client concerned.
    pub client: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// More on what was done.
    pub detail: Option<String>,
    /// What the seals cover of the personal fields.
    pub personal_hash: [u8; 32],
    /// The personal fields; none once they were erased.
    pub personal: Option<Personal>,
}

impl From<&AuditEntry> for AuditRecord {
    fn from(entry: &AuditEntry) -> Self {
        let origin = &entry.origin;
        let personal = Personal {
            salt: entry.salt,
            person: entry.person.as_ref().map(ToString::to_string),
            session: entry.session.as_ref().map(ToString::to_string),
            key: entry.key.clone(),
            address: origin.address.as_ref().map(ToString::to_string),
            user_agent: origin.user_agent.clone(),
        };
        Self {
            id: entry.id.clone(),
            at: entry.at,
            action: entry.action.as_str().to_owned(),
            outcome: entry.outcome.as_str().to_owned(),
            actor: origin.actor.as_str().to_owned(),
            client: entry.client.as_ref().map(ToString::to_string),
            request_id: origin.request_id.clone(),
            detail: entry.detail.clone(),
            personal_hash: personal.hash(),
            personal: Some(personal),
        }
    }
}

/// What of an entry belongs to a person, and can be erased without breaking a seal: the seals cover
/// its salted hash alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    /// Random, so that nobody finds out by trying what an erased hash was of.
    pub salt: [u8; 16],
    /// The account concerned.
    pub person: Option<String>,
    /// The session concerned.
    pub session: Option<String>,
    /// The key or address concerned.
    pub key: Option<String>,
    /// The address the request came from.
    pub address: Option<String>,
    /// The program's description of itself.
    pub user_agent: Option<String>,
}

impl Personal {
    /// The hash over salt and fields.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = FieldHash::new("hodlxxi audit personal v1");
        hash.field(Some(&self.salt));
        for text in [
            &self.person,
            &self.session,
            &self.key,
            &self.address,
            &self.user_agent,
        ] {
            hash.text(text.as_deref());
        }
        hash.finish()
    }
}

/// SHA-256 over a list of fields of which each may be absent, so that no two lists give the same
/// input: each is one byte for whether it is there, its length, and its bytes.
pub struct FieldHash(Sha256);

impl FieldHash {
    /// A hash of what `label` names; other labels give unrelated hashes.
    pub fn new(label: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.text(Some(label));
        hash
    }

    /// Takes in the next field.
    pub fn field(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            None => self.0.update([0]),
            Some(bytes) => {
                self.0.update([1]);
                self.0.update((bytes.len() as u64).to_be_bytes());
                self.0.update(bytes);
            }
        }
    }

    /// Takes in the next field, which is text.
    pub fn text(&mut self, text: Option<&str>) {
        self.field(text.map(str::as_bytes));
    }

    /// Takes in the next field, which is a number.
    pub fn number(&mut self, number: i64) {
        self.field(Some(&number.to_be_bytes()));
    }

    /// The hash.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(fields: &[Option<&str>]) -> [u8; 32] {
        let mut hash = FieldHash::new("test");
        for field in fields {
            hash.text(*field);
        }
        hash.finish()
    }

    #[test]
    fn the_borders_between_fields_and_absent_ones_matter() {
        let all = [
            hash(&[Some("ab"), Some("c")]),
            hash(&[Some("a"), Some("bc")]),
            hash(&[Some("abc"), None]),
            hash(&[None, Some("abc")]),
            hash(&[Some("abc"), Some("")]),
            hash(&[Some("abc")]),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(all.iter().skip(n + 1).all(|other| other != one), "{n}");
        }
    }
}
