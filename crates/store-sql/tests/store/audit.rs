//! The audit log in a database that somebody writes to beside the server, and acts that fail.

use std::sync::Arc;

use hodlxxi_audit::seal::Tip;
use hodlxxi_audit::service::Auditor;
use hodlxxi_audit::store::AuditStore;
use hodlxxi_audit::verify::Finding;
use hodlxxi_kernel::audit::{Action, AuditLog, Origin, Part};
use hodlxxi_kernel::{ManualClock, MasterKey, OsEntropy, SystemClock, UserId};
use hodlxxi_oauth::client::{Client, ClientOrigin, ClientStore};
use hodlxxi_oauth::contract::{Fixture, NOW};
use serde_json::json;

use crate::fixture::{Fresh, act};

fn auditor(fresh: &Fresh) -> Auditor {
    let master = MasterKey::parse(&"22".repeat(32)).unwrap();
    let clock = Arc::new(ManualClock::at(NOW));
    let store = Arc::new(fresh.database.clone());
    Auditor::new(store, &master, clock, Arc::new(OsEntropy))
}

/// Three seals over two entries each, of one person.
fn sealed(fresh: &Fresh) -> (Auditor, UserId) {
    let auditor = auditor(fresh);
    let person = UserId::generate(&SystemClock, &OsEntropy);
    for _ in 0..3 {
        for _ in 0..2 {
            let act = act(Action::SignedIn).person(&person).key("a key");
            fresh.database.record(&act).unwrap();
        }
        auditor.seal().unwrap();
    }
    (auditor, person)
}

/// What is found after `sql` ran beside the server, by kind.
fn found_after(sql: &str) -> [Vec<&'static str>; 2] {
    Fresh::each().map(|fresh| {
        let (auditor, _) = sealed(&fresh);
        assert!(auditor.verify(None).unwrap().is_good());
        fresh.execute(sql);
        let report = auditor.verify(None).unwrap();
        report.findings.iter().map(kind).collect()
    })
}

const fn kind(finding: &Finding) -> &'static str {
    match finding {
        Finding::Checkpoint => "checkpoint",
        Finding::SealsMissing { .. } => "seals missing",
        Finding::SealAltered { .. } => "seal altered",
        Finding::ChainBroken { .. } => "chain broken",
        Finding::EntryMissing { .. } => "entry missing",
        Finding::EntryAltered { .. } => "entry altered",
        Finding::PersonalAltered { .. } => "personal altered",
        Finding::EntryAdded { .. } => "entry added",
        Finding::EntryStray { .. } => "entry stray",
        Finding::Erased { .. } => "erased",
        Finding::NotSealed { .. } => "not sealed",
        Finding::NotAsNoted { .. } => "not as noted",
    }
}

#[test]
fn whatever_is_done_to_the_tables_is_found() {
    const FIRST: &str = "(SELECT min(id) FROM audit_entries WHERE seal = 2)";
    for (sql, findings) in [
        (
            format!("UPDATE audit_entries SET outcome = 'refused' WHERE id = {FIRST}"),
            &["entry altered"][..],
        ),
        (
            format!("UPDATE audit_entries SET user_id = 'another' WHERE id = {FIRST}"),
            &["personal altered"],
        ),
        (
            format!("UPDATE audit_entries SET salt = NULL WHERE id = {FIRST}"),
            &["personal altered"],
        ),
        (
            format!(
                "UPDATE audit_entries SET salt = NULL, user_id = NULL, key_name = NULL WHERE id = {FIRST}"
            ),
            &["erased"],
        ),
        (
            format!("DELETE FROM audit_entries WHERE id = {FIRST}"),
            &["entry missing"],
        ),
        (
            format!("UPDATE audit_entries SET seal = 3 WHERE id = {FIRST}"),
            &["entry missing", "entry added"],
        ),
        (
            "DELETE FROM audit_seals WHERE number = 2".to_owned(),
            &["seals missing", "entry stray", "entry stray"],
        ),
        (
            "DELETE FROM audit_seals WHERE number = 3".to_owned(),
            &["entry stray", "entry stray"],
        ),
        (
            "DELETE FROM audit_seals WHERE number = 1; DELETE FROM audit_entries WHERE seal = 1"
                .to_owned(),
            &["seals missing"],
        ),
        (
            "UPDATE audit_seals SET sealed_at = sealed_at + 1 WHERE number = 2".to_owned(),
            &["seal altered"],
        ),
    ] {
        assert_eq!(found_after(&sql), [findings, findings], "{sql}");
    }
}

#[test]
fn entries_moved_out_of_a_seal_that_is_gone_are_sealed_again_and_the_gap_is_told() {
    for fresh in Fresh::each() {
        let (auditor, _) = sealed(&fresh);
        fresh.execute("DELETE FROM audit_seals WHERE number = 2");
        fresh.execute("UPDATE audit_entries SET seal = 0 WHERE seal = 2");
        auditor.seal().unwrap();
        let findings = auditor.verify(None).unwrap().findings;
        let (first, last) = (2, 2);
        assert_eq!(findings, [Finding::SealsMissing { first, last }]);
    }
}

