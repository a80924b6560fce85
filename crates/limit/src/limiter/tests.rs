//! Who gets in, and who does not.

use std::net::IpAddr;
use std::sync::Mutex;

use hodlxxi_kernel::{ClientTier, ManualClock, OsEntropy, StoreErrorKind, Timestamp};

use super::*;

struct World {
    limiter: Limiter,
    clock: Arc<ManualClock>,
}

fn world(counting: Counting) -> World {
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix(1_795_000_000)));
    let master = MasterKey::generate(&OsEntropy);
    World {
        limiter: Limiter::new(counting, &master, clock.clone()),
        clock,
    }
}

fn address(text: &str) -> Address {
    Address::from(text.parse::<IpAddr>().unwrap())
}

impl World {
    fn lets(&self, from: &str, act: Act<'_>) -> bool {
        self.refusal(from, act).is_none()
    }

    fn refusal(&self, from: &str, act: Act<'_>) -> Option<Standing> {
        refusal(self.limiter.take(address(from), act))
    }

    /// Tries, fails, and says what the failure was answered with.
    fn fails(&self, from: &str, act: Act<'_>) -> Option<Policy> {
        if let Some(standing) = self.refusal(from, act) {
            return Some(standing.policy);
        }
        refusal(self.limiter.failed(address(from), act)).map(|standing| standing.policy)
    }
}

fn refusal<T>(outcome: Result<T, LimitError>) -> Option<Standing> {
    match outcome {
        Ok(_) => None,
        Err(LimitError::Refused(standing)) => Some(standing),
        Err(LimitError::Store(error)) => panic!("{error}"),
    }
}

const CAFE: &str = "203.0.113.7";

#[test]
fn a_guesser_is_stopped_and_who_shares_the_address_gets_in() {
    let world = world(Counting::InProcess);
    let guessed = Act::SignIn { key: "victim" };
    for _ in 0..20 {
        assert_eq!(world.fails(CAFE, guessed), None);
    }
    for _ in 0..200 {
        assert_eq!(world.fails(CAFE, guessed), Some(Policy::FailuresAtTarget));
    }
    // The owner of the key behind the same address is judged as before.
    assert!(world.lets(CAFE, guessed));
    assert_eq!(world.fails(CAFE, Act::SignIn { key: "neighbour" }), None);
    assert_eq!(world.fails("198.51.100.1", guessed), None);
    // One more is told after a twentieth of five minutes in which nothing failed.
    world.clock.advance(14);
    assert_eq!(world.fails(CAFE, guessed), Some(Policy::FailuresAtTarget));
    world.clock.advance(15);
    assert_eq!(world.fails(CAFE, guessed), None);
}

#[test]
fn a_guesser_at_many_targets_learns_nothing_more_and_others_still_get_in() {
    let world = world(Counting::InProcess);
    let mut told = 0;
    for n in 0..1_000 {
        let client = format!("client {n}");
        match world.fails(CAFE, Act::Token { client: &client }) {
            None => told += 1,
            Some(policy) => assert_eq!(policy, Policy::Failures),
        }
    }
    assert_eq!(told, 600);
    assert!(world.lets(CAFE, Act::Token { client: "good" }));
    assert!(world.lets(CAFE, Act::SignIn { key: "good" }));
}

#[test]
fn a_guesser_of_registration_tokens_is_held_to_what_is_charged_and_to_registrations() {
    let world = world(Counting::InProcess);
    let manage = Act::Management { client: "guessed" };
    let fails = |_| world.fails(CAFE, manage);
    assert_eq!((0..600).map(fails).filter(Option::is_none).count(), 20);
    assert_eq!(fails(0), Some(Policy::Registrations));
    // It is the same target as at the other endpoints.
    let token = Act::Token { client: "guessed" };
    assert_eq!(world.fails(CAFE, token), Some(Policy::FailuresAtTarget));
}

