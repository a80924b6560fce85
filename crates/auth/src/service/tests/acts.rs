//! What the audit log says of sign-ins.

use hodlxxi_kernel::audit::{AuditRecord, Part};

use super::*;

impl World {
    /// What whoever signed in did, the newest first.
    fn acts(&self, of: &Session) -> Vec<AuditRecord> {
        let acts = self.store.concerning(&of.user.id, Part::Acts, None, 100);
        acts.unwrap()
    }

    /// The failed proofs that concern them, the newest first.
    fn failures(&self, of: &Session) -> Vec<AuditRecord> {
        let part = Part::FailedSignIns;
        let failures = self.store.concerning(&of.user.id, part, None, 100);
        failures.unwrap()
    }

    /// The newest of their acts.
    fn newest(&self, of: &Session) -> AuditRecord {
        self.acts(of).remove(0)
    }
}

#[test]
fn a_sign_in_says_who_from_where_and_with_what() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1)).session;
    let entry = world.newest(&mine);
    assert_eq!(
        (&*entry.action, &*entry.outcome),
        ("auth.signed_in", "done")
    );
    assert_eq!((&*entry.actor, entry.at), ("person", world.clock.now()));
    assert_eq!(entry.detail.as_deref(), Some("bitcoin"));
    assert_eq!(entry.request_id.as_deref(), Some("a-request"));
    let personal = entry.personal.unwrap();
    assert_eq!(personal.person.as_deref(), Some(mine.user.id.as_str()));
    assert_eq!(personal.session.as_deref(), Some(mine.id.as_str()));
    assert_eq!(personal.key, Some(Wallet::of(1).pubkey()));
    assert_eq!(personal.address.as_deref(), Some("203.0.113.9"));
    assert_eq!(personal.user_agent.as_deref(), Some("a browser"));
}

#[test]
fn a_wrong_proof_is_told_to_whose_key_was_named_as_often_as_it_counts() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let mine = world.sign_in(&wallet).session;
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    for _ in 0..MAX_FAILURES + 3 {
        let wrong = wallet.signature("something else");
        assert!(world.answer(&challenge, &wallet, wrong, None).is_err());
    }
    assert_eq!(world.acts(&mine).len(), 1);
    assert_eq!(world.failures(&mine).len(), MAX_FAILURES as usize);
    let entry = world.failures(&mine).remove(0);
    assert_eq!(entry.action, "auth.sign_in_failed");
    assert_eq!(
        (&*entry.outcome, &*entry.actor),
        ("invalid_proof", "visitor")
    );
    assert_eq!(entry.detail.as_deref(), Some("login"));
}

#[test]
fn a_wrong_proof_inside_a_session_is_told_to_its_person() {
    let world = World::new();
    let (mine, theirs) = (world.sign_in(&Wallet::of(1)), world.sign_in(&Wallet::of(2)));
    let wallet = Wallet::of(2);
    let challenge = world.challenge(&wallet, Purpose::Link, Some(&mine.session));
    let wrong = wallet.signature("something else");
    let answer = world.answer(&challenge, &wallet, wrong, Some(&mine.session));
    assert!(matches!(answer, Err(VerifyError::InvalidSignature(_))));
    let failure = world.failures(&mine.session).remove(0);
    assert_eq!(failure.detail.as_deref(), Some("link"));
    assert!(world.failures(&theirs.session).is_empty());
}

#[test]
fn what_is_no_challenge_of_ours_leaves_no_entry() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let mine = world.sign_in(&wallet).session;
    let mut challenge = world.challenge(&wallet, Purpose::Login, None);
    challenge.id.push('x');
    let proof = wallet.signature(&challenge.text);
    let answer = world.answer(&challenge, &wallet, proof, None);
    assert!(matches!(answer, Err(VerifyError::ChallengeUnknown)));
    assert!(world.failures(&mine).is_empty());
}

#[test]
fn what_a_person_changes_says_in_which_session() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1)).session;
    let other = world.sign_in(&Wallet::of(1)).session;
    world.service.rename(&mine, None, &origin()).unwrap();
    let session = |entry: AuditRecord| entry.personal.unwrap().session.unwrap();
    assert_eq!(session(world.newest(&mine)), mine.id.as_str());
    let ended = world.service.end_session(&mine, &other.id, &origin());
    assert!(ended.unwrap());
    let entry = world.newest(&mine);
    assert_eq!(entry.action, "auth.session_ended");
    assert_eq!(session(entry), other.id.as_str());
}
