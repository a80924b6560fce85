//! Entries: recorded, shown to the person, erased.

use hodlxxi_kernel::UserId;
use hodlxxi_kernel::audit::{Action, AuditRecord, Outcome, Part};

use super::fixture::{NOW, bare, full, key, next_seal, sealed, user};
use crate::store::AuditStore;

/// The newest acts of `person`.
fn acts(store: &impl AuditStore, person: &UserId) -> Vec<AuditRecord> {
    store.concerning(person, Part::Acts, None, 10).unwrap()
}

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
    assert_eq!(acts(store, &one), newest);
    let first = store.concerning(&one, Part::Acts, None, 2).unwrap();
    assert_eq!(first, newest[..2]);
    assert_eq!(acts(store, &other).len(), 1);
    assert!(acts(store, &user()).is_empty());
}

/// A page begins where the one before it ended, whatever was written down meanwhile, and whosever entry is
/// named.
pub fn a_page_follows_the_one_before_it(store: &impl AuditStore) {
    let (one, other) = (user(), user());
    let entries: Vec<_> = (0..5).map(|n| full(&one, NOW.plus(n))).collect();
    for entry in &entries {
        store.record(entry).unwrap();
    }
    let page = |before| store.concerning(&one, Part::Acts, before, 2).unwrap();
    let record = |n: usize| AuditRecord::from(&entries[n]);
    assert_eq!(page(None), [record(4), record(3)]);
    store.record(&full(&one, NOW.plus(9))).unwrap();
    assert_eq!(page(Some(&entries[3].id)), [record(2), record(1)]);
    assert_eq!(page(Some(&entries[1].id)), [record(0)]);
    assert!(page(Some(&entries[0].id)).is_empty());
    let theirs = full(&other, NOW.plus(2));
    store.record(&theirs).unwrap();
    let older: Vec<_> = page(Some(&theirs.id));
    assert!(older.iter().all(|record| record.at <= NOW.plus(2)) && older.len() == 2);
}

/// However many failed sign-ins strangers add, the acts before them are on the first page.
pub fn failed_sign_ins_hide_no_act(store: &impl AuditStore) {
    let person = user();
    let act = full(&person, NOW);
    let failed = |n| {
        let failed = full(&person, NOW.plus(n));
        failed.became(Action::SignInFailed, Outcome::InvalidProof)
    };
    let failures: Vec<_> = (1..=20).map(failed).collect();
    for entry in [&act].into_iter().chain(&failures) {
        store.record(entry).unwrap();
    }
    assert_eq!(acts(store, &person), [AuditRecord::from(&act)]);
    let part = Part::FailedSignIns;
    let newest = store.concerning(&person, part, None, 2).unwrap();
    assert_eq!(
        newest,
        [&failures[19], &failures[18]].map(AuditRecord::from)
    );
    let oldest = store.concerning(&person, part, Some(&failures[1].id), 9);
    assert_eq!(oldest.unwrap(), [AuditRecord::from(&failures[0])]);
}

/// Each entry of everybody once, the newest first.
pub fn pages_run_from_new_to_old_and_end(store: &impl AuditStore) {
    let entries = [
        full(&user(), NOW),
        bare(NOW.plus(1)),
        full(&user(), NOW.plus(2)),
        bare(NOW.plus(3)),
        bare(NOW.plus(4)),
    ];
    for entry in &entries {
        store.record(entry).unwrap();
    }
    let mut seen: Vec<AuditRecord> = Vec::new();
    loop {
        let before = seen.last().map(|record| record.id.clone());
        let page = store.page(before.as_ref(), 2).unwrap();
        assert!(page.len() <= 2);
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    let newest: Vec<_> = entries.iter().rev().map(AuditRecord::from).collect();
    assert_eq!(seen, newest);
}

/// What is erased is gone, what is not of this person stays, and the seal over both still holds.
pub fn erasing_leaves_the_rest_and_the_hash(store: &impl AuditStore) {
    let (gone, stays) = (user(), user());
    let failed = full(&gone, NOW).became(Action::SignInFailed, Outcome::InvalidProof);
    let entries = [full(&gone, NOW), full(&stays, NOW), failed];
    for entry in &entries {
        store.record(entry).unwrap();
    }
    let seal = next_seal(store, &store.unsealed(10).unwrap(), NOW);
    assert!(store.append_seal(&seal).unwrap());
    assert_eq!(store.erase(&gone, &bare(NOW)).unwrap(), 2);
    assert!(acts(store, &gone).is_empty());
    assert_eq!(acts(store, &stays).len(), 1);
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
