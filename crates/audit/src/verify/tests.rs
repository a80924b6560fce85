//! Everything that can be done to a log, and what is said of it.

use hodlxxi_kernel::audit::{AuditEntry, Origin, Personal};
use hodlxxi_kernel::{ManualClock, MasterKey, OsEntropy, SystemClock, UserId};

use super::*;
use crate::key::SealKey;

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

/// A log as it is read: seals with the entries noted under each.
struct Log {
    key: SealKey,
    batches: Vec<(Seal, Vec<AuditRecord>)>,
}

fn record() -> AuditRecord {
    let person = UserId::generate(&SystemClock, &OsEntropy);
    let clock = ManualClock::at(NOW);
    let entry = AuditEntry::new(Action::SignedIn, &Origin::server(), &clock, &OsEntropy);
    AuditRecord::from(&entry.person(&person).detail("bitcoin"))
}

impl Log {
    /// Four seals over three entries each.
    fn new() -> Self {
        let key = SealKey::new(&MasterKey::generate(&OsEntropy));
        let (mut tip, mut batches) = (Tip::BEGINNING, Vec::new());
        for _ in 0..4 {
            let mut records: Vec<_> = (0..3).map(|_| record()).collect();
            records.sort_by(|a, b| a.id.cmp(&b.id));
            let seal = Seal::new(tip, &records, NOW, &key);
            tip = seal.tip();
            batches.push((seal, records));
        }
        Self { key, batches }
    }

    fn verify_from(&self, checkpoint: Option<&Checkpoint>, noted: Option<Tip>) -> Report {
        let mut verifier = Verifier::new(self.key.public(), checkpoint, noted);
        for (seal, records) in &self.batches {
            verifier.seal(seal, records);
        }
        verifier.finish(&[], &[], Waiting::default(), checkpoint, NOW)
    }

    fn findings(&self) -> Vec<Finding> {
        self.verify_from(None, None).findings
    }

    fn id(&self, batch: usize, entry: usize) -> AuditId {
        self.batches[batch].1[entry].id.clone()
    }
}

#[test]
fn an_untouched_log_is_good() {
    let log = Log::new();
    let report = log.verify_from(None, None);
    assert!(report.is_good(), "{:?}", report.findings);
    assert_eq!((report.seals, report.entries, report.erased), (4, 12, 0));
    assert_eq!(report.tip, log.batches[3].0.tip());
}

#[test]
fn every_field_of_an_entry_is_covered() {
    let changes: [fn(&mut AuditRecord); 8] = [
        |record| record.at = record.at.plus(1),
        |record| record.action.push('x'),
        |record| record.outcome = "refused".to_owned(),
        |record| record.actor = "operator".to_owned(),
        |record| record.client = Some("another".to_owned()),
        |record| record.request_id = Some(String::new()),
        |record| record.detail = None,
        |record| record.personal_hash[0] ^= 1,
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut log = Log::new();
        change(&mut log.batches[1].1[2]);
        let id = log.id(1, 2);
        assert_eq!(
            log.findings(),
            [Finding::EntryAltered { seal: 2, id }],
            "{n}"
        );
    }
}

#[test]
fn every_personal_field_is_covered() {
    let changes: [fn(&mut Personal); 6] = [
        |personal| personal.salt[0] ^= 1,
        |personal| personal.person = Some("another".to_owned()),
        |personal| personal.session = Some("another".to_owned()),
        |personal| personal.key = Some("another".to_owned()),
        |personal| personal.address = Some("192.0.2.1".to_owned()),
        |personal| personal.user_agent = Some(String::new()),
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut log = Log::new();
        change(log.batches[0].1[1].personal.as_mut().unwrap());
        let (seal, id) = (1, log.id(0, 1));
        assert_eq!(
            log.findings(),
            [Finding::PersonalAltered { seal, id }],
            "{n}"
        );
    }
}

#[test]
fn a_removed_an_added_and_a_moved_entry_are_named() {
    let mut log = Log::new();
    let id = log.id(2, 0);
    let moved = log.batches[2].1.remove(0);
    let missing = Finding::EntryMissing {
        seal: 3,
        id: id.clone(),
    };
    assert_eq!(log.findings(), std::slice::from_ref(&missing));
    log.batches[3].1.push(moved);
    assert_eq!(
        log.findings(),
        [missing, Finding::EntryAdded { seal: 4, id }]
    );
}

#[test]
fn a_removed_seal_leaves_a_gap() {
    let gap = |first, last| [Finding::SealsMissing { first, last }];
    let mut log = Log::new();
    log.batches.remove(1);
    assert_eq!(log.findings(), gap(2, 2));
    log.batches.remove(1);
    assert_eq!(log.findings(), gap(2, 3));
    log.batches.remove(0);
    assert_eq!(log.findings(), gap(1, 3));
}

