//! What is wrong with a log: a pure function over its seals and entries, fed in their order.
//!
//! What cannot be found: an entry removed before it was sealed, about a second after it was written; one
//! made up by whoever can write to the database, which is sealed like any other; and the newest seals
//! removed together with their entries. The last is found by comparing with a seal noted elsewhere.

use std::collections::BTreeMap;

use hodlxxi_kernel::Timestamp;
use hodlxxi_kernel::audit::{Action, AuditId, AuditRecord};
use thiserror::Error;

use crate::key::PublicSealKey;
use crate::seal::{Checkpoint, Seal, Tip, digest};
use crate::store::Waiting;

/// How many findings are kept; the rest is counted.
const MAX_FINDINGS: usize = 1_000;

/// For how long, in seconds, entries may wait to be sealed before something is wrong.
pub const SEALED_WITHIN: i64 = 60;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Finding {
    /// The checkpoint is not what the key signed.
    #[error("the checkpoint was altered, or signed under another master key")]
    Checkpoint,
    /// Seals are missing.
    #[error("seals {first} to {last} were removed")]
    SealsMissing {
        /// The first of them.
        first: i64,
        /// The last of them.
        last: i64,
    },
    /// A seal is not what the key signed.
    #[error("seal {seal} was altered, or signed under another master key")]
    SealAltered {
        /// Its number.
        seal: i64,
    },
    /// A seal does not continue the one before.
    #[error("seal {seal} does not follow the seal before it")]
    ChainBroken {
        /// Its number.
        seal: i64,
    },
    /// An entry that a seal lists is gone.
    #[error("entry {id} of seal {seal} was removed")]
    EntryMissing {
        /// The seal.
        seal: i64,
        /// The entry.
        id: AuditId,
    },
    /// An entry is not what was sealed.
    #[error("entry {id} of seal {seal} was altered")]
    EntryAltered {
        /// The seal.
        seal: i64,
        /// The entry.
        id: AuditId,
    },
    /// The personal fields of an entry are not what their hash was made of.
    #[error("the personal fields of entry {id} of seal {seal} were altered")]
    PersonalAltered {
        /// The seal.
        seal: i64,
        /// The entry.
        id: AuditId,
    },
    /// An entry is noted under a seal that does not list it.
    #[error("entry {id} was added to seal {seal}")]
    EntryAdded {
        /// The seal.
        seal: i64,
        /// The entry.
        id: AuditId,
    },
    /// An entry is noted under a seal that there is not.
    #[error("entry {id} is noted under a seal that is not there")]
    EntryStray {
        /// The entry.
        id: AuditId,
    },
    /// More was erased than the log says.
    #[error(
        "the personal fields of {erased} entries are gone, and only {recorded} were erased by `audit erase`"
    )]
    Erased {
        /// Entries without personal fields.
        erased: u64,
        /// What the recorded erasures come to.
        recorded: u64,
    },
    /// Nobody seals.
    #[error("{count} entries wait to be sealed, the first for {seconds} seconds: no server runs")]
    NotSealed {
        /// How many wait.
        count: u64,
        /// For how long the first of them does.
        seconds: i64,
    },
    /// A seal noted elsewhere is not in the log.
    #[error("seal {seal} is not the one that was noted, or is not there")]
    NotAsNoted {
        /// Its number.
        seal: i64,
    },
}

impl Finding {
    /// The last seal concerned, where one is.
    const fn seal(&self) -> Option<i64> {
        match self {
            Self::SealsMissing { last: seal, .. }
            | Self::SealAltered { seal }
            | Self::ChainBroken { seal }
            | Self::EntryMissing { seal, .. }
            | Self::EntryAltered { seal, .. }
            | Self::PersonalAltered { seal, .. }
            | Self::EntryAdded { seal, .. } => Some(*seal),
            Self::Checkpoint
            | Self::EntryStray { .. }
            | Self::Erased { .. }
            | Self::NotSealed { .. }
            | Self::NotAsNoted { .. } => None,
        }
    }
}

/// What a verification came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Seals looked at.
    pub seals: u64,
    /// Entries under them.
    pub entries: u64,
    /// Entries of which the personal fields were erased.
    pub erased: u64,
    /// Entries that expired before, by the checkpoint.
    pub expired: i64,
    /// Entries that are not sealed yet.
    pub waiting: u64,
    /// Where the chain ends.
    pub tip: Tip,
    /// The first things that are wrong, in the order in which they were met.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A verification that goes on: [`seal`](Self::seal) for each seal in their order, then
/// [`finish`](Self::finish).
pub struct Verifier {
    key: PublicSealKey,
    noted: Option<Tip>,
    recorded_erasures: u64,
    report: Report,
}

