//! Keys whose proof was judged elsewhere lead to the same as others.

use hodlxxi_kernel::audit::{Action, AuditLog as _, Origin, Part};
use hodlxxi_kernel::{PublicKey, SignInMethod};

use super::{ISSUER, World};
use crate::challenge::Purpose;
use crate::service::{UnfitSession, Verified, VerifyError};
use crate::verify::Identifier;

/// The point 1 G, and the point 2 G.
const KEYS: [&str; 2] = [
    "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
];

fn key(n: usize) -> PublicKey {
    PublicKey::parse(KEYS[n]).unwrap()
}

fn origin() -> Origin {
    Origin::request(None, None, Some(ISSUER))
}

impl World {
    fn accept(
        &self,
        n: usize,
        purpose: Purpose,
        current: Option<&Verified>,
    ) -> Result<Verified, VerifyError> {
        let session = current.map(Verified::session);
        let method = SignInMethod::Lightning;
        let service = &self.service;
        service.accept(&key(n), method, purpose, &origin(), session)
    }
}

#[test]
fn a_key_signs_in_links_and_steps_up() {
    let world = World::new();
    let first = world.accept(0, Purpose::Login, None).unwrap();
    let session = first.session();
    assert_eq!(session.method(), SignInMethod::Lightning);
    assert_eq!(first.pubkey_hex().as_deref(), Some(KEYS[0]));
    let linked = world.accept(1, Purpose::Link, Some(&first)).unwrap();
    assert!(matches!(linked, Verified::Linked { new_key: true, .. }));
    assert!(linked.secret().is_none());
    let other = world.accept(1, Purpose::Login, None).unwrap();
    assert_eq!(other.session().user.id, session.user.id);
    let stepped = world.accept(1, Purpose::StepUp, Some(&first)).unwrap();
    assert_ne!(stepped.session().id, session.id);
    // No challenge of ours was asked for.
    assert_eq!(
        world
            .challenges
            .calls
            .load(std::sync::atomic::Ordering::SeqCst),
        0
    );
}

#[test]
fn what_needs_a_session_or_a_fresh_one_is_refused_without() {
    let world = World::new();
    for purpose in [Purpose::Link, Purpose::StepUp] {
        let refused = world.accept(0, purpose, None);
        assert!(matches!(refused, Err(VerifyError::ChallengeUnknown)));
    }
    let first = world.accept(0, Purpose::Login, None).unwrap();
    world.accept(1, Purpose::Login, None).unwrap();
    let stranger = world.accept(1, Purpose::StepUp, Some(&first));
    assert!(matches!(stranger, Err(VerifyError::KeyOfOtherAccount)));
    world.clock.advance(301);
    let stale = world.accept(1, Purpose::Link, Some(&first));
    assert!(matches!(
        stale,
        Err(VerifyError::Unfit(UnfitSession::Stale(_)))
    ));
    assert!(world.accept(0, Purpose::StepUp, Some(&first)).is_ok());
}

#[test]
fn a_failure_is_recorded_with_whose_key_was_named() {
    let world = World::new();
    let person = world.accept(0, Purpose::Login, None).unwrap();
    let identifier = Identifier::parse_pubkey(KEYS[0]).unwrap();
    let method = SignInMethod::Lightning;
    world
        .service
        .record_failed(&identifier, method, &origin())
        .unwrap();
    let user = &person.session().user.id;
    let acts = world.store.concerning(user, Part::FailedSignIns, None, 10);
    let acts = acts.unwrap();
    assert_eq!(acts[0].action, Action::SignInFailed.as_str());
    assert_eq!(acts[0].outcome, "invalid_proof");
    assert_eq!(acts[0].detail.as_deref(), Some("lightning"));
}
