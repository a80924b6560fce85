//! What is counted, for Prometheus.
//!
//! Every label takes few values: routes are patterns, methods and statuses are classes. Deliberately
//! absent: anything that names a person, a client or an address.

use std::time::Duration;

use hodlxxi_kernel::{SignInMethod, Timestamp};
use hodlxxi_oauth::client::GrantType;
use hodlxxi_store_redis::RedisPoolState;
use hodlxxi_store_sql::PoolState;
use prometheus::core::Collector;
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

/// Upper bounds of the latency buckets, in seconds.
const LATENCY: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// The counters of one process; clones share them.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    latency: HistogramVec,
    in_flight: IntGauge,
    sign_ins: IntCounterVec,
    tokens: IntCounterVec,
    rate_limited: IntCounterVec,
    pool: IntGaugeVec,
    redis_pool: IntGaugeVec,
    signing_keys: IntGauge,
}

impl Metrics {
    /// Counters at zero, of a process that started at `started_at`.
    ///
    /// # Panics
    ///
    /// Never: the names are constants, and the tests make them all.
    #[expect(
        clippy::expect_used,
        reason = "names and labels are constants; the tests make them all"
    )]
    pub fn new(started_at: Timestamp) -> Self {
        Self::register(started_at).expect("the metrics' names are valid and differ")
    }

    fn register(started_at: Timestamp) -> prometheus::Result<Self> {
        let registry = Registry::new();
        let build = IntGaugeVec::new(opts("build_info", "The version that runs"), &["version"])?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        add(&registry, build)?;
        // By convention of Prometheus this one has no prefix of ours.
        let start = IntGauge::with_opts(Opts::new(
            "process_start_time_seconds",
            "When the process started, in Unix time",
        ))?;
        start.set(started_at.as_unix());
        add(&registry, start)?;
        let latency = HistogramOpts::new(
            "hodlxxi_http_request_duration_seconds",
            "Time from a request's head to its answer's",
        )
        .buckets(LATENCY.to_vec());
        Ok(Self {
            requests: add(
                &registry,
                IntCounterVec::new(
                    opts("http_requests_total", "Requests answered"),
                    &["route", "method", "status"],
                )?,
            )?,
            latency: add(&registry, HistogramVec::new(latency, &["route"])?)?,
            in_flight: add(
                &registry,
                IntGauge::with_opts(opts("http_requests_in_flight", "Requests being answered"))?,
            )?,
            sign_ins: add(
                &registry,
                IntCounterVec::new(
                    opts("sign_ins_total", "Sign-ins tried"),
                    &["method", "result"],
                )?,
            )?,
            tokens: add(
                &registry,
                IntCounterVec::new(opts("tokens_issued_total", "Token answers"), &["grant"])?,
            )?,
            rate_limited: add(
                &registry,
                IntCounterVec::new(
                    opts("rate_limited_total", "Requests refused by a rate limit"),
                    &["limit"],
                )?,
            )?,
            pool: add(
                &registry,
                IntGaugeVec::new(
                    opts("database_connections", "Connections to the database"),
                    &["state"],
                )?,
            )?,
            redis_pool: add(
                &registry,
                IntGaugeVec::new(
                    opts("redis_connections", "Connections to Redis"),
                    &["state"],
                )?,
            )?,
            signing_keys: add(
                &registry,
                IntGauge::with_opts(opts("signing_keys", "Signing keys published"))?,
            )?,
            registry,
        })
    }

    /// A request came in; it counts as being answered until the value is dropped.
    pub(super) fn request_begun(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request was answered with `status` after `took`.
    pub(super) fn request_answered(&self, route: &str, method: &str, status: u16, took: Duration) {
        self.requests
            .with_label_values(&[route, method_label(method), status_class(status)])
            .inc();
        self.latency
            .with_label_values(&[route])
            .observe(took.as_secs_f64());
    }

    /// Somebody signed in by `method`.
    pub fn signed_in(&self, method: SignInMethod) {
        self.sign_ins
            .with_label_values(&[method.as_str(), "ok"])
            .inc();
    }

    /// A sign-in was refused, by a method that may not even be known.
    pub fn sign_in_refused(&self) {
        self.sign_ins
            .with_label_values(&["unknown", "refused"])
            .inc();
    }

    /// Tokens were issued for `grant`.
    pub fn token_issued(&self, grant: GrantType) {
        self.tokens.with_label_values(&[grant.as_str()]).inc();
    }

    /// Notes the state of the pool of connections to Redis.
    pub fn redis_pool(&self, pool: RedisPoolState) {
        let connections = [
            ("in_use", pool.connections.saturating_sub(pool.idle)),
            ("idle", pool.idle),
            ("max", pool.max),
        ];
        for (state, count) in connections {
            self.redis_pool
                .with_label_values(&[state])
                .set(count.into());
        }
    }

    /// A request was refused by `limit`.
    pub fn rate_limited(&self, limit: &'static str) {
        self.rate_limited.with_label_values(&[limit]).inc();
    }

    /// All metrics in the text format of Prometheus, with what is read at this moment: the state of
    /// the connection pool and the number of signing keys published.
    pub fn exposition(&self, pool: PoolState, signing_keys: usize) -> String {
        let connections = [
            ("in_use", pool.connections.saturating_sub(pool.idle)),
            ("idle", pool.idle),
            ("max", pool.max),
        ];
        for (state, count) in connections {
            self.pool.with_label_values(&[state]).set(count.into());
        }
        self.signing_keys
            .set(i64::try_from(signing_keys).unwrap_or(i64::MAX));
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::error!(%error, "the metrics could not be written");
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// A request being answered.
pub(super) struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn opts(name: &str, help: &str) -> Opts {
    Opts::new(name, help).namespace("hodlxxi")
}

fn add<C: Collector + Clone + 'static>(registry: &Registry, metric: C) -> prometheus::Result<C> {
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

/// The method, if it is a usual one: anybody can make up others.
fn method_label(method: &str) -> &'static str {
    const USUAL: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let usual = USUAL.into_iter().find(|usual| *usual == method);
    usual.unwrap_or("other")
}

const fn status_class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: PoolState = PoolState {
        connections: 3,
        idle: 1,
        max: 8,
    };

    #[test]
    fn what_happened_is_in_the_exposition() {
        let metrics = Metrics::new(Timestamp::from_unix(1_700_000_000));
        metrics.request_answered("/api/verify", "POST", 401, Duration::from_millis(3));
        metrics.request_answered("/api/verify", "BREW", 418, Duration::from_secs(9));
        metrics.signed_in(SignInMethod::Nostr);
        metrics.sign_in_refused();
        metrics.token_issued(GrantType::RefreshToken);
        metrics.rate_limited("sign-ins");
        let running = metrics.request_begun();
        let text = metrics.exposition(POOL, 4);
        for line in [
            r#"hodlxxi_http_requests_total{method="POST",route="/api/verify",status="4xx"} 1"#,
            r#"hodlxxi_http_requests_total{method="other",route="/api/verify",status="4xx"} 1"#,
            r#"hodlxxi_http_request_duration_seconds_count{route="/api/verify"} 2"#,
            r#"hodlxxi_rate_limited_total{limit="sign-ins"} 1"#,
            "hodlxxi_http_requests_in_flight 1",
            r#"hodlxxi_sign_ins_total{method="nostr",result="ok"} 1"#,
            r#"hodlxxi_sign_ins_total{method="unknown",result="refused"} 1"#,
            r#"hodlxxi_tokens_issued_total{grant="refresh_token"} 1"#,
            r#"hodlxxi_database_connections{state="in_use"} 2"#,
            "hodlxxi_signing_keys 4",
            "process_start_time_seconds 1700000000",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} in\n{text}");
        }
        drop(running);
        let text = metrics.exposition(POOL, 4);
        assert!(
            text.contains("hodlxxi_http_requests_in_flight 0\n"),
            "{text}"
        );
    }
}
