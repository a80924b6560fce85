//! Where the server listens, and what it is called from outside.

use std::net::SocketAddr;

use hodlxxi_oauth::provider::Issuer;

use super::environment::Environment;
use super::error::ConfigError;
use super::proxies::TrustedProxies;
use super::setting::{Default, Setting, list, switch};

const BIND: Setting = Setting {
    name: "HODLXXI_BIND",
    default: Default::Text("127.0.0.1:5000"),
    example: "0.0.0.0:5000",
    meaning: "listen address: IP address and port",
    secret: false,
    may_be_empty: false,
};
const ISSUER: Setting = Setting {
    name: "HODLXXI_ISSUER",
    default: Default::Text("http://localhost:5000"),
    example: "https://id.example.org",
    meaning: "public base URL and OpenID issuer, exactly as given: scheme, host, port, nothing more; http only for loopback and .onion hosts; another host is another key for everybody who signs in with a Lightning wallet",
    secret: false,
    may_be_empty: false,
};
const TRUSTED_PROXIES: Setting = Setting {
    name: "HODLXXI_TRUSTED_PROXIES",
    default: Default::Text(""),
    example: "127.0.0.1,10.0.0.0/8",
    meaning: "addresses or networks, comma-separated, of the proxies whose forwarding headers and X-Request-Id count",
    secret: false,
    may_be_empty: true,
};
const RATE_LIMITS: Setting = Setting {
    name: "HODLXXI_RATE_LIMITS",
    default: Default::Text("on"),
    example: "off",
    meaning: "off lifts the rate limits, for load tests or behind a gateway that limits by itself",
    secret: false,
    may_be_empty: false,
};
const METRICS_BIND: Setting = Setting {
    name: "HODLXXI_METRICS_BIND",
    default: Default::Words("unset"),
    example: "127.0.0.1:9100",
    meaning: "a listen address of its own for /metrics; unset: on the main one, for this machine alone and never through a proxy",
    secret: false,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] = &[BIND, ISSUER, TRUSTED_PROXIES, RATE_LIMITS, METRICS_BIND];

/// Where the server listens, and what it is called from outside.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Listen address.
    pub bind: SocketAddr,
    /// The issuer, and the base of all absolute URLs.
    pub issuer: Issuer,
    /// The proxies whose headers count.
    pub trusted_proxies: TrustedProxies,
    /// Whether requests are limited.
    pub rate_limits: bool,
    /// Listen address of `/metrics`, where it has its own.
    pub metrics_bind: Option<SocketAddr>,
}

impl ServerConfig {
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let config = Self {
            bind: environment.required(&BIND, address)?,
            issuer: environment.required(&ISSUER, Issuer::parse)?,
            trusted_proxies: environment.required(&TRUSTED_PROXIES, |text| {
                list(text, str::parse).map(TrustedProxies::new)
            })?,
            rate_limits: environment.required(&RATE_LIMITS, switch)?,
            metrics_bind: environment.optional(&METRICS_BIND, address)?,
        };
        if config.metrics_bind == Some(config.bind) && config.bind.port() != 0 {
            return Err(METRICS_BIND.wrong(None, "it is the same address as HODLXXI_BIND"));
        }
        Ok(config)
    }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "it is not an IP address and port")
}