#[test]
fn a_seal_that_hides_a_gap_is_found() {
    // The numbers made dense again: the seals are not what was signed, and do not follow each other.
    let mut log = Log::new();
    log.batches.remove(1);
    log.batches[1].0.number = 2;
    log.batches[2].0.number = 3;
    assert_eq!(
        log.findings(),
        [
            Finding::ChainBroken { seal: 2 },
            Finding::SealAltered { seal: 2 },
            Finding::SealAltered { seal: 3 },
        ]
    );
    // Sealed anew by another key, all of it.
    let mut log = Log::new();
    log.key = SealKey::new(&MasterKey::generate(&OsEntropy));
    let altered = |seal| Finding::SealAltered { seal };
    assert_eq!(log.findings(), [1, 2, 3, 4].map(altered));
    // Two in the other order.
    let mut log = Log::new();
    log.batches.swap(1, 2);
    assert!(log.findings().contains(&Finding::ChainBroken { seal: 2 }));
}

#[test]
fn a_list_that_goes_with_an_altered_entry_is_no_longer_signed() {
    let mut log = Log::new();
    let (seal, records) = &mut log.batches[1];
    records[0].outcome = "refused".to_owned();
    seal.members[0].digest = digest(&records[0]);
    assert_eq!(log.findings(), [Finding::SealAltered { seal: 2 }]);
}

#[test]
fn what_expired_is_not_missing_where_the_checkpoint_is_good() {
    let mut log = Log::new();
    let checkpoint = Checkpoint::new(log.batches[1].0.tip(), 6, NOW, &log.key);
    log.batches.drain(..2);
    let report = log.verify_from(Some(&checkpoint), None);
    assert!(report.is_good(), "{:?}", report.findings);
    assert_eq!((report.expired, report.entries), (6, 6));
    // One more gone, or the checkpoint made to cover it.
    log.batches.remove(0);
    let [first, last] = [3, 3];
    let gap = Finding::SealsMissing { first, last };
    assert_eq!(log.verify_from(Some(&checkpoint), None).findings, [gap]);
    let forged = Checkpoint {
        number: 3,
        ..checkpoint
    };
    let found = log.verify_from(Some(&forged), None).findings;
    assert_eq!(
        found,
        [Finding::Checkpoint, Finding::ChainBroken { seal: 4 }]
    );
}

#[test]
fn what_expires_while_the_log_is_read_is_not_missing() {
    let mut log = Log::new();
    log.batches[0].1.clear();
    let now = Checkpoint::new(log.batches[0].0.tip(), 3, NOW, &log.key);
    let mut verifier = Verifier::new(log.key.public(), None, None);
    for (seal, records) in &log.batches {
        verifier.seal(seal, records);
    }
    let report = verifier.finish(&[], &[], Waiting::default(), Some(&now), NOW);
    assert!(report.is_good(), "{:?}", report.findings);
}

#[test]
fn a_cut_end_is_found_by_a_noted_seal_alone() {
    let mut log = Log::new();
    let noted = [1, 3].map(|n: usize| log.batches[n].0.tip());
    let found = |log: &Log, noted| log.verify_from(None, Some(noted)).findings;
    assert!(noted.iter().all(|noted| found(&log, *noted).is_empty()));
    log.batches.pop();
    assert!(log.findings().is_empty());
    assert!(found(&log, noted[0]).is_empty());
    assert_eq!(found(&log, noted[1]), [Finding::NotAsNoted { seal: 4 }]);
}

#[test]
fn erasures_have_to_be_recorded() {
    let mut log = Log::new();
    log.batches[0].1[0].personal = None;
    let found = Finding::Erased {
        erased: 1,
        recorded: 0,
    };
    assert_eq!(log.findings(), [found]);
    let clock = ManualClock::at(NOW);
    let act = AuditEntry::new(
        Action::PersonErased,
        &Origin::operator(),
        &clock,
        &OsEntropy,
    );
    let act = AuditRecord::from(&act.detail("1"));
    let mut verifier = Verifier::new(log.key.public(), None, None);
    for (seal, records) in &log.batches {
        verifier.seal(seal, records);
    }
    let report = verifier.finish(&[], &[act], Waiting::default(), None, NOW);
    assert!(report.is_good(), "{:?}", report.findings);
    assert_eq!(report.erased, 1);
}

#[test]
fn what_waits_too_long_and_what_is_astray_is_said() {
    let log = Log::new();
    let waiting = |seconds| Waiting {
        count: 2,
        oldest: Some(NOW.minus(seconds)),
    };
    let finish = |strays: &[AuditRecord], seconds| {
        let mut verifier = Verifier::new(log.key.public(), None, None);
        for (seal, records) in &log.batches {
            verifier.seal(seal, records);
        }
        verifier
            .finish(strays, &[], waiting(seconds), None, NOW)
            .findings
    };
    assert_eq!(finish(&[], SEALED_WITHIN), []);
    let not_sealed = Finding::NotSealed {
        count: 2,
        seconds: 61,
    };
    assert_eq!(finish(&[], 61), [not_sealed]);
    let stray = record();
    let id = stray.id.clone();
    assert_eq!(finish(&[stray], 0), [Finding::EntryStray { id }]);
}

#[test]
fn findings_are_bounded_and_the_rest_is_counted() {
    let mut log = Log::new();
    log.batches[0].1 = (0..1_100).map(|_| record()).collect();
    let report = log.verify_from(None, None);
    assert_eq!((report.findings.len(), report.more), (MAX_FINDINGS, 103));
}
