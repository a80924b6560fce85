//! Sign-ins and keys for the suite.

use std::sync::Barrier;
use std::thread;

use hodlxxi_kernel::{PublicKey, SecretHash, Timestamp};

use crate::auth::Action;
use crate::session::{AuthSessionStore, LIFETIME, NewAuthSession};

/// When the suite takes place: a store that has a clock is to have it stand here.
pub const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// How many threads race.
pub(super) const THREADS: usize = 16;

/// The x coordinates of the points 1 G, 2 G, 3 G of secp256k1.
const POINTS: [&str; 3] = [
    "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
    "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
];

/// Key `n` of six: three points, and the same ones with the other parity.
pub(super) fn key(n: usize) -> PublicKey {
    let parity = if n < 3 { "02" } else { "03" };
    PublicKey::parse(&format!("{parity}{}", POINTS[n % 3])).unwrap()
}

/// The moment `seconds` after [`NOW`], in microseconds.
pub(super) const fn micros(seconds: i64) -> i64 {
    NOW.plus(seconds).as_unix() * 1_000_000
}

/// What a sign-in called `name` is known by.
pub(super) fn k1(name: &str) -> SecretHash {
    SecretHash::of(&format!("k1 {name}"))
}

/// The mark of the browser that asked for the sign-in called `name`.
pub(super) fn browser(name: &str) -> SecretHash {
    SecretHash::of(&format!("browser {name}"))
}

/// A sign-in called `name` that begins at [`NOW`].
pub(super) fn sign_in(name: &str) -> NewAuthSession {
    NewAuthSession {
        k1: k1(name),
        browser: browser(name),
        action: Action::Login,
        session: None,
        expires_at: NOW.plus(LIFETIME),
    }
}

/// Keeps it.
pub(super) fn begin(store: &impl AuthSessionStore, name: &str) {
    store.create(&sign_in(name)).unwrap();
}

/// Runs `act` on `threads` threads that start together; what each answered.
pub(super) fn at_once<T: Send>(threads: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        let (barrier, act) = (&barrier, &act);
        let running: Vec<_> = (0..threads)
            .map(|n| {
                scope.spawn(move || {
                    barrier.wait();
                    act(n)
                })
            })
            .collect();
        running.into_iter().map(|t| t.join().unwrap()).collect()
    })
}
