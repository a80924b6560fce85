//! Challenges and what follows from their answers.

use std::sync::Barrier;
use std::thread;

use hodlxxi_kernel::{AccessLevel, SignInMethod};

use super::*;
use crate::account::AccountStore;

#[test]
fn a_key_signs_in_twice_to_one_account() {
    let world = World::new();
    let first = world.sign_in(&Wallet::of(1));
    let second = world.sign_in(&Wallet::of(1));
    assert!(first.new_account && !second.new_account);
    assert_eq!(first.session.user.id, second.session.user.id);
    assert_ne!(first.session.id, second.session.id);
    assert_eq!(first.access_level, AccessLevel::Limited);
    assert_eq!(first.session.pubkey_hex(), Some(Wallet::of(1).pubkey()));
    assert_eq!(first.session.expires_at, NOW.plus(86_400));
    assert_eq!(first.session.user_agent.as_deref(), Some("a browser"));
    assert!(world.lives(&first) && world.lives(&second));
}

#[test]
fn a_challenge_costs_no_store_and_an_answer_one_access() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    assert_eq!(world.calls(), 0);
    let wrong = Wallet::of(2).signature(&challenge.text);
    assert!(world.answer(&challenge, &wallet, wrong, None).is_err());
    assert_eq!(world.calls(), 1);
    let right = wallet.signature(&challenge.text);
    assert!(world.answer(&challenge, &wallet, right, None).is_ok());
    assert_eq!(world.calls(), 2);
    let users = world.store.users(None, 10).unwrap().users;
    assert_eq!(users.len(), 1);
}

#[test]
fn a_challenge_works_once() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    let answer = |proof| world.answer(&challenge, &wallet, proof, None);
    assert!(answer(wallet.signature(&challenge.text)).is_ok());
    let again = answer(wallet.signature(&challenge.text));
    assert!(matches!(again, Err(VerifyError::ChallengeUsed)));
    let wrong = answer(wallet.signature("other"));
    assert!(matches!(wrong, Err(VerifyError::ChallengeUsed)));
}

#[test]
fn of_many_answers_at_once_one_signs_in() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    let barrier = Barrier::new(16);
    let won = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let proof = wallet.signature(&challenge.text);
                barrier.wait();
                match world.answer(&challenge, &wallet, proof, None) {
                    Ok(_) => won.fetch_add(1, Ordering::SeqCst),
                    Err(VerifyError::ChallengeUsed) => 0,
                    Err(error) => panic!("{error}"),
                };
            });
        }
    });
    assert_eq!(won.into_inner(), 1);
}

#[test]
fn five_wrong_signatures_burn_a_challenge_and_four_do_not() {
    for (failures, lives) in [(4, true), (5, false)] {
        let world = World::new();
        let wallet = Wallet::of(1);
        let challenge = world.challenge(&wallet, Purpose::Login, None);
        for _ in 0..failures {
            let wrong = world.answer(&challenge, &wallet, wallet.signature("other"), None);
            assert!(matches!(wrong, Err(VerifyError::InvalidSignature(_))));
        }
        let right = world.answer(&challenge, &wallet, wallet.signature(&challenge.text), None);
        match right {
            Ok(_) => assert!(lives),
            Err(VerifyError::ChallengeUsed) => assert!(!lives),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn what_is_no_signature_does_not_count() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    for text in ["", "%%%", "AAAA", "cHNidP8BAA=="] {
        let proof = Proof::Signature(text.to_owned());
        let answer = world.answer(&challenge, &wallet, proof, None);
        assert!(
            matches!(
                answer,
                Err(VerifyError::MalformedSignature(_) | VerifyError::UnsupportedScript(_))
            ),
            "{text}"
        );
    }
    assert_eq!(world.calls(), 0);
    let right = wallet.signature(&challenge.text);
    assert!(world.answer(&challenge, &wallet, right, None).is_ok());
}

#[test]
fn a_challenge_is_for_its_identifier_and_its_time() {
    let world = World::new();
    let (wallet, other) = (Wallet::of(1), Wallet::of(2));
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    let answer = |wallet: &Wallet| {
        let proof = wallet.signature(&challenge.text);
        world.answer(&challenge, wallet, proof, None).err()
    };
    assert!(matches!(
        answer(&other),
        Some(VerifyError::ChallengeUnknown)
    ));
    world.clock.advance(300);
    assert!(matches!(
        answer(&wallet),
        Some(VerifyError::ChallengeExpired)
    ));
    assert_eq!(world.calls(), 0);
}

#[test]
fn a_nostr_event_signs_in_to_the_account_of_its_key() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let by_bitcoin = world.sign_in(&wallet);
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    let event = wallet.event(&challenge.text, ISSUER, NOW);
    let Ok(Verified::SignedIn(by_nostr)) = world.answer(&challenge, &wallet, event, None) else {
        panic!("the event signs in")
    };
    assert_eq!(by_nostr.session.user.id, by_bitcoin.session.user.id);
    assert_eq!(by_nostr.session.method(), SignInMethod::Nostr);
    assert_eq!(by_nostr.session.pubkey_hex(), Some(wallet.pubkey()));
}

#[test]
fn a_nostr_event_for_another_server_or_time_fails_and_counts() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    let events = [
        wallet.event(&challenge.text, "http://localhost:5000/", NOW),
        wallet.event(&challenge.text, ISSUER, NOW.minus(601)),
        wallet.event("other", ISSUER, NOW),
        Wallet::of(2).event(&challenge.text, ISSUER, NOW),
    ];
    for event in events {
        let answer = world.answer(&challenge, &wallet, event, None);
        assert!(matches!(answer, Err(VerifyError::InvalidEvent(_))));
    }
    assert_eq!(world.calls(), 4);
}

