//! What a batch of entries is sealed by, and what is left of those that expired.
//!
//! A seal lists its entries with a digest of each, so that whoever checks it can name the entry that
//! was altered or removed. It names the seal before it by that one's hash, and its own hash is signed:
//! none can be changed, left out or put in.

use hodlxxi_kernel::Timestamp;
use hodlxxi_kernel::audit::{AuditId, AuditRecord, FieldHash};

use crate::key::{PublicSealKey, SealKey};

/// A hash: SHA-256.
pub type Hash = [u8; 32];

/// What stands in place of the hash of a seal before the first.
pub const BEGINNING: Hash = [0; 32];

/// The digest of an entry. Of its personal fields it covers the salted hash, and so does not change
/// when they are erased.
pub fn digest(record: &AuditRecord) -> Hash {
    let mut hash = FieldHash::new("hodlxxi audit entry v1");
    hash.text(Some(record.id.as_str()));
    hash.number(record.at.as_unix());
    hash.text(Some(&record.action));
    hash.text(Some(&record.outcome));
    hash.text(Some(&record.actor));
    hash.text(record.client.as_deref());
    hash.text(record.request_id.as_deref());
    hash.text(record.detail.as_deref());
    hash.field(Some(&record.personal_hash));
    hash.finish()
}

/// An entry as a seal lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: AuditId,
    /// Its [`digest`].
    pub digest: Hash,
}

impl From<&AuditRecord> for Member {
    fn from(record: &AuditRecord) -> Self {
        Self {
            id: record.id.clone(),
            digest: digest(record),
        }
    }
}

/// Where the chain of seals stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// The last seal's number; 0 before the first.
    pub number: i64,
    /// Its hash.
    pub head: Hash,
}

impl Tip {
    /// Before the first seal.
    pub const BEGINNING: Self = Self {
        number: 0,
        head: BEGINNING,
    };
}

/// The seal of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Its number: 1 for the first, and one more for each.
    pub number: i64,
    /// When the batch was sealed.
    pub sealed_at: Timestamp,
    /// The hash of the seal before it.
    pub previous: Hash,
    /// The entries of the batch, by their ids.
    pub members: Vec<Member>,
    /// The hash over all of the above.
    pub head: Hash,
    /// The signature of that hash (Ed25519).
    pub signature: Vec<u8>,
}

impl Seal {
    /// Seals `records` as the batch after `tip`.
    pub fn new(tip: Tip, records: &[AuditRecord], now: Timestamp, key: &SealKey) -> Self {
        let mut members: Vec<Member> = records.iter().map(Member::from).collect();
        members.sort_by(|a, b| a.id.cmp(&b.id));
        let mut seal = Self {
            number: tip.number + 1,
            sealed_at: now,
            previous: tip.head,
            members,
            head: BEGINNING,
            signature: Vec::new(),
        };
        seal.head = seal.computed_head();
        seal.signature = key.sign(&seal.head);
        seal
    }

    /// Where the chain stands after this seal.
    pub const fn tip(&self) -> Tip {
        Tip {
            number: self.number,
            head: self.head,
        }
    }

    /// Whether it is what `key` signed.
    pub fn is_by(&self, key: PublicSealKey) -> bool {
        self.head == self.computed_head() && key.is_by(&self.head, &self.signature)
    }

    fn computed_head(&self) -> Hash {
        let mut hash = FieldHash::new("hodlxxi audit seal v1");
        hash.number(self.number);
        hash.number(self.sealed_at.as_unix());
        hash.field(Some(&self.previous));
        for member in &self.members {
            hash.text(Some(member.id.as_str()));
            hash.field(Some(&member.digest));
        }
        hash.finish()
    }
}

/// What is left of the batches that expired: where the chain goes on, signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The number of the last seal that expired.
    pub number: i64,
    /// Its hash.
    pub head: Hash,
    /// How many entries expired, all told.
    pub entries: i64,
    /// When it did.
    pub expired_at: Timestamp,
    /// The signature over all of the above (Ed25519).
    pub signature: Vec<u8>,
}

impl Checkpoint {
    /// Lets the chain go on after `tip`, when `entries` have expired in all.
    pub fn new(tip: Tip, entries: i64, now: Timestamp, key: &SealKey) -> Self {
        let mut checkpoint = Self {
            number: tip.number,
            head: tip.head,
            entries,
            expired_at: now,
            signature: Vec::new(),
        };
        checkpoint.signature = key.sign(&checkpoint.hash());
        checkpoint
    }

    /// Where the chain goes on.
    pub const fn tip(&self) -> Tip {
        Tip {
            number: self.number,
            head: self.head,
        }
    }

    /// Whether it is what `key` signed.
    pub fn is_by(&self, key: PublicSealKey) -> bool {
        key.is_by(&self.hash(), &self.signature)
    }

    fn hash(&self) -> Hash {
        let mut hash = FieldHash::new("hodlxxi audit checkpoint v1");
        hash.number(self.number);
        hash.field(Some(&self.head));
        hash.number(self.entries);
        hash.number(self.expired_at.as_unix());
        hash.finish()
    }
}
