//! People, keys and sessions for the suite.

use std::sync::Barrier;
use std::thread;

use hodlxxi_kernel::audit::{Action, AuditEntry, AuditLog, Origin};
use hodlxxi_kernel::{
    Clock, Entropy, ManualClock, OsEntropy, PublicKey, SecretHash, SessionId, SignInMethod,
    Timestamp, UserId,
};

use crate::account::{
    AccountStore, LinkKey, LinkOutcome, NewSession, ProvenKey, Replaced, Session, SessionStore,
    SignIn, SignInAccount, SignInOutcome,
};
use crate::identity::Identity;

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

/// A store of accounts and their sessions.
pub trait People: AccountStore + SessionStore {}

impl<S: AccountStore + SessionStore> People for S {}

/// The same, with what was done with them.
pub trait Recorded: People + AuditLog {}

impl<S: People + AuditLog> Recorded for S {}

/// An act at [`NOW`].
pub(super) fn act(action: Action) -> AuditEntry {
    let clock = ManualClock::at(NOW);
    AuditEntry::new(action, &Origin::server(), &clock, &OsEntropy)
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

/// Key `n` of three, as a Bitcoin signature proves it: with its parity.
pub(super) fn key(n: usize) -> ProvenKey {
    proven(
        &format!("02{}", POINTS[n]),
        SignInMethod::Bitcoin,
        Some("an address"),
    )
}

/// Key `n` of three, as a Nostr event proves it: without its parity.
pub(super) fn x_only_key(n: usize) -> ProvenKey {
    proven(POINTS[n], SignInMethod::Nostr, None)
}

fn proven(text: &str, method: SignInMethod, address: Option<&str>) -> ProvenKey {
    let public_key = PublicKey::parse(text).unwrap();
    ProvenKey {
        identity: Identity::of_key(&public_key),
        public_key: Some(public_key),
        method,
        address: address.map(str::to_owned),
    }
}

/// Script `n`, whose keys nobody revealed.
pub(super) fn script(n: u8) -> ProvenKey {
    ProvenKey {
        identity: Identity::Script(vec![n; 34]),
        public_key: None,
        method: SignInMethod::Bitcoin,
        address: Some(format!("address {n}")),
    }
}

/// A new account's id, as made at `at`.
pub(super) fn user_id(at: Timestamp) -> UserId {
    UserId::generate(&ManualClock::at(at), &OsEntropy)
}

/// A sign-in at `at` with a secret and a session of its own.
pub(super) fn sign_in_at(at: Timestamp, key: Option<ProvenKey>) -> (SignIn, SecretHash) {
    let clock = ManualClock::at(at);
    let entropy: &dyn Entropy = &OsEntropy;
    let secret_hash = SecretHash::of(&hex::encode(entropy.bytes::<16>()));
    let sign_in = SignIn {
        key,
        account: SignInAccount::FoundOrNew(user_id(at)),
        act: AuditEntry::new(Action::SignedIn, &Origin::server(), &clock, entropy),
        session: NewSession {
            id: SessionId::generate(&clock, entropy),
            secret_hash,
            auth_time: clock.now(),
            expires_at: at.plus(86_400),
            user_agent: Some("a browser".to_owned()),
            replaces: None,
        },
    };
    (sign_in, secret_hash)
}

/// A session that was opened, and the hash of its secret.
pub(super) struct Opened {
    pub(super) session: Session,
    pub(super) secret: SecretHash,
    pub(super) new_account: bool,
    pub(super) deletion_cancelled: bool,
}

impl Opened {
    pub(super) fn user(&self) -> &UserId {
        &self.session.user.id
    }

    /// Whether the session is live in `store` at `now`.
    pub(super) fn lives(&self, store: &impl SessionStore, now: Timestamp) -> bool {
        store.session(&self.secret, now).unwrap().is_some()
    }
}

/// That session, to be ended by a sign-in.
pub(super) fn replaced(by_sign_in: &Opened) -> Replaced {
    let id = by_sign_in.session.id.clone();
    let act = act(Action::SessionEnded).session(&id);
    Replaced { id, act }
}

/// Signs in at [`NOW`].
pub(super) fn open(store: &impl AccountStore, key: Option<ProvenKey>) -> Opened {
    open_at(store, NOW, key)
}

/// Signs in at `at`.
pub(super) fn open_at(store: &impl AccountStore, at: Timestamp, key: Option<ProvenKey>) -> Opened {
    let (sign_in, secret) = sign_in_at(at, key);
    opened(store.sign_in(&sign_in).unwrap(), secret)
}

/// The session of an outcome that must have one.
pub(super) fn opened(outcome: SignInOutcome, secret: SecretHash) -> Opened {
    let SignInOutcome::SignedIn {
        session,
        new_account,
        deletion_cancelled,
    } = outcome
    else {
        unreachable!("the sign-in must succeed: {outcome:?}")
    };
    Opened {
        session,
        secret,
        new_account,
        deletion_cancelled,
    }
}

/// Links a key at [`NOW`].
pub(super) fn link(store: &impl AccountStore, user: &UserId, key: ProvenKey) -> LinkOutcome {
    link_at(store, NOW, user, key)
}

/// Links a key at `now`.
pub(super) fn link_at(
    store: &impl AccountStore,
    now: Timestamp,
    user: &UserId,
    key: ProvenKey,
) -> LinkOutcome {
    let link = LinkKey {
        user: user.clone(),
        key,
        now,
        act: act(Action::KeyLinked).person(user),
    };
    store.link_key(&link).unwrap()
}
