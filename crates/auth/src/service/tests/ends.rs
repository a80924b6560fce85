//! Merging accounts, and leaving for good.

use super::*;
use crate::account::SessionStore as _;

#[test]
fn a_merge_takes_a_signature_by_both_and_keeps_the_session() {
    let world = World::new();
    let (mine, theirs) = (world.sign_in(&Wallet::of(1)), world.sign_in(&Wallet::of(2)));
    let merged = world.prove(&Wallet::of(2), Purpose::Merge, Some(&mine.session));
    let Ok(verified @ Verified::Merged { gone, .. }) = &merged else {
        panic!("the accounts are merged")
    };
    assert_eq!(*gone, theirs.session.user.id);
    assert_eq!(verified.pubkey_hex(), Some(Wallet::of(2).pubkey()));
    assert!(verified.secret().is_none() && verified.deletes_at().is_none());
    let (told, ended) = verified.ended();
    assert_eq!(told, &mine.session.user.id);
    assert_eq!(ended, std::slice::from_ref(&theirs.session.id));
    assert!(world.lives(&mine) && !world.lives(&theirs));
    let again = world.sign_in(&Wallet::of(2));
    assert_eq!(again.session.user.id, mine.session.user.id);
}

#[test]
fn what_has_no_other_account_is_not_merged() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1));
    for wallet in [Wallet::of(1), Wallet::of(2)] {
        let refused = world.prove(&wallet, Purpose::Merge, Some(&mine.session));
        assert!(matches!(refused, Err(VerifyError::NothingToMerge)));
    }
}

#[test]
fn a_guest_has_signed_nothing_and_merges_and_deletes_nothing() {
    let world = World::new();
    world.sign_in(&Wallet::of(1));
    let guest = world.service.guest(&origin(), None).unwrap().session;
    for purpose in [Purpose::Merge, Purpose::Delete] {
        let identifier = Wallet::of(1).identifier();
        let asked = world.service.challenge(&identifier, purpose, Some(&guest));
        assert!(matches!(
            asked,
            Err(ChallengeError::Unfit(UnfitSession::Stale(_)))
        ));
    }
    assert!(
        world
            .prove(&Wallet::of(2), Purpose::Link, Some(&guest))
            .is_ok()
    );
}

#[test]
fn a_session_that_nostr_opened_merges_nothing_until_another_key_steps_it_up() {
    let world = World::new();
    let (nostr, bitcoin, other) = (Wallet::of(1), Wallet::of(2), Wallet::of(3));
    world.sign_in(&other);
    let challenge = world.challenge(&nostr, Purpose::Login, None);
    let event = nostr.event(&challenge.text, ISSUER, NOW);
    let mine = world.answer(&challenge, &nostr, event, None).ok().unwrap();
    let session = mine.session().clone();
    let identifier = other.identifier();
    let asked = world
        .service
        .challenge(&identifier, Purpose::Merge, Some(&session));
    let unfit = ChallengeError::Unfit(UnfitSession::Method);
    assert_eq!(asked.err(), Some(unfit));
    // However old it is: signing in by Nostr once more would not help.
    world.clock.advance(301);
    let asked = world
        .service
        .challenge(&identifier, Purpose::Merge, Some(&session));
    assert_eq!(asked.err(), Some(unfit));
    world.clock.advance(-301);

    // All else a fresh one may do.
    assert!(world.prove(&bitcoin, Purpose::Link, Some(&session)).is_ok());
    let again = world.prove(&bitcoin, Purpose::StepUp, Some(&session));
    let again = again.ok().unwrap();
    let merged = world.prove(&other, Purpose::Merge, Some(again.session()));
    assert!(matches!(merged, Ok(Verified::Merged { .. })));
}

