//! What the caches promise: nothing from before a change, whoever made it, and nobody logged out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hodlxxi_auth::account::{
    AccountStore, NewSession, ProvenKey, Replaced, Session, SessionStore, SignIn, SignInAccount,
    SignInOutcome,
};
use hodlxxi_auth::contract::NOW;
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::memory::MemoryStore;
use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};
use hodlxxi_kernel::{
    ConsentId, ManualClock, OsEntropy, SecretHash, SessionId, SignInMethod, StoreError, Timestamp,
    UserId,
};
use hodlxxi_oauth::contract::Fixture as _;
use hodlxxi_oauth::grant::{Consent, ConsentStore};
use hodlxxi_oauth::scope::ScopeSet;
use hodlxxi_store_redis::{ConsentCache, PeopleCache};

use crate::fixture::{Fresh, new_hash};

/// Sessions in memory, whose look-ups are counted, and may be followed by something else.
#[derive(Default)]
struct Watched {
    store: Arc<MemoryStore>,
    looked: AtomicUsize,
    next: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl SessionStore for Watched {
    fn session(&self, secret: &SecretHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
        self.looked.fetch_add(1, Ordering::SeqCst);
        let found = self.store.session(secret, now);
        let next = self.next.lock().unwrap().take();
        if let Some(next) = next {
            next();
        }
        found
    }

    fn touch(&self, id: &SessionId, now: Timestamp, end: Timestamp) -> Result<(), StoreError> {
        self.store.touch(id, now, end)
    }

    fn sessions_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        self.store.sessions_of(user, now)
    }

    fn end_session(
        &self,
        user: &UserId,
        id: &SessionId,
        act: &AuditEntry,
    ) -> Result<bool, StoreError> {
        self.store.end_session(user, id, act)
    }

    fn end_other_sessions(
        &self,
        user: &UserId,
        keep: Option<&SessionId>,
        act: &AuditEntry,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.store.end_other_sessions(user, keep, act)
    }

    fn count_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.count_sessions(now)
    }

    fn purge_sessions(&self, now: Timestamp, limit: u32) -> Result<usize, StoreError> {
        self.store.purge_sessions(now, limit)
    }
}

/// A way for a session to end on the first node.
type End = fn(&World, &UserId);

/// Two nodes on one database and one Redis, and a session.
pub(crate) struct World {
    pub(crate) fresh: Fresh,
    watched: Arc<Watched>,
    pub(crate) nodes: [Arc<PeopleCache>; 2],
    secret: SecretHash,
    pub(crate) session: Session,
}

impl World {
    fn new() -> Self {
        Self::on(Fresh::new())
    }

    pub(crate) fn on(fresh: Fresh) -> Self {
        let watched = Arc::new(Watched::default());
        let node = |redis| {
            let (accounts, sessions) = (watched.store.clone(), watched.clone());
            Arc::new(PeopleCache::new(redis, accounts, sessions))
        };
        let nodes = [node(fresh.redis.clone()), node(fresh.another_node())];
        let (sign_in, secret) = sign_in(None);
        let session = opened(nodes[0].sign_in(&sign_in).unwrap());
        Self {
            fresh,
            watched,
            nodes,
            secret,
            session,
        }
    }

    /// Whether each node knows the session.
    pub(crate) fn lives(&self) -> [bool; 2] {
        [self.lives_on(0), self.lives_on(1)]
    }

    /// Whether one node knows it.
    pub(crate) fn lives_on(&self, node: usize) -> bool {
        let known = self.nodes[node].session(&self.secret, NOW);
        known.unwrap().is_some()
    }

    /// The database itself.
    pub(crate) fn database(&self) -> &MemoryStore {
        &self.watched.store
    }

    /// How often the database was asked.
    fn looked(&self) -> usize {
        self.watched.looked.load(Ordering::SeqCst)
    }
}

/// An act of nobody in particular.
pub(crate) fn act(action: Action) -> AuditEntry {
    AuditEntry::new(action, &Origin::server(), &ManualClock::at(NOW), &OsEntropy)
}

