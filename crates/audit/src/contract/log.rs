//! Entries: recorded, shown to the person, erased.

use hodlxxi_kernel::audit::{Action, AuditRecord, Outcome};

use super::fixture::{NOW, bare, full, key, next_seal, sealed, user};
use crate::store::AuditStore;

/// Everything an entry says is there when it is read, whether it says much or little.
pub fn an_entry_reads_back_as_it_was_recorded(store: &impl AuditStore) {
    let entries = [full(&user(), NOW), bare(NOW.plus(1))];
    for entry in &entries {
        store.record(entry).unwrap();
    }
    let kept = store.unsealed(10).unwrap();
    assert_eq!(kept, entries.each_ref().map(AuditRecord::from));
    assert_eq!(store.unsealed(1).unwrap(), kept[..1]);
}

/// A person sees their own entries, the newest first.
pub fn a_persons_newest_entries_come_first(store: &impl AuditStore) {
    let (one, other) = (user(), user());
    let theirs: Vec<_> = (0..5).map(|n| full(&one, NOW.plus(n))).collect();
    for entry in theirs.iter().chain([&full(&other, NOW), &bare(NOW)]) {
        store.record(entry).unwrap();
    }
    let newest: Vec<_> = theirs.iter().rev().map(AuditRecord::from).collect();
    assert_eq!(store.recent(&one, 10).unwrap(), newest);
    assert_eq!(store.recent(&one, 2).unwrap(), newest[..2]);
    assert_eq!(store.recent(&other, 10).unwrap().len(), 1);
    assert!(store.recent(&user(), 10).unwrap().is_empty());
}

/// Each entry once, the newest first, of everybody or of one person.
pub fn pages_run_from_new_to_old_and_end(store: &impl AuditStore) {
    let one = user();
    let entries: Vec<_> = (0..6)
        .map(|n| {
            let at = NOW.plus(n);
            if n % 2 == 0 { full(&one, at) } else { bare(at) }
        })
        .collect();
    for entry in &entries {
        store.record(entry).unwrap();
    }
    let newest: Vec<_> = entries.iter().rev().map(AuditRecord::from).collect();
    for person in [None, Some(&one)] {
        let mut seen = Vec::new();
        loop {
            let before = seen.last().map(|record: &AuditRecord| record.id.clone());
            let page = store.page(person, before.as_ref(), 2).unwrap();
            assert!(page.len() <= 2);
            if page.is_empty() {
                break;
            }
            seen.extend(page);
        }
        let wanted = newest.iter().filter(|record| {
            let said = record
                .personal
                .as_ref()
                .and_then(|personal| personal.person.as_deref());
            person.is_none_or(|person| said == Some(person.as_str()))
        });
        assert!(seen.iter().eq(wanted));
    }
}

/// What is erased is gone, what is not of this person stays, and the seal over both still holds.
pub fn erasing_leaves_the_rest_and_the_hash(store: &impl AuditStore) {
    let (gone, stays) = (user(), user());
    let entries = [full(&gone, NOW), full(&stays, NOW), full(&gone, NOW)];
    for entry in &entries {
        store.record(entry).unwrap();
    }
    let seal = next_seal(store, &store.unsealed(10).unwrap(), NOW);
    assert!(store.append_seal(&seal).unwrap());
    assert_eq!(store.erase(&gone, &bare(NOW)).unwrap(), 2);
    assert!(store.recent(&gone, 10).unwrap().is_empty());
    assert_eq!(store.recent(&stays, 10).unwrap().len(), 1);
    let kept = store.entries_of(seal.number).unwrap();
    let erased: Vec<_> = kept.iter().filter(|r| r.personal.is_none()).collect();
    assert_eq!(erased.len(), 2);
    let again: Vec<crate::seal::Member> = kept.iter().map(Into::into).collect();
    assert_eq!(again, seal.members);
    assert!(seal.is_by(key().public()));
}

/// The erasure is an act like any other, and says how much it was of.
pub fn an_erasure_is_recorded_with_its_number(store: &impl AuditStore) {
    sealed(store, 1, NOW);
    let person = user();
    store.record(&full(&person, NOW)).unwrap();
    let act = bare(NOW.plus(1)).became(Action::PersonErased, Outcome::Done);
    assert_eq!(store.erase(&person, &act).unwrap(), 1);
    assert_eq!(store.erase(&user(), &bare(NOW.plus(2))).unwrap(), 0);
    let waiting = store.unsealed(10).unwrap();
    let said: Vec<_> = waiting
        .iter()
        .map(|record| (record.action.as_str(), record.detail.as_deref()))
        .collect();
    assert_eq!(
        said,
        [
            ("auth.signed_in", Some("bitcoin")),
            ("admin.person_erased", Some("1")),
            ("keys.rotated", Some("0")),
        ]
    );
}