impl Verifier {
    /// Begins behind what expired. `noted` is a seal written down earlier, which has to be in the log
    /// still, or to have expired.
    pub fn new(key: PublicSealKey, checkpoint: Option<&Checkpoint>, noted: Option<Tip>) -> Self {
        let tip = checkpoint.map_or(Tip::BEGINNING, Checkpoint::tip);
        let mut verifier = Self {
            key,
            noted: noted.filter(|noted| noted.number >= tip.number),
            recorded_erasures: 0,
            report: Report {
                seals: 0,
                entries: 0,
                erased: 0,
                expired: checkpoint.map_or(0, |checkpoint| checkpoint.entries),
                waiting: 0,
                tip,
                findings: Vec::new(),
                more: 0,
            },
        };
        if checkpoint.is_some_and(|checkpoint| !checkpoint.is_by(key)) {
            verifier.found(Finding::Checkpoint);
        }
        verifier.compare_with_noted();
        verifier
    }

    /// Looks at the next seal, and at the entries that are noted under it.
    pub fn seal(&mut self, seal: &Seal, entries: &[AuditRecord]) {
        let (number, tip) = (seal.number, self.report.tip);
        if number > tip.number + 1 {
            self.found(Finding::SealsMissing {
                first: tip.number + 1,
                last: number - 1,
            });
        } else if seal.previous != tip.head || number != tip.number + 1 {
            self.found(Finding::ChainBroken { seal: number });
        }
        if !seal.is_by(self.key) {
            self.found(Finding::SealAltered { seal: number });
        }
        let mut kept: BTreeMap<&AuditId, &AuditRecord> =
            entries.iter().map(|record| (&record.id, record)).collect();
        for member in &seal.members {
            let id = member.id.clone();
            match kept.remove(&member.id) {
                None => self.found(Finding::EntryMissing { seal: number, id }),
                Some(record) if digest(record) != member.digest => {
                    self.found(Finding::EntryAltered { seal: number, id });
                }
                Some(record) => self.entry(number, record),
            }
        }
        for id in kept.into_keys() {
            self.found(Finding::EntryAdded {
                seal: number,
                id: id.clone(),
            });
        }
        self.report.seals += 1;
        self.report.entries += entries.len() as u64;
        self.report.tip = seal.tip();
        self.compare_with_noted();
    }

    /// What came of it. `strays` and `waiting` are what no seal covers; `checkpoint` is the one of now:
    /// what expired while the log was read is not missing.
    pub fn finish(
        mut self,
        strays: &[AuditRecord],
        unsealed: &[AuditRecord],
        waiting: Waiting,
        checkpoint: Option<&Checkpoint>,
        now: Timestamp,
    ) -> Report {
        for record in strays {
            self.found(Finding::EntryStray {
                id: record.id.clone(),
            });
        }
        for record in unsealed {
            self.count_erasure(record);
        }
        if self.report.erased > self.recorded_erasures {
            self.found(Finding::Erased {
                erased: self.report.erased,
                recorded: self.recorded_erasures,
            });
        }
        let seconds = waiting.oldest.map_or(0, |oldest| now.seconds_since(oldest));
        if seconds > SEALED_WITHIN {
            self.found(Finding::NotSealed {
                count: waiting.count,
                seconds,
            });
        }
        if let Some(noted) = self.noted {
            self.found(Finding::NotAsNoted { seal: noted.number });
        }
        self.report.waiting = waiting.count;
        let expired = checkpoint.map_or(0, |checkpoint| checkpoint.number);
        self.report
            .findings
            .retain(|finding| finding.seal().is_none_or(|seal| seal > expired));
        self.report
    }

    /// An entry that is what was sealed.
    fn entry(&mut self, seal: i64, record: &AuditRecord) {
        self.count_erasure(record);
        match &record.personal {
            None => self.report.erased += 1,
            Some(personal) if personal.hash() != record.personal_hash => {
                self.found(Finding::PersonalAltered {
                    seal,
                    id: record.id.clone(),
                });
            }
            Some(_) => {}
        }
    }

    /// The detail of an erasure is how many entries it was of. They are all older than it, and expire
    /// before it does.
    fn count_erasure(&mut self, record: &AuditRecord) {
        if record.action == Action::PersonErased.as_str() {
            let count = record.detail.as_deref().and_then(|text| text.parse().ok());
            self.recorded_erasures += count.unwrap_or(0);
        }
    }

    fn compare_with_noted(&mut self) {
        self.noted = self.noted.filter(|noted| *noted != self.report.tip);
    }

    fn found(&mut self, finding: Finding) {
        if self.report.findings.len() < MAX_FINDINGS {
            self.report.findings.push(finding);
        } else {
            self.report.more += 1;
        }
    }
}

#[cfg(test)]
mod tests;
