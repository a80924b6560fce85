//! What the use cases promise, on the store in memory and with a clock that stands.

use hodlxxi_kernel::{ManualClock, OsEntropy};
use k256::ecdsa::signature::hazmat::PrehashSigner;
use k256::ecdsa::{Signature, SigningKey};

use super::*;
use crate::memory::MemoryAuthSessions;

struct World {
    service: LnurlAuth,
    clock: Arc<ManualClock>,
    browser: Secret,
}

fn world() -> World {
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix(1_800_000_000)));
    let service = LnurlAuth::new(
        "https://auth.example.org/api/lnurl-auth/callback",
        Arc::new(MemoryAuthSessions::default()),
        &MasterKey::generate(&OsEntropy),
        clock.clone(),
        Arc::new(OsEntropy),
    );
    World {
        service: service.unwrap(),
        clock,
        browser: Secret::generate(&OsEntropy),
    }
}

impl World {
    fn begin(&self) -> Begun {
        self.service
            .begin(Action::Login, &self.browser, None)
            .unwrap()
    }

    fn standing(&self, begun: &Begun) -> Standing {
        let look = self.service.look(begun.id.expose(), &self.browser);
        look.unwrap().unwrap().standing
    }
}

/// What the wallet with the key of this scalar answers.
fn answer(scalar: u8, url: &AuthUrl) -> Answer {
    let key = SigningKey::from_slice(&[scalar; 32]).unwrap();
    let signature: Signature = key.sign_prehash(url.k1().as_bytes()).unwrap();
    let called = url.answered(
        &hex::encode(signature.to_der().as_bytes()),
        &hex::encode(key.verifying_key().to_sec1_point(true).as_bytes()),
    );
    Answer::parse(called.split_once('?').unwrap().1).unwrap()
}

#[test]
fn a_sign_in_from_the_code_to_the_key() {
    let world = world();
    let begun = world.begin();
    assert_eq!(world.standing(&begun), Standing::Pending);
    let shown = AuthUrl::read(&begun.url.endpoint().to_lnurl()).unwrap();
    assert_eq!(shown, begun.url);
    assert_eq!(shown.endpoint().domain(), "auth.example.org");
    let approved = world.service.answer(&answer(7, &shown)).unwrap();
    assert_eq!(world.standing(&begun), Standing::Approved(approved.key));
    let redeem = || world.service.redeem(begun.id.expose(), &world.browser);
    assert_eq!(redeem().unwrap(), Some(approved.key));
    assert_eq!(redeem().unwrap(), None);
    assert_eq!(world.standing(&begun), Standing::Redeemed(approved.key));
}

#[test]
fn another_browser_learns_nothing_and_redeems_nothing() {
    let world = world();
    let begun = world.begin();
    let other = Secret::generate(&OsEntropy);
    let id = begun.id.expose();
    assert!(world.service.look(id, &other).unwrap().is_none());
    world.service.answer(&answer(7, &begun.url)).unwrap();
    assert!(world.service.look(id, &other).unwrap().is_none());
    assert_eq!(world.service.redeem(id, &other).unwrap(), None);
    // Nor does the code lead to the id.
    let k1 = begun.url.k1().to_hex();
    assert!(world.service.look(&k1, &world.browser).unwrap().is_none());
    assert_eq!(world.service.redeem(&k1, &world.browser).unwrap(), None);
}

#[test]
fn failures_change_nothing_and_a_code_serves_once() {
    let world = world();
    let (begun, other) = (world.begin(), world.begin());
    for _ in 0..10 {
        // A signature over another code.
        let forged = Answer::parse(&format!(
            "k1={}&sig={}&key={}",
            begun.url.k1().to_hex(),
            hex::encode([0x30, 6, 2, 1, 1, 2, 1, 1]),
            answer(7, &other.url).claimed_key(),
        ));
        assert!(matches!(
            world.service.answer(&forged.unwrap()),
            Err(AnswerRefused::Signature(InvalidSignature::Wrong))
        ));
    }
    assert!(world.service.answer(&answer(7, &begun.url)).is_ok());
    for scalar in [7, 8] {
        assert!(matches!(
            world.service.answer(&answer(scalar, &begun.url)),
            Err(AnswerRefused::Used)
        ));
    }
    assert_eq!(world.standing(&other), Standing::Pending);
}

#[test]
fn time_runs_out() {
    let world = world();
    let (approved, pending) = (world.begin(), world.begin());
    world.clock.advance(LIFETIME - 1);
    world.service.answer(&answer(7, &approved.url)).unwrap();
    world.clock.advance(1);
    assert!(matches!(
        world.service.answer(&answer(7, &pending.url)),
        Err(AnswerRefused::Expired)
    ));
    assert_eq!(world.standing(&pending), Standing::Expired);
    assert!(matches!(world.standing(&approved), Standing::Approved(_)));
    assert_eq!(world.service.count().unwrap(), 0);
    world.clock.advance(GRACE);
    assert_eq!(world.standing(&approved), Standing::Expired);
    let redeemed = world.service.redeem(approved.id.expose(), &world.browser);
    assert_eq!(redeemed.unwrap(), None);
    assert_eq!(world.service.purge(10).unwrap(), 0);
    world.clock.advance(CLOCK_SKEW + 1);
    assert_eq!(world.service.purge(10).unwrap(), 2);
}

#[test]
fn a_code_of_another_server_is_unknown() {
    let (here, there) = (world(), world());
    let begun = there.begin();
    assert!(matches!(
        here.service.answer(&answer(7, &begun.url)),
        Err(AnswerRefused::Unknown)
    ));
}

#[test]
fn what_is_about_a_session_needs_one_and_is_bound_to_it() {
    let world = world();
    let session: SessionId = "a-session".parse().unwrap();
    for action in Action::ALL {
        let bare = world.service.begin(action, &world.browser, None);
        assert_eq!(bare.is_err(), action.needs_session());
        let begun = world.service.begin(action, &world.browser, Some(&session));
        let id = begun.unwrap().id;
        let look = world.service.look(id.expose(), &world.browser);
        let look = look.unwrap().unwrap();
        assert_eq!(look.session.is_some(), action.needs_session());
        assert_eq!(look.url.action(), Some(action));
    }
}

#[test]
fn a_callback_that_anybody_could_listen_to_is_refused() {
    let service = LnurlAuth::new(
        "http://auth.example.org/callback",
        Arc::new(MemoryAuthSessions::default()),
        &MasterKey::generate(&OsEntropy),
        Arc::new(ManualClock::default()),
        Arc::new(OsEntropy),
    );
    assert_eq!(service.err(), Some(CodeError::NotSecure));
}
