//! Linking, stepping up, guests, sessions and the profile.

use hodlxxi_kernel::AccessLevel;

use super::*;
use crate::account::{DisplayName, Unlink};

#[test]
fn purposes_other_than_login_need_a_session() {
    let world = World::new();
    let session = world.sign_in(&Wallet::of(1)).session;
    let ask = |purpose, session| {
        let identifier = Wallet::of(2).identifier();
        world.service.challenge(&identifier, purpose, session).err()
    };
    for purpose in Purpose::ALL.into_iter().filter(|p| p.needs_session()) {
        assert_eq!(ask(purpose, None), Some(ChallengeError::SessionRequired));
        assert_eq!(ask(purpose, Some(&session)), None);
    }
}

#[test]
fn a_linked_key_belongs_to_the_account_and_the_session_goes_on() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1));
    for new in [true, false] {
        let linked = world.prove(&Wallet::of(2), Purpose::Link, Some(&mine.session));
        let Ok(linked @ Verified::Linked { new_key, .. }) = &linked else {
            panic!("the key is linked")
        };
        assert_eq!(*new_key, new);
        assert_eq!(linked.session().id, mine.session.id);
        assert_eq!(linked.pubkey_hex(), Some(Wallet::of(2).pubkey()));
        assert!(linked.secret().is_none());
    }
    assert!(world.lives(&mine));
    let other = world.sign_in(&Wallet::of(2));
    assert_eq!(other.session.user.id, mine.session.user.id);
    let keys = world.service.linked_keys(&mine.session).unwrap();
    assert_eq!(keys.len(), 2);
}

#[test]
fn a_key_is_linked_in_the_session_that_asked_and_to_one_account() {
    let world = World::new();
    let (mine, theirs) = (world.sign_in(&Wallet::of(1)), world.sign_in(&Wallet::of(2)));
    let taken = world.prove(&Wallet::of(2), Purpose::Link, Some(&mine.session));
    assert!(matches!(taken, Err(VerifyError::KeyOfOtherAccount)));
    let wallet = Wallet::of(3);
    let challenge = world.challenge(&wallet, Purpose::Link, Some(&mine.session));
    for elsewhere in [Some(&theirs.session), None] {
        let proof = wallet.signature(&challenge.text);
        let answer = world.answer(&challenge, &wallet, proof, elsewhere);
        assert!(matches!(answer, Err(VerifyError::ChallengeUnknown)));
    }
}

#[test]
fn a_step_up_opens_a_fresh_session_with_a_key_of_the_account() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let mine = world.sign_in(&wallet);
    world.sign_in(&Wallet::of(2));
    world.clock.advance(60);
    for other in [2, 3] {
        let refused = world.prove(&Wallet::of(other), Purpose::StepUp, Some(&mine.session));
        assert!(matches!(refused, Err(VerifyError::KeyOfOtherAccount)));
    }
    assert!(world.lives(&mine));
    let fresh = world.prove(&wallet, Purpose::StepUp, Some(&mine.session));
    let session = fresh.ok().map(|verified| verified.session().clone());
    let session = session.unwrap();
    assert_eq!(session.user.id, mine.session.user.id);
    assert_ne!(session.id, mine.session.id);
    assert_eq!(session.auth_time, NOW.plus(60));
    assert!(!world.lives(&mine));
}

#[test]
fn nostr_links_a_key_but_does_not_step_up() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1));
    let answer = |wallet: &Wallet, purpose| {
        let challenge = world.challenge(wallet, purpose, Some(&mine.session));
        let event = wallet.event(&challenge.text, ISSUER, NOW);
        world.answer(&challenge, wallet, event, Some(&mine.session))
    };
    let refused = answer(&Wallet::of(1), Purpose::StepUp);
    assert!(matches!(refused, Err(VerifyError::MethodNotAllowed)));
    assert!(answer(&Wallet::of(2), Purpose::Link).is_ok());
}