#[test]
fn whether_failures_are_told_is_known_without_taking_any() {
    let world = world(Counting::InProcess);
    let told = |from| world.limiter.tells_failures(address(from)).unwrap();
    for n in 0..600 {
        assert!(told(CAFE) && told(CAFE), "{n}");
        assert_eq!(
            world.fails(
                CAFE,
                Act::SignIn {
                    key: &n.to_string()
                }
            ),
            None
        );
    }
    assert!(!told(CAFE));
    assert!(told("198.51.100.1"));
    world.clock.advance(1);
    assert!(told(CAFE));
}

#[test]
fn who_succeeds_is_never_charged_a_failure() {
    let world = world(Counting::InProcess);
    for _ in 0..300 {
        assert!(world.lets(CAFE, Act::SignIn { key: "racer" }));
    }
    let refusal = world.refusal(CAFE, Act::SignIn { key: "racer" }).unwrap();
    assert_eq!(refusal.policy, Policy::SignInsWithKey);
    // One busy key has left room for others behind the address.
    assert!(world.lets(CAFE, Act::SignIn { key: "other" }));
}

#[test]
fn calls_are_counted_by_client_from_wherever_they_come() {
    let world = world(Counting::InProcess);
    let call = |tier| Act::Call { client: "c", tier };
    for n in 0..100 {
        let from = format!("203.0.113.{n}");
        assert!(world.lets(&from, call(ClientTier::Free)));
    }
    let refusal = world.refusal(CAFE, call(ClientTier::Free)).unwrap();
    assert_eq!(refusal.verdict.retry_after(), 36);
    // A client that was granted more begins anew.
    let standing = world.limiter.take(address(CAFE), call(ClientTier::Paid));
    assert_eq!(standing.unwrap().unwrap().verdict.remaining, 999);
    let other = Act::Call {
        client: "d",
        tier: ClientTier::Free,
    };
    assert!(world.lets(CAFE, other));
}

#[test]
fn changes_of_an_account_are_counted_from_wherever_they_come() {
    let world = world(Counting::InProcess);
    let change = |account| Act::AccountChange { account };
    for n in 0..300 {
        assert!(world.lets(&format!("10.0.{}.1", n % 200), change("a")));
    }
    let refusal = world.refusal(CAFE, change("a")).unwrap();
    assert_eq!(refusal.policy, Policy::AccountChanges);
    assert!(world.lets(CAFE, change("b")));
}

#[test]
fn off_is_off() {
    let world = world(Counting::Off);
    for _ in 0..10_000 {
        assert_eq!(
            world
                .limiter
                .take(address(CAFE), Act::Registration)
                .unwrap(),
            None
        );
    }
    assert_eq!(world.fails(CAFE, Act::SignIn { key: "k" }), None);
    assert_eq!(world.limiter.purge(10).unwrap(), 0);
}

/// A store that fails, and counts how often it was asked.
#[derive(Default)]
struct Away(Mutex<u32>);

impl Away {
    fn asked<T>(&self) -> Result<T, StoreError> {
        *self.0.lock().unwrap() += 1;
        Err(StoreError::new(StoreErrorKind::Unavailable, "away"))
    }
}

impl LimitStore for Away {
    fn take(&self, _: &[Ask], _: i64) -> Result<Vec<Verdict>, StoreError> {
        self.asked()
    }

    fn charge(&self, _: &[Ask], _: i64) -> Result<Vec<Verdict>, StoreError> {
        self.asked()
    }

    fn purge_limits(&self, _: i64, _: u32) -> Result<usize, StoreError> {
        self.asked()
    }
}

#[test]
fn challenges_and_plain_requests_ask_no_database() {
    let store = Arc::new(Away::default());
    let world = world(Counting::InDatabase(store.clone()));
    assert!(world.limiter.challenges_are_local());
    for _ in 0..600 {
        assert!(world.lets(CAFE, Act::Challenge));
    }
    assert!(!world.lets(CAFE, Act::Challenge));
    assert!(world.lets(CAFE, Act::Request));
    assert_eq!(*store.0.lock().unwrap(), 0);
    let failed = world.limiter.take(address(CAFE), Act::Registration);
    assert!(matches!(failed, Err(LimitError::Store(_))));
}