#[test]
fn a_merge_is_not_answered_in_a_session_that_nostr_opened() {
    let world = World::new();
    let (mine, other) = (world.sign_in(&Wallet::of(1)), Wallet::of(2));
    world.sign_in(&other);
    let challenge = world.challenge(&other, Purpose::Merge, Some(&mine.session));
    // The same session, had it been opened by Nostr.
    let mut session = mine.session;
    if let Some(key) = &mut session.key {
        key.method = SignInMethod::Nostr;
    }
    let proof = other.signature(&challenge.text);
    let refused = world.answer(&challenge, &other, proof, Some(&session));
    let unfit = UnfitSession::Method;
    assert!(matches!(refused, Err(VerifyError::Unfit(why)) if why == unfit));
}

#[test]
fn a_merge_is_for_the_session_that_asked_and_for_its_purpose() {
    let world = World::new();
    let (mine, theirs) = (world.sign_in(&Wallet::of(1)), world.sign_in(&Wallet::of(2)));
    let wallet = Wallet::of(2);
    for purpose in [Purpose::Merge, Purpose::Delete] {
        let challenge = world.challenge(&wallet, purpose, Some(&mine.session));
        for elsewhere in [Some(&theirs.session), None] {
            let proof = wallet.signature(&challenge.text);
            let answer = world.answer(&challenge, &wallet, proof, elsewhere);
            assert!(matches!(answer, Err(VerifyError::ChallengeUnknown)));
        }
        let login = world.challenge(&wallet, Purpose::Login, None);
        let proof = wallet.signature(&login.text);
        let answer = world.answer(&challenge, &wallet, proof, Some(&mine.session));
        assert!(matches!(answer, Err(VerifyError::InvalidSignature(_))));
    }
    assert!(world.lives(&mine) && world.lives(&theirs));
}

#[test]
fn a_nostr_event_neither_merges_nor_deletes() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1));
    world.sign_in(&Wallet::of(2));
    for purpose in [Purpose::Merge, Purpose::Delete] {
        let wallet = Wallet::of(2);
        let challenge = world.challenge(&wallet, purpose, Some(&mine.session));
        let event = wallet.event(&challenge.text, ISSUER, NOW);
        let refused = world.answer(&challenge, &wallet, event, Some(&mine.session));
        assert!(matches!(refused, Err(VerifyError::MethodNotAllowed)));
    }
}

#[test]
fn an_account_is_left_with_a_key_of_its_own_and_deleted_two_weeks_later() {
    let world = World::new();
    let (mine, theirs) = (world.sign_in(&Wallet::of(1)), world.sign_in(&Wallet::of(2)));
    let refused = world.prove(&Wallet::of(2), Purpose::Delete, Some(&mine.session));
    assert!(matches!(refused, Err(VerifyError::KeyOfOtherAccount)));
    let left = world.prove(&Wallet::of(1), Purpose::Delete, Some(&mine.session));
    let left = left.ok().unwrap();
    assert_eq!(left.deletes_at(), Some(NOW.plus(DELETION_GRACE)));
    assert_eq!(left.ended().1, std::slice::from_ref(&mine.session.id));
    assert!(!world.lives(&mine) && world.lives(&theirs));

    let kept = || {
        world.store.sessions_of(&mine.session.user.id, NOW).is_ok()
            && world
                .service
                .stores()
                .accounts
                .user(&mine.session.user.id)
                .unwrap()
                .is_some()
    };
    world.clock.advance(DELETION_GRACE);
    world.service.purge(10).unwrap();
    assert!(kept(), "another node's clock may be behind");
    world.clock.advance(300);
    world.service.purge(10).unwrap();
    assert!(!kept());
    assert!(world.sign_in(&Wallet::of(1)).new_account);
}

#[test]
fn coming_back_within_the_grace_cancels_it_and_is_said() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1));
    assert!(!mine.deletion_cancelled);
    let left = world.prove(&Wallet::of(1), Purpose::Delete, Some(&mine.session));
    assert!(left.is_ok());
    world.clock.advance(DELETION_GRACE - 1);
    let back = world.sign_in(&Wallet::of(1));
    assert!(back.deletion_cancelled);
    assert_eq!(back.session.user.id, mine.session.user.id);
    world.clock.advance(301);
    world.service.purge(10).unwrap();
    assert!(world.lives(&back));
}
