//! What a restored database says of what it has forgotten: uses since the backup, and sessions that ended.

use hodlxxi_audit::store::AuditStore as _;
use hodlxxi_auth::account::{ChallengeStore as _, ChallengeUse, IssuedChallenge};
use hodlxxi_backup::Contents;
use hodlxxi_kernel::audit::AuditRecord;
use hodlxxi_kernel::{Clock as _, OsEntropy, SecretHash, SystemClock, Timestamp};
use hodlxxi_oauth::contract::Fixture as _;
use hodlxxi_oauth::grant::{
    GrantStore as _, LogoutStore as _, RedeemOutcome, ReplayStore as _, SingleUse,
};
use hodlxxi_store_sql::Database;

use super::place::{Place, REPLACE, taken};
use crate::fixture::{Fresh, new_hash};
use crate::logouts::{client, redemption};

fn challenge(name: SecretHash, issued_at: Timestamp) -> IssuedChallenge {
    IssuedChallenge {
        name,
        issued_at,
        expires_at: issued_at.plus(300),
    }
}

fn spend(database: &Database, challenge: &IssuedChallenge) -> ChallengeUse {
    database.spend(challenge, 5).unwrap()
}

fn once(id: SecretHash, usable_from: Timestamp) -> SingleUse {
    SingleUse {
        id,
        usable_from,
        usable_until: usable_from.plus(3600),
    }
}

/// What bears a time from before the restore counts as used, and what is issued some seconds later does not.
pub(super) fn assert_before_is_refused(restored: &Database) {
    let now = SystemClock.now();
    for (from, live) in [
        (now.minus(10), false),
        (now.plus(60), true),
        (now.minus(10), false),
    ] {
        let issued = challenge(new_hash(), from);
        let failed = restored.fail(&issued, 5).unwrap();
        assert_eq!(failed == ChallengeUse::Live, live);
        assert_eq!(spend(restored, &issued) == ChallengeUse::Live, live);
        assert_eq!(spend(restored, &issued), ChallengeUse::Used);
        let assertion = once(new_hash(), from);
        assert_eq!(restored.first_use(&assertion).unwrap(), live);
        assert!(!restored.first_use(&assertion).unwrap());
    }
}

/// The act is in the log, waiting for its seal.
pub(super) fn assert_recorded(restored: &Database) {
    let records = restored.unsealed(100).unwrap();
    let of_restore = |record: &&AuditRecord| record.action == "admin.backup_restored";
    let written: Vec<_> = records.iter().filter(of_restore).collect();
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].outcome, "done");
    let personal = written[0].personal.as_ref().unwrap();
    assert_eq!(personal.hash(), written[0].personal_hash);
}

#[test]
fn what_was_used_since_the_backup_cannot_be_used_again() {
    for place in Place::each() {
        let from = place();
        from.used();
        let (dump, contents) = taken(from.snapshot());
        let before = SystemClock.now();
        let (challenge, assertion) = (challenge(new_hash(), before), once(new_hash(), before));
        {
            let lost = from.open();
            assert_eq!(spend(&lost, &challenge), ChallengeUse::Live);
            assert!(lost.first_use(&assertion).unwrap());
        }
        from.restore(&dump, &contents, REPLACE).unwrap();
        let restored = from.open();
        assert_eq!(spend(&restored, &challenge), ChallengeUse::Used);
        assert!(!restored.first_use(&assertion).unwrap());
        assert_before_is_refused(&restored);
        assert_recorded(&restored);
    }
}

#[test]
fn a_restored_database_is_never_new_to_redis() {
    for place in Place::each() {
        let (from, to) = (place(), place());
        let database = from.open();
        assert!(database.deployment(&OsEntropy).unwrap().is_new);
        drop(database);
        let (dump, contents) = taken(from.snapshot());
        to.restore(&dump, &contents, REPLACE).unwrap();
        assert!(!to.open().deployment(&OsEntropy).unwrap().is_new);
    }
}

/// A backup of a database in which an application that wants to know took part in a session.
fn with_participant(from: &Place) -> (Vec<u8>, Contents) {
    let fresh = Fresh::of(from.open());
    let (told, user) = (client(&fresh), fresh.user());
    let session = fresh.session(&user);
    let redemption = redemption(&told, &user, &session);
    let outcome = fresh.database.redeem(&redemption).unwrap();
    assert_eq!(outcome, RedeemOutcome::Redeemed);
    drop(fresh);
    // One that took part as well, and did not ask to be told.
    from.execute(
        "INSERT INTO clients (id, metadata, origin, verified, created_at) \
         SELECT 'silent', replace(metadata, '\"backchannel_logout_uri\":\"', '\"client_name\":\"'), \
         origin, verified, created_at FROM clients; \
         INSERT INTO session_clients SELECT session_id, user_id, 'silent', first_code_expires_at \
         FROM session_clients",
    );
    taken(from.snapshot())
}

#[test]
fn applications_are_told_of_the_sessions_that_end() {
    for place in Place::each() {
        let (from, to) = (place(), place());
        let (dump, contents) = with_participant(&from);
        to.restore(&dump, &contents, REPLACE).unwrap();
        let restored = to.open();
        let now = SystemClock.now().plus(1);
        let due = restored.lease_logouts(now, now.plus(60), 10).unwrap();
        assert_eq!(due.len(), 1);
        assert_ne!(due[0].client.as_str(), "silent");
        assert_eq!(due[0].id, format!("{}.{}", due[0].session, due[0].client));
    }
}