#[test]
fn guests_are_let_in_where_they_are() {
    let world = World::new();
    let guest = world.service.guest(&origin(), None).unwrap();
    assert_eq!(guest.access_level, AccessLevel::Guest);
    assert_eq!(guest.session.pubkey_hex(), None);
    let again = world
        .service
        .guest(&origin(), Some(&guest.session))
        .unwrap();
    assert!(!world.lives(&guest) && world.lives(&again));

    let closed = World::with(SignInConfig {
        guests: false,
        ..config()
    });
    let refused = closed.service.guest(&origin(), None);
    assert!(matches!(refused, Err(GuestError::Off)));
}

#[test]
fn a_session_slides_and_is_written_every_ten_minutes_at_most() {
    let world = World::new();
    let opened = world.sign_in(&Wallet::of(1));
    let seen = || {
        let session = world.service.session(&opened.secret).unwrap();
        session.map(|(session, _)| session.last_seen_at.seconds_since(NOW))
    };
    world.clock.advance(599);
    assert_eq!(seen(), Some(0));
    world.clock.advance(1);
    assert_eq!(seen(), Some(600));
    world.clock.advance(599);
    assert_eq!(seen(), Some(600));
    // 24 hours from the last use that was written down, and no longer.
    world.clock.advance(86_400 - 600);
    assert_eq!(seen(), Some(600 + 86_399));
    world.clock.advance(86_400);
    assert_eq!(seen(), None);
}

#[test]
fn a_busy_session_ends_after_seven_days() {
    let world = World::new();
    let opened = world.sign_in(&Wallet::of(1));
    for _ in 0..(7 * 24 - 1) {
        world.clock.advance(3_600);
        assert!(world.lives(&opened));
    }
    world.clock.advance(3_599);
    assert!(world.lives(&opened));
    world.clock.advance(1);
    assert!(!world.lives(&opened));
}

#[test]
fn a_person_ends_their_own_sessions_alone() {
    let world = World::new();
    let (mine, other) = (world.sign_in(&Wallet::of(1)), world.sign_in(&Wallet::of(1)));
    let theirs = world.sign_in(&Wallet::of(2));
    let service = &world.service;
    assert_eq!(service.sessions(&mine.session).unwrap().len(), 2);
    let id = &theirs.session.id;
    assert!(!service.end_session(&mine.session, id, &origin()).unwrap());
    let ended = service
        .end_other_sessions(&mine.session, &origin())
        .unwrap();
    assert_eq!(ended, [other.session.id]);
    service
        .end_session(&mine.session, &mine.session.id, &origin())
        .unwrap();
    assert!(!world.lives(&mine) && world.lives(&theirs));
}

#[test]
fn a_person_names_themselves_and_unlinks_keys() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1));
    world
        .prove(&Wallet::of(2), Purpose::Link, Some(&mine.session))
        .ok()
        .unwrap();
    let name = DisplayName::parse("Hal").unwrap();
    assert!(
        world
            .service
            .rename(&mine.session, Some(&name), &origin())
            .unwrap()
    );
    let (session, _) = world.service.session(&mine.secret).unwrap().unwrap();
    assert_eq!(session.user.name, Some(name));
    let identity = mine.session.identity().unwrap();
    let unlink = || {
        world
            .service
            .unlink(&mine.session, identity, &origin())
            .unwrap()
    };
    let ended = vec![mine.session.id.clone()];
    assert_eq!(unlink(), Unlink::Unlinked { ended });
    assert!(!world.lives(&mine), "it was opened with that key");
    assert_eq!(unlink(), Unlink::Unknown);
}

#[test]
fn a_purge_forgets_only_what_can_no_longer_count() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    let answer = || {
        let proof = wallet.signature(&challenge.text);
        world.answer(&challenge, &wallet, proof, None)
    };
    assert!(answer().is_ok());
    world.clock.advance(299);
    assert_eq!(world.service.purge(10).unwrap(), 0);
    assert!(matches!(answer(), Err(VerifyError::ChallengeUsed)));
    world.clock.advance(302);
    assert_eq!(world.service.purge(10).unwrap(), 1);
    assert!(matches!(answer(), Err(VerifyError::ChallengeExpired)));
}
