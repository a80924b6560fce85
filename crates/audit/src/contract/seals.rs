//! Seals: one chain whoever appends to it, and what is left of what expired.

use super::fixture::{NOW, at_once, bare, full, key, next_seal, recorded, sealed, user};
use crate::seal::{Checkpoint, Seal, Tip};
use crate::store::{AuditStore, Waiting};

/// What is sealed is found by its seal, and no more among what waits.
pub fn what_is_sealed_waits_no_more(store: &impl AuditStore) {
    assert_eq!(store.waiting().unwrap(), Waiting::default());
    let records = recorded(store, 3);
    let oldest = Some(NOW);
    assert_eq!(store.waiting().unwrap(), Waiting { count: 3, oldest });
    let seal = next_seal(store, &records[..2], NOW);
    assert!(store.append_seal(&seal).unwrap());
    assert_eq!(store.unsealed(10).unwrap(), records[2..]);
    assert_eq!(store.entries_of(seal.number).unwrap(), records[..2]);
    assert_eq!(store.waiting().unwrap().count, 1);
}

/// A seal is kept as it was made, and the chain stands at it.
pub fn a_seal_reads_back_as_it_was_made(store: &impl AuditStore) {
    assert_eq!(store.tip().unwrap(), Tip::BEGINNING);
    assert!(store.seals(0, 10).unwrap().is_empty());
    let seals: Vec<Seal> = (0..3).map(|n| sealed(store, 2, NOW.plus(n))).collect();
    assert_eq!(store.seals(0, 10).unwrap(), seals);
    assert_eq!(store.seals(1, 1).unwrap(), seals[1..2]);
    assert_eq!(store.tip().unwrap(), seals[2].tip());
    assert!(store.seals(0, 3).unwrap()[2].is_by(key().public()));
}

/// Of seals made at once on the same tip, one is kept.
pub fn one_of_many_seals_wins(store: &impl AuditStore) {
    let records = recorded(store, 5);
    for round in 0..3 {
        let (now, tip) = (NOW.plus(round), store.tip().unwrap());
        store.record(&bare(now)).unwrap();
        let waiting = store.unsealed(10).unwrap();
        let won = at_once(|| {
            store
                .append_seal(&Seal::new(tip, &waiting, now, &key()))
                .unwrap()
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1);
    }
    assert_eq!(store.seals(0, 10).unwrap().len(), 3);
    assert_eq!(store.entries_of(1).unwrap().len(), records.len() + 1);
    assert_eq!(store.waiting().unwrap().count, 0);
}

/// A seal must not list what another one covers, or what is not there: nothing of it is kept.
pub fn a_seal_over_what_is_sealed_or_gone_is_refused(store: &impl AuditStore) {
    let records = recorded(store, 2);
    let first = next_seal(store, &records[..1], NOW);
    assert!(store.append_seal(&first).unwrap());
    assert!(!store.append_seal(&next_seal(store, &records, NOW)).unwrap());
    let gone = [records[1].clone(), (&bare(NOW)).into()];
    assert!(!store.append_seal(&next_seal(store, &gone, NOW)).unwrap());
    assert_eq!(store.tip().unwrap(), first.tip());
    assert_eq!(store.unsealed(10).unwrap(), records[1..]);
    assert_eq!(store.entries_of(2).unwrap(), []);
}

/// An entry that is committed late, older than what is sealed, waits for the next seal.
pub fn what_is_recorded_late_goes_into_a_later_seal(store: &impl AuditStore) {
    sealed(store, 2, NOW);
    let late = full(&user(), NOW.minus(30));
    store.record(&late).unwrap();
    let waiting = store.unsealed(10).unwrap();
    assert_eq!(waiting, [(&late).into()]);
    assert!(store.append_seal(&next_seal(store, &waiting, NOW)).unwrap());
    assert_eq!(store.entries_of(2).unwrap(), waiting);
}

/// What expired is gone, what is younger stays, and the checkpoint tells where the chain goes on.
pub fn expiry_leaves_a_checkpoint(store: &impl AuditStore) {
    assert_eq!(store.checkpoint().unwrap(), None);
    let seals: Vec<Seal> = (0..3).map(|n| sealed(store, 2, NOW.plus(n))).collect();
    recorded(store, 1);
    let checkpoint = Checkpoint::new(seals[1].tip(), 4, NOW, &key());
    assert!(store.expire(&checkpoint).unwrap());
    assert_eq!(store.checkpoint().unwrap(), Some(checkpoint.clone()));
    assert!(checkpoint.is_by(key().public()));
    assert_eq!(store.seals(0, 10).unwrap(), seals[2..]);
    assert_eq!(store.entries_of(2).unwrap(), []);
    assert_eq!(store.entries_of(3).unwrap().len(), 2);
    assert_eq!(store.waiting().unwrap().count, 1);
    // No further than it is, and no way back.
    assert!(!store.expire(&checkpoint).unwrap());
    let back = Checkpoint::new(seals[0].tip(), 2, NOW, &key());
    assert!(!store.expire(&back).unwrap());
    assert_eq!(store.checkpoint().unwrap(), Some(checkpoint));
}

/// With no seal left the next one continues from the checkpoint.
pub fn the_chain_goes_on_after_everything_expired(store: &impl AuditStore) {
    let last = sealed(store, 2, NOW);
    let checkpoint = Checkpoint::new(last.tip(), 2, NOW, &key());
    assert!(store.expire(&checkpoint).unwrap());
    assert_eq!(store.tip().unwrap(), last.tip());
    let next = sealed(store, 1, NOW);
    assert_eq!((next.number, next.previous), (2, last.head));
    let further = Checkpoint::new(next.tip(), 3, NOW, &key());
    assert!(store.expire(&further).unwrap());
    assert_eq!(store.checkpoint().unwrap(), Some(further));
}

/// Of expiries at once, one happens.
pub fn one_of_many_expiries_wins(store: &impl AuditStore) {
    let seal = sealed(store, 4, NOW);
    let checkpoint = Checkpoint::new(seal.tip(), 4, NOW, &key());
    let won = at_once(|| store.expire(&checkpoint).unwrap());
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    assert!(store.seals(0, 10).unwrap().is_empty());
}

/// Entries are no strays as long as their seal is kept.
pub fn strays_are_found(store: &impl AuditStore) {
    sealed(store, 2, NOW);
    recorded(store, 1);
    assert!(store.strays(10).unwrap().is_empty());
}
