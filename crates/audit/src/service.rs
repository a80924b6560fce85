//! The use cases: seal what is new, let go of what is old, verify, export, show a person what concerns them,
//! and erase a person.

use std::io;
use std::sync::Arc;

use hodlxxi_kernel::audit::{Action, AuditEntry, AuditId, AuditRecord, Origin, Part};
use hodlxxi_kernel::{Clock, Entropy, MasterKey, StoreError, Timestamp, UserId};
use thiserror::Error;

use crate::export;
use crate::history::History;
use crate::key::{PublicSealKey, SealKey};
use crate::seal::{Checkpoint, Seal, Tip};
use crate::store::AuditStore;
use crate::verify::{Report, Verifier};

/// Entries that one seal covers at most.
const BATCH: u32 = 1_000;
/// Seals that one step reads, or lets go of, at most.
const SEALS: u32 = 100;
/// Entries that a page of a person's is made of at most.
const PAGE: u32 = 200;

/// Entries that one search looks at, at most: so many at a time, so many times.
const LOOKED_AT: (u32, usize) = (1_000, 5);

/// Which entries are looked for; each condition that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The word of the action, or how it begins, such as `admin.`.
    pub action: Option<String>,
    /// The account concerned.
    pub person: Option<UserId>,
    /// The id of the client concerned.
    pub client: Option<String>,
}

/// What a search found, newest first, and where it goes on.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The entries.
    pub records: Vec<AuditRecord>,
    /// Pass as `before` to go on; none where there is no more to look at.
    pub next: Option<AuditId>,
}

/// Why nothing was exported, or not all.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It could not be written.
    #[error("the log could not be written")]
    Write(#[from] io::Error),
}

impl Search {
    /// Whether `record`, which is of the person looked for, is wanted.
    fn wants(&self, record: &AuditRecord) -> bool {
        let of =
            |wanted: &Option<String>, is: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(is);
        of(&self.action, &|action| record.action.starts_with(action))
            && of(&self.client, &|client| {
                record.client.as_deref() == Some(client)
            })
    }
}

/// An audit log: see the [module](self).
pub struct Auditor {
    store: Arc<dyn AuditStore>,
    key: SealKey,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Auditor {
    /// The log in `store`, sealed by a key derived from `master`.
    pub fn new(
        store: Arc<dyn AuditStore>,
        master: &MasterKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            store,
            key: SealKey::new(master),
            clock,
            entropy,
        }
    }

    /// Where the entries are.
    pub fn store(&self) -> &dyn AuditStore {
        &*self.store
    }

    /// The half of the key that checks the seals.
    pub fn public_key(&self) -> PublicSealKey {
        self.key.public()
    }

    /// Looks for entries, newest first, beginning after `before`: at most `limit` of them, among at most
    /// 5,000, so that one search is short however rare they are.
    pub fn search(
        &self,
        search: &Search,
        before: Option<&AuditId>,
        limit: usize,
    ) -> Result<Found, StoreError> {
        let (step, steps) = LOOKED_AT;
        let mut found = Found {
            next: before.cloned(),
            ..Found::default()
        };
        for _ in 0..steps {
            let page = self.looked_at(search, found.next.as_ref(), step)?;
            let ended = page.len() < step as usize;
            for record in page {
                found.next = Some(record.id.clone());
                if search.wants(&record) {
                    found.records.push(record);
                }
                if found.records.len() == limit {
                    return Ok(found);
                }
            }
            if ended {
                found.next = None;
                return Ok(found);
            }
        }
        Ok(found)
    }

    /// Entries that a search looks at: everybody's, or of both parts of a person's, which are kept apart.
    fn looked_at(
        &self,
        search: &Search,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let Some(person) = &search.person else {
            return self.store.page(before, limit);
        };
        let mut records = Vec::new();
        for part in [Part::Acts, Part::FailedSignIns] {
            records.extend(self.store.concerning(person, part, before, limit)?);
        }
        records.sort_unstable_by(|one, other| other.id.cmp(&one.id));
        records.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(records)
    }

    /// Seals what is not sealed yet, at most one batch; answers whether there may be more. To be called
    /// each second on every node: where several do at once, one of them seals.
    pub fn seal(&self) -> Result<bool, StoreError> {
        let records = self.store.unsealed(BATCH)?;
        if records.is_empty() {
            return Ok(false);
        }
        let seal = Seal::new(self.store.tip()?, &records, self.clock.now(), &self.key);
        let sealed = self.store.append_seal(&seal)?;
        Ok(sealed && records.len() >= BATCH as usize)
    }

