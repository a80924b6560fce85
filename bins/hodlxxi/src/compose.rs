//! Everything the server is made of, put together: the one place that names a concrete store.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use hodlxxi_audit::service::Auditor;
use hodlxxi_auth::account::{AccessPolicy, AccountStore, SessionPolicy, SessionStore};
use hodlxxi_auth::service::{SignInConfig, SignInConfigError, SignInService, SignInStores};
use hodlxxi_kernel::audit::{Action, AuditEntry, AuditLog, Origin};
use hodlxxi_kernel::{Clock, Entropy, OsEntropy, StoreError, Timestamp};
use hodlxxi_limit::{Counting, Limiter};
use hodlxxi_lnurl::code::CodeError;
use hodlxxi_lnurl::service::LnurlAuth;
use hodlxxi_lnurl::session::AuthSessionStore;
use hodlxxi_oauth::jose::{KeyPolicy, KeyRing, KeyRingError};
use hodlxxi_oauth::{Provider, Stores};
use hodlxxi_store_redis::{ConsentCache, LimitsWithFallback, PeopleCache, Redis, RedisOpenError};
use hodlxxi_store_sql::{Database, MigrateError, OpenError, SchemaError};
use thiserror::Error;

use crate::audit_gate::AuditGate;
use crate::client_cache::ClientCache;
use crate::config::{Config, DatabaseConfig, MasterFileError};
use crate::fetch::{Fetcher, FetcherError};
use crate::http::{CookieJar, FormTokens, Line, ReadinessCache};
use crate::lightning::Hub;
use crate::logos::LogoCache;
use crate::people::Profiles;
use crate::shared_clock::SharedClock;
use crate::status::CountCache;
use crate::telemetry::{Metrics, Observer};

/// For how long a process that ends tries to tell Redis of what it changed.
const SETTLE: Duration = Duration::from_secs(2);

/// Where Lightning wallets send their answers, under the issuer.
const LNURL_CALLBACK: &str = "/api/lnurl-auth/callback";

