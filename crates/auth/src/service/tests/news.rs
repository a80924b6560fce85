//! What somebody is told who signs in, and what they say to it.

use super::*;
use crate::account::News;

impl World {
    /// Signs in from a browser that describes itself as `device`.
    fn sign_in_from(&self, wallet: &Wallet, device: &str) -> SignedIn {
        let challenge = self.challenge(wallet, Purpose::Login, None);
        let request = VerifyRequest {
            challenge_id: challenge.id.clone(),
            identifier: wallet.identifier(),
            proof: wallet.signature(&challenge.text),
            origin: Origin::request(None, None, Some(device)),
        };
        match self.service.verify(request, None) {
            Ok(Verified::SignedIn(signed_in)) => signed_in,
            _ => panic!("the sign-in succeeds"),
        }
    }

    fn news(&self, of: &SignedIn) -> News {
        self.service.news(&of.session).unwrap()
    }
}

#[test]
fn a_new_key_and_another_device_are_told_until_they_are_known() {
    let world = World::new();
    let mine = world.sign_in_from(&Wallet::of(1), "laptop 1.0");
    assert!(world.news(&mine).is_empty());
    let linked = world.prove(&Wallet::of(2), Purpose::Link, Some(&mine.session));
    assert!(linked.is_ok());
    let phone = world.sign_in_from(&Wallet::of(2), "phone 1.0");
    assert!(world.news(&phone).is_empty(), "neither tells of itself");
    let known = world.service.acknowledge(&phone.session, NOW, &origin());
    assert!(!known.unwrap());
    let again = world.sign_in_from(&Wallet::of(1), "laptop 1.1");
    let told = world.news(&again);
    assert_eq!((told.keys.len(), told.devices.len()), (1, 1));
    assert!(
        world
            .service
            .acknowledge(&again.session, NOW, &origin())
            .unwrap()
    );
    assert!(world.news(&again).is_empty() && world.news(&phone).is_empty());
}

#[test]
fn a_device_that_is_not_known_loses_its_sessions_and_its_key() {
    let world = World::new();
    let mine = world.sign_in_from(&Wallet::of(1), "laptop");
    let linked = world.prove(&Wallet::of(2), Purpose::Link, Some(&mine.session));
    assert!(linked.is_ok());
    let thief = world.sign_in_from(&Wallet::of(2), "thief");
    let refuse = |mark: &str| {
        let refused = world.service.refuse_device(&mine.session, mark, &origin());
        refused.unwrap()
    };
    assert_eq!(refuse("nobody"), Refused::default());
    assert!(world.lives(&thief));
    let refused = refuse("thief");
    assert_eq!(refused.ended, std::slice::from_ref(&thief.session.id));
    assert!(refused.froze && !world.lives(&thief) && world.lives(&mine));
    let challenge = world.prove(&Wallet::of(2), Purpose::Login, None);
    assert!(matches!(challenge, Err(VerifyError::KeyFrozen)));
}

#[test]
fn the_key_at_hand_is_not_frozen_but_the_sessions_of_the_device_end() {
    let world = World::new();
    let thief = world.sign_in_from(&Wallet::of(1), "first");
    let other = world.sign_in_from(&Wallet::of(1), "second");
    let mine = world.sign_in_from(&Wallet::of(1), "first");
    let refused = world
        .service
        .refuse_device(&mine.session, "second", &origin())
        .unwrap();
    assert_eq!(refused.ended, std::slice::from_ref(&other.session.id));
    assert!(!refused.froze);
    assert!(world.lives(&mine) && world.lives(&thief));
    assert!(world.news(&mine).is_empty(), "it is forgotten");
}

#[test]
fn one_key_can_be_enough() {
    let world = World::new();
    let mine = world.sign_in(&Wallet::of(1));
    world.service.accept_one_key(&mine.session).unwrap();
    let (session, _) = world.service.session(&mine.secret).unwrap().unwrap();
    assert_eq!(session.user.one_key_enough_at, Some(NOW));
}
