//! A log in the memory of one process, for examples, tests and first steps.
//!
//! Not for production: nothing survives a restart. Deliberately absent: any promise beyond those of the
//! traits.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hodlxxi_kernel::audit::{AuditEntry, AuditId, AuditLog, AuditRecord, Part};
use hodlxxi_kernel::{StoreError, UserId};

use crate::seal::{Checkpoint, Seal, Tip};
use crate::store::{AuditStore, Waiting};

/// Keeps a log in memory.
#[derive(Default)]
pub struct MemoryLog(Mutex<State>);

#[derive(Default)]
struct State {
    entries: BTreeMap<AuditId, Row>,
    seals: BTreeMap<i64, Seal>,
    checkpoint: Option<Checkpoint>,
}

struct Row {
    record: AuditRecord,
    seal: Option<i64>,
}

impl MemoryLog {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn record(&mut self, entry: &AuditEntry) {
        let row = Row {
            record: AuditRecord::from(entry),
            seal: None,
        };
        self.entries.insert(entry.id.clone(), row);
    }

    fn unsealed(&self) -> impl Iterator<Item = &AuditRecord> {
        let rows = self.entries.values().filter(|row| row.seal.is_none());
        rows.map(|row| &row.record)
    }
}

fn concerns(record: &AuditRecord, person: &UserId) -> bool {
    let personal = record.personal.as_ref();
    personal.and_then(|personal| personal.person.as_deref()) == Some(person.as_str())
}

fn as_count(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl AuditLog for MemoryLog {
    fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.state().record(entry);
        Ok(())
    }

    fn concerning(
        &self,
        person: &UserId,
        part: Part,
        before: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let state = self.state();
        let records = state.entries.values().rev().map(|row| &row.record);
        let theirs = records.filter(|record| {
            concerns(record, person)
                && part.has(&record.action)
                && before.is_none_or(|before| record.id < *before)
        });
        Ok(theirs.take(as_count(limit)).cloned().collect())
    }
}

impl AuditStore for MemoryLog {
    fn page(&self, before: Option<&AuditId>, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let state = self.state();
        let records = state.entries.values().rev().map(|row| &row.record);
        let wanted = records.filter(|record| before.is_none_or(|before| record.id < *before));
        Ok(wanted.take(as_count(limit)).cloned().collect())
    }

    fn unsealed(&self, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let state = self.state();
        Ok(state.unsealed().take(as_count(limit)).cloned().collect())
    }

    fn waiting(&self) -> Result<Waiting, StoreError> {
        let state = self.state();
        Ok(Waiting {
            count: state.unsealed().count() as u64,
            oldest: state.unsealed().map(|record| record.at).min(),
        })
    }

    fn tip(&self) -> Result<Tip, StoreError> {
        let state = self.state();
        let last = state.seals.last_key_value().map(|(_, seal)| seal.tip());
        let checkpoint = || state.checkpoint.as_ref().map(Checkpoint::tip);
        Ok(last.or_else(checkpoint).unwrap_or(Tip::BEGINNING))
    }

    fn append_seal(&self, seal: &Seal) -> Result<bool, StoreError> {
        let mut state = self.state();
        let waits = |id: &AuditId| state.entries.get(id).is_some_and(|row| row.seal.is_none());
        let fits = seal.members.iter().all(|member| waits(&member.id));
        if !fits || state.seals.contains_key(&seal.number) {
            return Ok(false);
        }
        for member in &seal.members {
            if let Some(row) = state.entries.get_mut(&member.id) {
                row.seal = Some(seal.number);
            }
        }
        state.seals.insert(seal.number, seal.clone());
        Ok(true)
    }

    fn seals(&self, after: i64, limit: u32) -> Result<Vec<Seal>, StoreError> {
        let state = self.state();
        let seals = state.seals.range(after.saturating_add(1)..);
        Ok(seals
            .take(as_count(limit))
            .map(|(_, seal)| seal.clone())
            .collect())
    }

    fn entries_of(&self, seal: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let state = self.state();
        let rows = state.entries.values();
        let sealed = rows.filter(|row| row.seal == Some(seal));
        Ok(sealed.map(|row| row.record.clone()).collect())
    }

    fn strays(&self, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let state = self.state();
        let rows = state.entries.values().filter(|row| {
            row.seal
                .is_some_and(|seal| !state.seals.contains_key(&seal))
        });
        Ok(rows
            .take(as_count(limit))
            .map(|row| row.record.clone())
            .collect())
    }

    fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.state().checkpoint.clone())
    }

    fn expire(&self, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
        let mut state = self.state();
        let before = state.checkpoint.as_ref();
        if before.is_some_and(|before| before.number >= checkpoint.number) {
            return Ok(false);
        }
        let expired = |seal: i64| seal <= checkpoint.number;
        state
            .entries
            .retain(|_, row| !row.seal.is_some_and(expired));
        state.seals.retain(|number, _| !expired(*number));
        state.checkpoint = Some(checkpoint.clone());
        Ok(true)
    }

    fn erase(&self, person: &UserId, act: &AuditEntry) -> Result<u64, StoreError> {
        let mut state = self.state();
        let rows = state.entries.values_mut();
        let theirs = rows.filter(|row| concerns(&row.record, person));
        let erased = theirs.map(|row| row.record.personal = None).count() as u64;
        state.record(&act.clone().detail(&erased.to_string()));
        Ok(erased)
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryLog;

    crate::audit_store_contract!(MemoryLog::default());
}