    /// Lets go of seals older than `days`, with their entries, and leaves a checkpoint; at most some at
    /// a time. Answers how many seals.
    pub fn expire(&self, days: u32) -> Result<usize, StoreError> {
        let end = self.clock.now().minus(i64::from(days) * 24 * 3_600);
        let before = self.store.checkpoint()?;
        let after = before.as_ref().map_or(0, |checkpoint| checkpoint.number);
        let seals = self.store.seals(after, SEALS)?;
        let old: Vec<&Seal> = seals
            .iter()
            .take_while(|seal| seal.sealed_at < end)
            .collect();
        let Some(last) = old.last() else {
            return Ok(0);
        };
        let entries: usize = old.iter().map(|seal| seal.members.len()).sum();
        let entries = i64::try_from(entries).unwrap_or(i64::MAX);
        let expired = before.map_or(0, |checkpoint| checkpoint.entries) + entries;
        let checkpoint = Checkpoint::new(last.tip(), expired, self.clock.now(), &self.key);
        let removed = self.store.expire(&checkpoint)?;
        Ok(if removed { old.len() } else { 0 })
    }

    /// A page of at most `limit` series of `part` of what concerns `person`, the newest first, beginning after
    /// `before`.
    pub fn history(
        &self,
        person: &UserId,
        part: Part,
        before: Option<&AuditId>,
        limit: usize,
    ) -> Result<History, StoreError> {
        let mut records = self.store.concerning(person, part, before, PAGE + 1)?;
        let cut = records.len() > PAGE as usize;
        records.truncate(PAGE as usize);
        Ok(History::of(records, cut, limit))
    }

    /// Reads the whole log, and tells what is wrong with it. `noted` is a seal written down earlier.
    pub fn verify(&self, noted: Option<Tip>) -> Result<Report, StoreError> {
        let store = &self.store;
        let mut after = self.store.checkpoint()?;
        let mut verifier = Verifier::new(self.public_key(), after.as_ref(), noted);
        let mut number = after.take().map_or(0, |checkpoint| checkpoint.number);
        loop {
            let seals = store.seals(number, SEALS)?;
            let Some(last) = seals.last() else {
                break;
            };
            number = last.number;
            for seal in &seals {
                verifier.seal(seal, &store.entries_of(seal.number)?);
            }
        }
        let strays = store.strays(BATCH)?;
        let (unsealed, waiting) = (store.unsealed(BATCH)?, store.waiting()?);
        let checkpoint = store.checkpoint()?;
        let now = self.clock.now();
        Ok(verifier.finish(&strays, &unsealed, waiting, checkpoint.as_ref(), now))
    }

    /// Writes the entries from `since` on and before `until` as lines of JSON, oldest batch first, then
    /// the seals over them, the checkpoint, and the key that checks them.
    pub fn export(
        &self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        out: &mut dyn io::Write,
    ) -> Result<(), ExportError> {
        let wanted = |at: Timestamp| {
            since.is_none_or(|since| at >= since) && until.is_none_or(|until| at < until)
        };
        let store = &self.store;
        let mut covering: Option<(i64, i64)> = None;
        self.each_seal(0, |seal| {
            let entries = store.entries_of(seal.number)?;
            let mut wanted = entries.iter().filter(|record| wanted(record.at)).peekable();
            if wanted.peek().is_some() {
                let first = covering.map_or(seal.number, |(first, _)| first);
                covering = Some((first, seal.number));
            }
            for record in wanted {
                export::entry(record, Some(seal.number), out)?;
            }
            Ok(true)
        })?;
        for record in store.unsealed(u32::MAX)? {
            if wanted(record.at) {
                export::entry(&record, None, out)?;
            }
        }
        if let Some((first, last)) = covering {
            self.each_seal(first - 1, |seal| {
                if seal.number <= last {
                    export::seal(seal, out)?;
                }
                Ok(seal.number < last)
            })?;
        }
        if let Some(checkpoint) = store.checkpoint()? {
            export::checkpoint(&checkpoint, out)?;
        }
        Ok(export::key(self.public_key(), out)?)
    }

    /// Erases what the log says of `person`, by order of `origin`, which is recorded; answers how many
    /// entries it was.
    pub fn erase(&self, person: &UserId, origin: &Origin) -> Result<u64, StoreError> {
        let (clock, entropy) = (&*self.clock, &*self.entropy);
        let act = AuditEntry::new(Action::PersonErased, origin, clock, entropy);
        self.store.erase(person, &act)
    }

    /// Runs `step` on each seal after the one numbered `after`, until it answers false.
    fn each_seal(
        &self,
        mut after: i64,
        mut step: impl FnMut(&Seal) -> Result<bool, ExportError>,
    ) -> Result<(), ExportError> {
        loop {
            let seals = self.store.seals(after, SEALS)?;
            let Some(last) = seals.last() else {
                return Ok(());
            };
            after = last.number;
            for seal in &seals {
                if !step(seal)? {
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
