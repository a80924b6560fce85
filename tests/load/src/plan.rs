//! What one operation costs, in accesses and signatures: measured at the server, done by the bare one.

use serde::{Deserialize, Serialize};

/// The work of one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Selects outside of a transaction.
    pub reads: u32,
    /// Other statements that are a transaction by themselves.
    pub writes: u32,
    /// Transactions of several statements.
    pub transactions: Vec<Transaction>,
    /// Requests to Redis.
    pub redis: u32,
    /// Signatures made and verified.
    pub signatures: Vec<Signature>,
    /// Length of the answer's body, in bytes.
    pub answer: usize,
}

/// The statements of one transaction, apart from its beginning and its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Transaction {
    /// Selects.
    pub reads: u32,
    /// Inserts.
    pub inserts: u32,
    /// Updates and deletes.
    pub updates: u32,
}

/// A signature made or verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signature {
    /// An Ed25519 signature made.
    EdDsa,
    /// A P-256 signature made.
    Es256,
    /// An RSA signature of 2048 bits made.
    Rs256,
    /// A key recovered from a Bitcoin message signature.
    Bitcoin,
}

impl Plan {
    /// Whether there is anything to do that may not be done on an async thread.
    pub fn hops(&self) -> bool {
        self.statements() + self.redis > 0 || !self.signatures.is_empty()
    }

    /// Statements to the database, beginnings and ends of transactions included.
    pub fn statements(&self) -> u32 {
        let inside = self.transactions.iter();
        let inside: u32 = inside.map(|t| 2 + t.reads + t.inserts + t.updates).sum();
        self.reads + self.writes + inside
    }
}