/// Why the application cannot be composed.
#[derive(Debug, Error)]
pub enum StartError {
    /// The folder for the data cannot be made.
    #[error("the data folder cannot be made")]
    DataDir(#[source] std::io::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database cannot be brought up to date.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The database's schema is not one that this version may run on.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The database does not tell which deployment it is of.
    #[error("the database cannot be read: {0}")]
    Store(#[from] StoreError),
    /// Redis is of no use as it is configured.
    #[error(transparent)]
    Redis(#[from] RedisOpenError),
    /// There is no master key.
    #[error(transparent)]
    Master(#[from] MasterFileError),
    /// The signing keys cannot be opened.
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    /// Sign-in cannot be configured as asked.
    #[error("HODLXXI_ISSUER: {0}")]
    SignIn(#[from] SignInConfigError),
    /// Lightning wallets cannot be given an address to call.
    #[error("HODLXXI_ISSUER: {0}")]
    Lnurl(#[from] CodeError),
    /// The client for what the server fetches cannot be made.
    #[error(transparent)]
    Fetcher(#[from] FetcherError),
}

/// Opens the configured database, whatever its schema. An embedded one is made if it is missing.
pub fn open_database(config: &DatabaseConfig) -> Result<Database, StartError> {
    config.data_dir.create().map_err(StartError::DataDir)?;
    Ok(Database::open(&config.url, config.pool_size)?)
}

/// The composed application, shared by all requests.
pub struct App {
    config: Config,
    database: Database,
    redis: Option<Redis>,
    provider: Provider,
    sign_in: SignInService,
    lnurl: LnurlAuth,
    hub: Hub,
    auditor: Auditor,
    fetcher: Fetcher,
    metrics: Metrics,
    limiter: Arc<Limiter>,
    forms: FormTokens,
    cookies: CookieJar,
    clock: Arc<dyn Clock>,
    shared_clock: Arc<SharedClock>,
    entropy: Arc<dyn Entropy>,
    counts: CountCache,
    logos: LogoCache,
    readiness: ReadinessCache,
    line: Line,
    discovery: Bytes,
    started_at: Timestamp,
}

impl App {
    /// Composes the application: on an embedded database brought up to date, or on PostgreSQL whose
    /// schema must be current.
    pub fn open(config: Config) -> Result<Self, StartError> {
        let database = open_database(&config.database)?;
        if config.database.url.is_embedded() {
            database.migrate()?;
        }
        database.check_schema()?;
        Self::on(config, database)
    }

    fn on(config: Config, database: Database) -> Result<Self, StartError> {
        let shared_clock = Arc::new(SharedClock::default());
        shared_clock
            .compare(|| database.server_micros())
            .map_err(SchemaError::from)?;
        let clock: Arc<dyn Clock> = shared_clock.clone();
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let master = &config.keys.master_key(&*entropy)?;
        let access = AccessPolicy::new(&config.sign_in.admin_keys);
        let deployment = database.deployment(&*entropy)?;
        let redis = config.redis.as_ref();
        let redis = redis
            .map(|redis| Redis::open(&redis.url, &deployment, redis.pool_size, clock.clone()))
            .transpose()?;
        let counting = counting(&config, &database, redis.as_ref());
        let limiter = Arc::new(Limiter::new(counting, master, clock.clone()));
        let log = Arc::new(database.clone());
        let audit = AuditGate::new(log.clone(), limiter.clone(), clock.clone());
        let audit: Arc<dyn AuditLog> = Arc::new(audit);
        let people = sign_in_stores(&database, redis.as_ref(), audit.clone());
        let profiles = Profiles::new(people.accounts.clone(), access.clone());
        let stores = oauth_stores(&database, redis.as_ref(), profiles, audit, clock.clone());
        let keys = KeyRing::open(
            stores.keys.clone(),
            master,
            &config.oauth.id_token_algs,
            KeyPolicy::default(),
            clock.clone(),
            entropy.clone(),
        )?;
        let provider = Provider::new(
            config
                .oauth
                .provider_config(&config.server.issuer, config.sign_in.guests),
            stores,
            Arc::new(keys),
            master,
            clock.clone(),
            entropy.clone(),
        );
        let sign_in = SignInService::new(
            SignInConfig {
                issuer: config.server.issuer.as_str().to_owned(),
                network: config.sign_in.network,
                sessions: SessionPolicy::default(),
                access,
                guests: config.sign_in.guests,
            },
            people,
            master,
            clock.clone(),
            entropy.clone(),
        )?;
        let lnurl = LnurlAuth::new(
            &format!("{}{LNURL_CALLBACK}", config.server.issuer.as_str()),
            lnurl_sessions(&database, redis.as_ref()),
            master,
            clock.clone(),
            entropy.clone(),
        )?;
        Ok(Self {
            auditor: Auditor::new(log, master, clock.clone(), entropy.clone()),
            fetcher: Fetcher::new(config.server.issuer.is_loopback())?,
            metrics: Metrics::new(clock.now()),
            limiter,
            forms: FormTokens::new(master),
            cookies: CookieJar::new(config.server.issuer.is_https()),
            counts: CountCache::default(),
            logos: LogoCache::default(),
            readiness: ReadinessCache::default(),
            line: Line::default(),
            discovery: provider.discovery_json().to_owned().into(),
            started_at: clock.now(),
            config,
            database,
            redis,
            provider,
            sign_in,
            lnurl,
            hub: Hub::default(),
            clock,
            shared_clock,
            entropy,
        })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Redis, where one is used.
    pub fn redis(&self) -> Option<&Redis> {
        self.redis.as_ref()
    }

    /// Sees to it that no cache answers from before what this process changed; for its end. Answers whether that
    /// succeeded within some seconds.
    pub(crate) fn settle(&self) -> bool {
        let redis = self.redis.as_ref();
        redis.is_none_or(|redis| redis.settle(SETTLE))
    }

    /// People's accounts.
    pub fn accounts(&self) -> &dyn AccountStore {
        &*self.sign_in.stores().accounts
    }

    /// People's sessions.
    pub fn sessions(&self) -> &dyn SessionStore {
        &*self.sign_in.stores().sessions
    }

    /// The OAuth use cases.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// The provider metadata, as it is sent.
    pub(crate) fn discovery(&self) -> Bytes {
        self.discovery.clone()
    }

    /// The sign-in use cases.
    pub fn sign_in(&self) -> &SignInService {
        &self.sign_in
    }

    /// Sign-ins with Lightning wallets.
    pub(crate) fn lnurl(&self) -> &LnurlAuth {
        &self.lnurl
    }

    /// The pages that wait for their wallet.
    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Whether a wallet may answer at another node than the one whose page waits for it.
    pub(crate) fn has_other_nodes(&self) -> bool {
        !self.config.database.url.is_embedded() || self.redis.is_some()
    }

    /// The audit log.
    pub fn auditor(&self) -> &Auditor {
        &self.auditor
    }

    /// An act of an administrator, at the command line or at the pages.
    pub(crate) fn act(&self, action: Action, origin: &Origin) -> AuditEntry {
        AuditEntry::new(action, origin, &*self.clock, &*self.entropy)
    }

    /// The guarded client for what the server fetches.
    pub fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    /// The metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    pub(crate) fn forms(&self) -> &FormTokens {
        &self.forms
    }

    pub(crate) fn cookies(&self) -> CookieJar {
        self.cookies
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn now_micros(&self) -> i64 {
        self.clock.unix_micros()
    }

    /// Compares this machine's clock with the one that all nodes share.
    pub(crate) fn compare_clocks(&self) -> Result<(), StoreError> {
        self.shared_clock.compare(|| self.database.server_micros())
    }

    pub(crate) fn counts(&self) -> &CountCache {
        &self.counts
    }

    pub(crate) fn readiness(&self) -> &ReadinessCache {
        &self.readiness
    }

    /// Who waits for a thread that may block.
    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    pub(crate) fn logos(&self) -> &LogoCache {
        &self.logos
    }

    /// What the outermost layer of every request needs.
    pub(crate) fn observer(&self) -> Observer {
        Observer::new(
            self.metrics.clone(),
            self.config.server.trusted_proxies.clone(),
            self.clock.clone(),
            &*self.entropy,
        )
    }

    /// Seconds since the application was composed.
    pub(crate) fn uptime(&self) -> i64 {
        self.now().seconds_since(self.started_at)
    }

    /// The issuer, exactly as configured.
    pub(crate) fn issuer(&self) -> &str {
        self.config.server.issuer.as_str()
    }

    pub(crate) fn is_https(&self) -> bool {
        self.config.server.issuer.is_https()
    }
}

/// Where limits are counted: in Redis where there is one; else in this process where there is no other.
fn counting(config: &Config, database: &Database, redis: Option<&Redis>) -> Counting {
    if !config.server.rate_limits {
        return Counting::Off;
    }
    match redis {
        Some(redis) => {
            let store = Arc::new(redis.clone());
            Counting::Shared(Arc::new(LimitsWithFallback::new(store)))
        }
        None if config.database.url.is_embedded() => Counting::InProcess,
        None => Counting::InDatabase(Arc::new(database.clone())),
    }
}

/// Everything in the database, but with Redis codes and replays, and consents in front of it.
fn oauth_stores(
    database: &Database,
    redis: Option<&Redis>,
    profiles: Profiles,
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
) -> Stores {
    let store = Arc::new(database.clone());
    let durable = Stores {
        clients: Arc::new(ClientCache::new(store.clone(), clock)),
        codes: store.clone(),
        grants: store.clone(),
        consents: store.clone(),
        replays: store.clone(),
        logouts: store.clone(),
        keys: store.clone(),
        profiles: Arc::new(profiles),
        subjects: store.clone(),
        audit,
    };
    let Some(redis) = redis else {
        return durable;
    };
    Stores {
        codes: Arc::new(redis.clone()),
        consents: Arc::new(ConsentCache::new(redis.clone(), store)),
        replays: Arc::new(redis.clone()),
        ..durable
    }
}

/// Sign-ins with Lightning wallets: in Redis where there is one, else in the database.
fn lnurl_sessions(database: &Database, redis: Option<&Redis>) -> Arc<dyn AuthSessionStore> {
    match redis {
        Some(redis) => Arc::new(redis.clone()),
        None => Arc::new(database.clone()),
    }
}

/// Everything in the database, but with Redis challenges, and sessions in front of it.
fn sign_in_stores(
    database: &Database,
    redis: Option<&Redis>,
    audit: Arc<dyn AuditLog>,
) -> SignInStores {
    let store = Arc::new(database.clone());
    let Some(redis) = redis else {
        return SignInStores {
            challenges: store.clone(),
            accounts: store.clone(),
            sessions: store,
            audit,
        };
    };
    let people = PeopleCache::new(redis.clone(), store.clone(), store.clone());
    let people = Arc::new(people);
    SignInStores {
        challenges: Arc::new(redis.clone()),
        accounts: people.clone(),
        sessions: people,
        audit,
    }
}