#[test]
fn an_administrators_key_is_special_but_not_by_nostr() {
    let wallet = Wallet::of(1);
    let world = World::with(SignInConfig {
        access: AccessPolicy::new(&[public_key(&wallet)]),
        ..config()
    });
    assert_eq!(world.sign_in(&wallet).access_level, AccessLevel::Special);
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    let event = wallet.event(&challenge.text, ISSUER, NOW);
    let by_nostr = world.answer(&challenge, &wallet, event, None);
    assert_eq!(
        by_nostr.ok().map(|v| v.access_level()),
        Some(AccessLevel::Limited)
    );
    assert_eq!(
        world.sign_in(&Wallet::of(2)).access_level,
        AccessLevel::Limited
    );
}

#[test]
fn a_sign_in_replaces_the_browsers_session() {
    let world = World::new();
    let first = world.sign_in(&Wallet::of(1));
    let elsewhere = world.sign_in(&Wallet::of(1));
    let second = world.prove(&Wallet::of(2), Purpose::Login, Some(&first.session));
    assert!(second.is_ok());
    assert!(!world.lives(&first) && world.lives(&elsewhere));
}

#[test]
fn a_disabled_account_is_told_only_to_who_proves_its_key() {
    let world = World::new();
    let wallet = Wallet::of(1);
    let user = world.sign_in(&wallet).session.user.id;
    let act = world.service.act(Action::UserDisabled, &origin());
    world.store.disable_user(&user, NOW, &act).unwrap();
    let challenge = world.challenge(&wallet, Purpose::Login, None);
    let wrong = world.answer(&challenge, &wallet, wallet.signature("other"), None);
    assert!(matches!(wrong, Err(VerifyError::InvalidSignature(_))));
    let right = world.answer(&challenge, &wallet, wallet.signature(&challenge.text), None);
    assert!(matches!(right, Err(VerifyError::AccountDisabled)));
}

#[test]
fn an_issuer_without_a_host_or_with_too_long_a_one_is_refused() {
    let refused = |issuer: &str| {
        let config = SignInConfig {
            issuer: issuer.to_owned(),
            ..config()
        };
        let store = Arc::new(MemoryStore::default());
        let stores = SignInStores {
            challenges: store.clone(),
            accounts: store.clone(),
            sessions: store.clone(),
            audit: store,
        };
        let master = MasterKey::generate(&OsEntropy);
        let clock = Arc::new(ManualClock::at(NOW));
        SignInService::new(config, stores, &master, clock, Arc::new(OsEntropy)).err()
    };
    for bad in ["", "localhost", "://host", "https://host/path"] {
        assert_eq!(refused(bad), Some(SignInConfigError::Issuer), "{bad}");
    }
    let host = |error| Some(SignInConfigError::Host(error));
    assert_eq!(refused("https://"), host(HostError::Characters));
    let long = format!("https://{}", "h".repeat(99));
    assert_eq!(refused(&long), host(HostError::TooLong));
}