fn sign_in(replaces: Option<SessionId>) -> (SignIn, SecretHash) {
    let secret_hash = new_hash();
    let clock = ManualClock::at(NOW);
    let sign_in = SignIn {
        key: Some(ProvenKey {
            identity: Identity::Script(vec![7; 34]),
            public_key: None,
            method: SignInMethod::Bitcoin,
            address: None,
        }),
        account: SignInAccount::FoundOrNew(UserId::generate(&clock, &OsEntropy)),
        session: NewSession {
            id: SessionId::generate(&clock, &OsEntropy),
            secret_hash,
            auth_time: NOW,
            expires_at: NOW.plus(86_400),
            user_agent: None,
            replaces: replaces.map(|id| Replaced {
                id,
                act: act(Action::SessionEnded),
            }),
        },
        act: act(Action::SignedIn),
    };
    (sign_in, secret_hash)
}

fn opened(outcome: SignInOutcome) -> Session {
    match outcome {
        SignInOutcome::SignedIn { session, .. } => session,
        other => unreachable!("the sign-in succeeds: {other:?}"),
    }
}

#[test]
fn the_database_is_asked_once_for_all_nodes() {
    let world = World::new();
    for _ in 0..5 {
        assert_eq!(world.lives(), [true; 2]);
    }
    assert_eq!(world.looked(), 1);
    let found = world.nodes[1].session(&world.secret, NOW).unwrap();
    assert_eq!(found, Some(world.session));
}

#[test]
fn a_session_that_ends_on_one_node_is_ended_on_the_other_at_once() {
    let user = |world: &World| world.session.user.id.clone();
    let ends: [(&str, End); 5] = [
        ("ended", |world, user| {
            let id = &world.session.id;
            assert!(
                world.nodes[0]
                    .end_session(user, id, &act(Action::SessionEnded))
                    .unwrap()
            );
        }),
        ("ended with all others", |world, user| {
            world.nodes[0]
                .end_other_sessions(user, None, &act(Action::OtherSessionsEnded))
                .unwrap();
        }),
        ("replaced", |world, _| {
            let (sign_in, _) = sign_in(Some(world.session.id.clone()));
            world.nodes[0].sign_in(&sign_in).unwrap();
        }),
        ("of an account that is disabled", |world, user| {
            assert!(
                world.nodes[0]
                    .disable_user(user, NOW, &act(Action::UserDisabled))
                    .unwrap()
            );
        }),
        ("expired", |world, _| {
            let id = &world.session.id;
            world.nodes[0].touch(id, NOW, NOW).unwrap();
        }),
    ];
    for (how, end) in ends {
        let world = World::new();
        assert_eq!(world.lives(), [true; 2]);
        end(&world, &user(&world));
        assert_eq!(world.lives(), [false; 2], "{how}");
    }
}

#[test]
fn what_is_read_while_it_changes_is_not_kept() {
    let world = World::new();
    let (node, user) = (world.nodes[0].clone(), world.session.user.id.clone());
    let id = world.session.id.clone();
    *world.watched.next.lock().unwrap() = Some(Box::new(move || {
        assert!(
            node.end_session(&user, &id, &act(Action::SessionEnded))
                .unwrap()
        );
    }));
    // This one began before the end, and is answered from before it; the next is not.
    assert!(
        world.nodes[1]
            .session(&world.secret, NOW)
            .unwrap()
            .is_some()
    );
    assert_eq!(world.lives(), [false; 2]);
}

#[test]
fn what_is_read_while_the_cache_is_emptied_is_not_kept() {
    let world = World::new();
    assert_eq!(world.lives(), [true; 2]);
    let (fresh, store) = (&world.fresh, world.watched.store.clone());
    fresh.flush();
    let (user, id) = (world.session.user.id.clone(), world.session.id.clone());
    let other = fresh.another_node();
    let flush = fresh.flusher();
    *world.watched.next.lock().unwrap() = Some(Box::new(move || {
        let node = PeopleCache::new(other, store.clone(), store);
        assert!(
            node.end_session(&user, &id, &act(Action::SessionEnded))
                .unwrap()
        );
        flush();
    }));
    assert!(
        world.nodes[1]
            .session(&world.secret, NOW)
            .unwrap()
            .is_some()
    );
    assert_eq!(world.lives(), [false; 2]);
}

