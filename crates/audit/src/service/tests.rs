//! The use cases on a log in memory.

use hodlxxi_kernel::audit::AuditLog;
use hodlxxi_kernel::{ManualClock, OsEntropy};
use serde_json::Value;

use super::*;
use crate::memory::MemoryLog;
use crate::verify::Finding;

struct World {
    clock: Arc<ManualClock>,
    log: Arc<MemoryLog>,
    auditor: Auditor,
    person: UserId,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix(1_795_000_000)));
        let log = Arc::new(MemoryLog::default());
        let master = MasterKey::generate(&OsEntropy);
        let auditor = Auditor::new(log.clone(), &master, clock.clone(), Arc::new(OsEntropy));
        let person = UserId::generate(&*clock, &OsEntropy);
        Self {
            clock,
            log,
            auditor,
            person,
        }
    }

    fn act(&self, count: usize) {
        let origin = Origin::request("203.0.113.9".parse().ok(), None, None);
        for _ in 0..count {
            let act = AuditEntry::new(Action::SignedIn, &origin, &*self.clock, &OsEntropy);
            self.log.record(&act.person(&self.person)).unwrap();
        }
    }

    fn export(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Vec<Value> {
        let mut out = Vec::new();
        self.auditor.export(since, until, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["type"].as_str().unwrap())
        .collect()
}

#[test]
fn batches_are_sealed_until_nothing_waits() {
    let world = World::new();
    assert!(!world.auditor.seal().unwrap());
    world.act(2_500);
    assert!(world.auditor.seal().unwrap());
    assert!(world.auditor.seal().unwrap());
    assert!(!world.auditor.seal().unwrap());
    let report = world.auditor.verify(None).unwrap();
    assert!(report.is_good(), "{:?}", report.findings);
    assert_eq!(
        (report.seals, report.entries, report.waiting),
        (3, 2_500, 0)
    );
}

#[test]
fn what_is_old_expires_and_the_rest_verifies() {
    let world = World::new();
    for _ in 0..5 {
        world.act(3);
        world.auditor.seal().unwrap();
        world.clock.advance(24 * 3_600);
    }
    assert_eq!(world.auditor.expire(5).unwrap(), 0);
    assert_eq!(world.auditor.expire(2).unwrap(), 3);
    assert_eq!(world.auditor.expire(2).unwrap(), 0);
    world.clock.advance(24 * 3_600);
    assert_eq!(world.auditor.expire(2).unwrap(), 1);
    let report = world.auditor.verify(None).unwrap();
    assert!(report.is_good(), "{:?}", report.findings);
    assert_eq!((report.expired, report.entries), (12, 3));
}

#[test]
fn nobody_who_seals_is_noticed() {
    let world = World::new();
    world.act(1);
    assert!(world.auditor.verify(None).unwrap().is_good());
    world.clock.advance(61);
    let report = world.auditor.verify(None).unwrap();
    assert!(matches!(
        report.findings[..],
        [Finding::NotSealed { count: 1, .. }]
    ));
}

#[test]
fn an_erased_person_leaves_a_good_log() {
    let world = World::new();
    world.act(3);
    world.auditor.seal().unwrap();
    let erased = world.auditor.erase(&world.person, &Origin::operator());
    assert_eq!(erased.unwrap(), 3);
    world.auditor.seal().unwrap();
    let report = world.auditor.verify(None).unwrap();
    assert!(report.is_good(), "{:?}", report.findings);
    assert_eq!(report.erased, 3);
    let lines = world.export(None, None);
    assert!(
        !lines
            .iter()
            .any(|line| line["user_id"] == world.person.as_str())
    );
    assert!(lines[0]["salt"].is_null() && lines[0]["address"].is_null());
}

#[test]
fn an_export_has_what_was_asked_for_and_the_seals_over_it() {
    let world = World::new();
    let begin = world.clock.now();
    for _ in 0..3 {
        world.act(2);
        world.auditor.seal().unwrap();
        world.clock.advance(100);
    }
    world.act(1);
    let all = world.export(None, None);
    let expected = [["entry"; 7].as_slice(), &["seal"; 3], &["key"]].concat();
    assert_eq!(kinds(&all), expected);
    let unsealed: Vec<_> = all.iter().map(|line| &line["seal"]).collect();
    assert_eq!(
        unsealed[..7],
        [1, 1, 2, 2, 3, 3, 0]
            .map(|n| match n {
                0 => Value::Null,
                n => Value::from(n),
            })
            .each_ref()
    );
    let middle = world.export(Some(begin.plus(100)), Some(begin.plus(200)));
    assert_eq!(kinds(&middle), ["entry", "entry", "seal", "key"]);
    assert_eq!(middle[0]["address"], "203.0.113.9");
    assert_eq!(middle[2]["number"], 2);
    assert_eq!(kinds(&world.export(Some(begin.plus(500)), None)), ["key"]);
}

#[test]
fn a_search_finds_what_it_is_told_and_goes_on_where_it_ended() {
    let world = World::new();
    world.act(30);
    world.clock.advance(1);
    let made = AuditEntry::new(
        Action::ClientVerified,
        &Origin::operator(),
        &*world.clock,
        &OsEntropy,
    );
    world.log.record(&made).unwrap();
    world.clock.advance(1);
    world.act(5_100);
    let search = |search: &Search, before: Option<&AuditId>| {
        world.auditor.search(search, before, 20).unwrap()
    };
    let admin = Search {
        action: Some("admin.".to_owned()),
        ..Search::default()
    };
    // Not among the first 5,000, and so told where to go on.
    let first = search(&admin, None);
    assert!(first.records.is_empty() && first.next.is_some());
    let second = search(&admin, first.next.as_ref());
    assert_eq!(second.records, [AuditRecord::from(&made)]);
    assert_eq!(second.next, None);
    let all = search(&Search::default(), None);
    assert_eq!(all.records.len(), 20);
    let theirs = Search {
        person: Some(world.person.clone()),
        ..Search::default()
    };
    assert_eq!(search(&theirs, None).records.len(), 20);
    let nobodys = Search {
        client: Some("nobody".to_owned()),
        ..Search::default()
    };
    assert!(search(&nobodys, None).records.is_empty());
}
