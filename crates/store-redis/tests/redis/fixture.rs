//! A deployment for each test, with a clock that stands.

use std::sync::Arc;

use hodlxxi_kernel::{
    AccessLevel, ClientId, Deployment, ManualClock, OsEntropy, Secret, SecretHash, SessionId,
    SystemClock, UserId,
};
use hodlxxi_oauth::Stores;
use hodlxxi_oauth::contract::{Fixture, NOW};
use hodlxxi_oauth::memory::MemoryStore;
use hodlxxi_oauth::person::Profile;
use hodlxxi_store_redis::{ConsentCache, Redis};

use crate::server::Server;

/// By how many seconds a new memory begins after the clock of the node that finds it empty, since other
/// nodes' clocks may be ahead.
pub(crate) const AHEAD: i64 = 4;

/// An empty Redis, as far as this deployment sees, and the memory of one process for the rest.
pub(crate) struct Fresh {
    pub(crate) redis: Redis,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) deployment: Deployment,
    server: String,
    memory: Arc<MemoryStore>,
}

impl Fresh {
    /// One whose memory begins now.
    pub(crate) fn new() -> Self {
        Self::with(server(), false)
    }

    /// The same, on a server of the test's own.
    pub(crate) fn on(server: &Server) -> Self {
        Self::with(server.url(), false)
    }

    /// One that never had anything to remember.
    pub(crate) fn first() -> Self {
        Self::with(server(), true)
    }

    fn with(server: String, is_new: bool) -> Self {
        let clock = Arc::new(ManualClock::at(NOW.minus(AHEAD)));
        let deployment = Deployment {
            id: UserId::generate(&SystemClock, &OsEntropy).to_string(),
            is_new,
        };
        let redis = open(&server, &deployment, &clock);
        clock.advance(AHEAD);
        Self {
            redis,
            clock,
            deployment,
            server,
            memory: Arc::default(),
        }
    }

    /// Another node of the same deployment.
    pub(crate) fn another_node(&self) -> Redis {
        let deployment = Deployment {
            is_new: false,
            ..self.deployment.clone()
        };
        open(&self.server, &deployment, &self.clock)
    }

    /// Removes everything that this deployment has in Redis.
    pub(crate) fn flush(&self) {
        self.flusher()();
    }

    /// The same, for another to do later.
    pub(crate) fn flusher(&self) -> impl Fn() + Send + 'static {
        let pattern = format!("hodlxxi:{}:*", self.deployment.id);
        move || {
            let mut conn = connection();
            let keys = redis::cmd("KEYS").arg(&pattern).query(&mut conn);
            let keys: Vec<String> = keys.unwrap();
            assert!(!keys.is_empty());
            redis::cmd("DEL").arg(keys).exec(&mut conn).unwrap();
        }
    }
}

fn open(server: &str, deployment: &Deployment, clock: &Arc<ManualClock>) -> Redis {
    let url = server.parse().unwrap();
    Redis::open(&url, deployment, 8, clock.clone()).unwrap()
}

/// A Redis server whose keys are ours to make.
pub(crate) fn server() -> String {
    #[expect(clippy::disallowed_methods, reason = "a setting of the tests alone")]
    let server = std::env::var("HODLXXI_TEST_REDIS");
    server.expect("HODLXXI_TEST_REDIS is set by tests/with-servers, as `make test` does")
}

/// A connection beside the store's.
pub(crate) fn connection() -> redis::Connection {
    let client = redis::Client::open(server()).unwrap();
    client.get_connection().unwrap()
}

/// The hash of a secret that nobody knows.
pub(crate) fn new_hash() -> SecretHash {
    Secret::generate(&OsEntropy).hash()
}

impl Fixture for Fresh {
    fn stores(&self) -> Stores {
        let stores = self.memory.stores();
        let consents = ConsentCache::new(self.redis.clone(), stores.consents);
        Stores {
            consents: Arc::new(consents),
            codes: Arc::new(self.redis.clone()),
            replays: Arc::new(self.redis.clone()),
            ..stores
        }
    }

    fn user(&self) -> UserId {
        let user = UserId::generate(&SystemClock, &OsEntropy);
        let profile = Profile {
            name: None,
            preferred_username: "somebody".to_owned(),
            public_key: None,
            access_level: AccessLevel::Limited,
            updated_at: NOW,
        };
        self.memory.set_profile(&user, Some(profile));
        user
    }

    fn session(&self, _: &UserId) -> SessionId {
        SessionId::generate(&SystemClock, &OsEntropy)
    }

    fn disable_user(&self, user: &UserId) {
        self.memory.set_profile(user, None);
    }

    fn merge(&self, user: &UserId, client: &ClientId, known_as: &UserId) {
        self.memory.set_known_as(user, client, known_as);
    }
}
