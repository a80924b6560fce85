//! What takes a session that was opened a moment ago, and what is done with keys in one.

use super::*;
use crate::account::{DisplayName, Freeze, LinkedKey, Unlink};
use crate::identity::Identity;

/// Two minutes more than a session is fresh for.
const STALE: i64 = 420;

fn identity(wallet: &Wallet) -> Identity {
    Identity::of_key(&public_key(wallet))
}

impl World {
    /// Somebody with the keys of wallets 1 and 2, signed in with the first.
    fn with_two_keys() -> (Self, SignedIn) {
        let world = Self::new();
        let mine = world.sign_in(&Wallet::of(1));
        let linked = world.prove(&Wallet::of(2), Purpose::Link, Some(&mine.session));
        assert!(linked.is_ok());
        (world, mine)
    }
}

#[test]
fn five_minutes_after_the_sign_in_keys_are_not_changed_and_nothing_is_taken_along() {
    let (world, mine) = World::with_two_keys();
    let second = identity(&Wallet::of(2));
    world.clock.advance(300);
    assert!(
        world
            .service
            .make_primary(&mine.session, &second, &origin())
            .unwrap()
    );
    assert!(world.service.note_export(&mine.session, &origin()).is_ok());
    world.clock.advance(1);
    let session = &mine.session;
    let primary = world.service.make_primary(session, &second, &origin());
    assert!(matches!(primary, Err(FreshError::Stale(_))));
    let frozen = world.service.freeze(session, &second, &origin());
    assert!(matches!(frozen, Err(FreshError::Stale(_))));
    let refused = world.service.refuse_device(session, "", &origin());
    assert!(matches!(refused, Err(FreshError::Stale(_))));
    let exported = world.service.note_export(session, &origin());
    assert!(matches!(exported, Err(FreshError::Stale(_))));
    for purpose in Purpose::ALL.into_iter().filter(|p| p.needs_session()) {
        let identifier = Wallet::of(3).identifier();
        let asked = world.service.challenge(&identifier, purpose, Some(session));
        let stale = matches!(asked, Err(ChallengeError::Unfit(UnfitSession::Stale(_))));
        assert_eq!(stale, purpose != Purpose::StepUp, "{purpose:?}");
    }
}

#[test]
fn a_challenge_of_a_fresh_session_is_not_answered_in_a_stale_one() {
    let (world, mine) = World::with_two_keys();
    world.clock.advance(290);
    let wallet = Wallet::of(3);
    let challenge = world.challenge(&wallet, Purpose::Link, Some(&mine.session));
    world.clock.advance(STALE - 290);
    let proof = wallet.signature(&challenge.text);
    let late = world.answer(&challenge, &wallet, proof, Some(&mine.session));
    assert!(matches!(
        late,
        Err(VerifyError::Unfit(UnfitSession::Stale(_)))
    ));
    assert_eq!(world.calls(), 2, "nothing was spent");
}

#[test]
fn a_step_up_makes_it_fresh_again() {
    let (world, mine) = World::with_two_keys();
    world.clock.advance(STALE);
    let again = world.prove(&Wallet::of(2), Purpose::StepUp, Some(&mine.session));
    let again = again
        .ok()
        .map(|verified| verified.session().clone())
        .unwrap();
    let linked = world.prove(&Wallet::of(3), Purpose::Link, Some(&again));
    assert!(linked.is_ok());
}

#[test]
fn a_label_takes_no_fresh_session() {
    let (world, mine) = World::with_two_keys();
    world.clock.advance(STALE);
    let (second, label) = (identity(&Wallet::of(2)), DisplayName::parse("Phone").ok());
    let labelled = world
        .service
        .label(&mine.session, &second, label.as_ref(), &origin());
    assert!(labelled.unwrap());
    let keys = world.service.linked_keys(&mine.session).unwrap();
    assert_eq!(keys[1].label, label);
}

#[test]
fn a_lost_key_is_frozen_with_another_one_and_told_only_to_its_owner() {
    let (world, mine) = World::with_two_keys();
    let lost = Wallet::of(2);
    let session = world.sign_in(&lost);
    let freeze = |of: &Session, wallet: &Wallet| {
        let frozen = world.service.freeze(of, &identity(wallet), &origin());
        frozen.unwrap()
    };
    assert_eq!(freeze(&session.session, &lost), Freeze::NeedsAnotherKey);
    let guest = world.service.guest(&origin(), None).unwrap();
    assert_eq!(freeze(&guest.session, &lost), Freeze::NeedsAnotherKey);
    let ended = vec![session.session.id.clone()];
    assert_eq!(freeze(&mine.session, &lost), Freeze::Frozen { ended });
    assert!(!world.lives(&session) && world.lives(&mine));

    let challenge = world.challenge(&lost, Purpose::Login, None);
    let wrong = Wallet::of(3).signature(&challenge.text);
    let wrong = world.answer(&challenge, &lost, wrong, None);
    assert!(matches!(wrong, Err(VerifyError::InvalidSignature(_))));
    let right = world.answer(&challenge, &lost, lost.signature(&challenge.text), None);
    assert!(matches!(right, Err(VerifyError::KeyFrozen)));
    let linked = world.prove(&lost, Purpose::Link, Some(&mine.session));
    assert!(matches!(linked, Err(VerifyError::KeyFrozen)));
    let left = world
        .service
        .unlink(&mine.session, &identity(&Wallet::of(1)), &origin());
    assert_eq!(left.unwrap(), Unlink::LastKey);
}

#[test]
fn the_first_key_is_the_primary_one_until_another_is_chosen() {
    let (world, mine) = World::with_two_keys();
    let primary = || {
        let keys = world.service.linked_keys(&mine.session).unwrap();
        LinkedKey::primary(&keys).unwrap().identity.clone()
    };
    assert_eq!(primary(), identity(&Wallet::of(1)));
    let second = identity(&Wallet::of(2));
    let chosen = world
        .service
        .make_primary(&mine.session, &second, &origin());
    assert!(chosen.unwrap());
    assert_eq!(primary(), second);
}