#[test]
fn a_flush_logs_nobody_out_and_revives_nobody() {
    let (world, ended) = (World::new(), World::new());
    assert_eq!((world.lives(), ended.lives()), ([true; 2], [true; 2]));
    let user = &ended.session.user.id;
    let id = &ended.session.id;
    assert!(
        ended.nodes[0]
            .end_session(user, id, &act(Action::SessionEnded))
            .unwrap()
    );
    world.fresh.flush();
    ended.fresh.flush();
    assert_eq!((world.lives(), ended.lives()), ([true; 2], [false; 2]));
    // Once before and once after it; once more where a connection that the pool made beside found the cache empty.
    assert!((2..=3).contains(&world.looked()));
}

#[test]
fn an_older_copy_of_redis_revives_nobody() {
    let world = World::new();
    assert_eq!(world.lives(), [true; 2]);
    let key = |name: &str| format!("hodlxxi:{}:{name}", world.fresh.deployment.id);
    let entry = key(&format!("session:{}", world.secret.to_text()));
    let mut conn = crate::fixture::connection();
    // A connection that the pool made beside may have emptied the cache once.
    while !redis::cmd("EXISTS")
        .arg(&entry)
        .query::<bool>(&mut conn)
        .unwrap()
    {
        assert_eq!(world.lives(), [true; 2]);
    }
    let mut dump = |key: &str| -> Vec<u8> { redis::cmd("DUMP").arg(key).query(&mut conn).unwrap() };
    let copy = [
        dump(&entry),
        dump(&key("changes:count")),
        dump(&key("memory")),
    ];
    let (user, id) = (&world.session.user.id, &world.session.id);
    assert!(
        world.nodes[0]
            .end_session(user, id, &act(Action::SessionEnded))
            .unwrap()
    );
    world.fresh.flush();
    for (key, value) in [entry, key("changes:count"), key("memory")]
        .iter()
        .zip(&copy)
    {
        let mut restore = redis::cmd("RESTORE");
        restore.arg(key).arg(30_000).arg(value);
        restore.exec(&mut conn).unwrap();
    }
    // As the new run finds it.
    redis::cmd("HSET")
        .arg(key("memory"))
        .arg(&["run", "another"])
        .exec(&mut conn)
        .unwrap();
    let store = world.watched.store.clone();
    let node = PeopleCache::new(world.fresh.another_node(), store.clone(), store);
    assert!(node.session(&world.secret, NOW).unwrap().is_none());
}

#[test]
fn an_entry_that_cannot_be_read_is_read_anew() {
    let world = World::new();
    assert_eq!(world.lives(), [true; 2]);
    let deployment = &world.fresh.deployment.id;
    let key = format!("hodlxxi:{deployment}:session:{}", world.secret.to_text());
    redis::cmd("HSET")
        .arg(key)
        .arg("text")
        .arg(r#"{"of":"another version"}"#)
        .exec(&mut crate::fixture::connection())
        .unwrap();
    assert_eq!(world.lives(), [true; 2]);
    assert_eq!(world.looked(), 2);
}

#[test]
fn a_consent_withdrawn_on_one_node_is_withdrawn_on_the_other_at_once() {
    let fresh = Fresh::new();
    let consents = fresh.stores().consents;
    let nodes = [fresh.redis.clone(), fresh.another_node()]
        .map(|redis| ConsentCache::new(redis, consents.clone()));
    let (user, client) = (fresh.user(), "rp".parse().unwrap());
    let consent = Consent {
        id: ConsentId::generate(&ManualClock::at(NOW), &OsEntropy),
        scope: ScopeSet::parse("openid profile"),
        claims: vec!["npub".to_owned()],
    };
    assert_eq!(nodes[1].consent(&user, &client).unwrap(), None);
    nodes[0]
        .remember_consent(&user, &client, &consent, NOW, &act(Action::ConsentGiven))
        .unwrap();
    for node in nodes.iter().chain(&nodes) {
        let known = node.consent(&user, &client).unwrap();
        assert_eq!(known.as_ref(), Some(&consent));
    }
    assert!(
        nodes[0]
            .withdraw_consent(&user, &client, NOW, &act(Action::ConsentWithdrawn))
            .unwrap()
    );
    for node in &nodes {
        assert_eq!(node.consent(&user, &client).unwrap(), None);
    }
}