#[test]
fn a_noted_seal_that_was_cut_off_is_missed() {
    for fresh in Fresh::each() {
        let (auditor, _) = sealed(&fresh);
        let noted: Tip = fresh.database.tip().unwrap();
        fresh.execute("DELETE FROM audit_entries WHERE seal = 3");
        fresh.execute("DELETE FROM audit_seals WHERE number = 3");
        assert!(auditor.verify(None).unwrap().is_good());
        let findings = auditor.verify(Some(noted)).unwrap().findings;
        assert_eq!(findings, [Finding::NotAsNoted { seal: 3 }]);
    }
}

#[test]
fn a_person_is_erased_and_the_log_stays_good() {
    for fresh in Fresh::each() {
        let (auditor, person) = sealed(&fresh);
        assert_eq!(auditor.erase(&person, &Origin::operator()).unwrap(), 6);
        auditor.seal().unwrap();
        let report = auditor.verify(None).unwrap();
        assert!(report.is_good(), "{:?}", report.findings);
        assert_eq!((report.erased, report.entries), (6, 7));
        let mut text = Vec::new();
        auditor.export(None, None, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains(person.as_str()) && !text.contains("a key"));
    }
}

#[test]
fn an_act_that_fails_leaves_no_entry() {
    for fresh in Fresh::each() {
        let client = Client {
            id: "a-client".parse().unwrap(),
            secret_hash: None,
            registration_token_hash: None,
            previous_secret: None,
            owner: None,
            metadata: serde_json::from_value(json!({
                "redirect_uris": ["https://rp.example/cb"],
                "token_endpoint_auth_method": "none",
                "grant_types": ["authorization_code"],
                "response_types": ["code"],
                "id_token_signed_response_alg": "RS256",
            }))
            .unwrap(),
            origin: ClientOrigin::Registered,
            verified: false,
            tier: hodlxxi_kernel::ClientTier::Free,
            created_at: NOW,
            last_used_at: None,
            disabled_at: None,
            disabled_count: 0,
        };
        let waiting = || fresh.database.waiting().unwrap().count;
        let insert = || {
            let act = act(Action::ClientRegistered).client(&client.id);
            fresh.database.insert_client(&client, &act)
        };
        insert().unwrap();
        assert_eq!(waiting(), 1);
        // The id is taken; the entry goes with the act.
        assert!(insert().is_err());
        assert_eq!(waiting(), 1);
    }
}

#[test]
fn what_an_administrator_does_is_recorded_with_the_client() {
    for fresh in Fresh::each() {
        let stores = fresh.stores();
        let keys = &stores.keys;
        let key = hodlxxi_oauth::jose::StoredKey {
            kid: "a-key".to_owned(),
            alg: hodlxxi_oauth::jose::SigningAlg::EdDsa,
            generation: 1,
            sealed_private: Vec::new(),
            created_at: NOW,
            signs_from: NOW,
            retires_at: None,
        };
        // The second time the generation is there, and nothing is done.
        for _ in 0..2 {
            let act = act(Action::KeyRotated).detail("EdDSA a-key");
            keys.insert_signing_key(&key, NOW, &act).unwrap();
        }
        let entries = fresh.database.unsealed(10).unwrap();
        let told: Vec<_> = entries
            .iter()
            .map(|entry| (entry.action.as_str(), entry.detail.as_deref()))
            .collect();
        assert_eq!(told, [("keys.rotated", Some("EdDSA a-key"))]);
    }
}

/// The query of `Database::concerning`, with what tells the two parts apart.
fn plan(fresh: &Fresh, part: &str) -> String {
    let query = format!(
        "SELECT * FROM audit_entries WHERE user_id = $1 AND {part} AND id < $2 ORDER BY id DESC LIMIT 200"
    );
    fresh.plan(&query, 2)
}

#[test]
fn each_part_of_what_concerns_a_person_is_read_in_the_order_of_its_own_index() {
    for fresh in Fresh::each() {
        for (part, index) in [
            ("action <> 'auth.sign_in_failed'", "audit_entries_acts"),
            ("action = 'auth.sign_in_failed'", "audit_entries_failures"),
        ] {
            let plan = plan(&fresh, part);
            assert!(plan.contains(index), "{plan}");
            let sorts = plan.contains("Sort") || plan.contains("TEMP B-TREE");
            assert!(!sorts && !plan.contains("Filter"), "{plan}");
        }
    }
}

#[test]
fn a_flood_of_failures_hides_no_act_and_is_one_line() {
    for fresh in Fresh::each() {
        let person = UserId::generate(&SystemClock, &OsEntropy);
        let act = act(Action::SignedIn).person(&person);
        fresh.database.record(&act).unwrap();
        // A hundred thousand of them, made of one by counting.
        fresh.execute(
            "INSERT INTO audit_entries (id, happened_at, action, outcome, actor, personal_hash, salt, user_id)
             WITH RECURSIVE digits (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM digits WHERE n < 99999)
             SELECT '9999-' || n, happened_at, 'auth.sign_in_failed', 'invalid_proof', 'visitor', personal_hash, salt, user_id
             FROM audit_entries, digits",
        );
        let auditor = auditor(&fresh);
        let history = |part| auditor.history(&person, part, None, 30).unwrap();
        let acts = history(Part::Acts);
        assert_eq!(acts.series.len(), 1);
        assert_eq!((&acts.series[0].newest.id, acts.next), (&act.id, None));
        let failures = history(Part::FailedSignIns);
        assert_eq!((failures.series.len(), failures.series[0].count), (1, 200));
        assert!(failures.next.is_some());
    }
}
