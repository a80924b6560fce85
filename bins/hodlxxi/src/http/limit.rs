//! Limited requests: who calls, and what an answer says of the limits.
//!
//! Which acts are held to what is decided in `hodlxxi-limit`. Deliberately absent: a layer around all
//! routes. A limit is taken inside the hop that a request makes anyway, and many acts are known by the
//! request's body alone.

use std::future::{Ready, ready};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{FromRequest, HttpRequest, dev, web};
use hodlxxi_limit::{Act, Address, Standing};

use super::block::hop;
use super::failure::Failure;
use super::peer::client_address;
use crate::compose::App;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Where a request came from, for its limits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller(Address);

impl Caller {
    /// Whoever sent `request`, behind trusted proxies too.
    fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let app = request
            .app_data::<web::Data<App>>()
            .ok_or_else(Failure::internal)?;
        let address = client_address(request, &app.config().server.trusted_proxies);
        Ok(Self(address.map_or(Address::UNKNOWN, Address::from)))
    }

    /// The address.
    pub(crate) const fn address(self) -> Address {
        self.0
    }
}

impl FromRequest for Caller {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// [`hop`] of a request that has no limit of its own kind: the one that all of them share is taken
/// first, in the same hop.
pub(crate) async fn limited_hop<T, E>(
    app: &web::Data<App>,
    caller: Caller,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Failure> + Send + 'static,
{
    hop(app, move |app| {
        app.take(caller, Act::Request)?;
        work(app)
    })
    .await
}

/// Says how a limit stands: `RateLimit` and `RateLimit-Policy`
/// (draft-ietf-httpapi-ratelimit-headers-10), and, where it refuses, `Retry-After`. On a refusal `t` is when
/// one more fits, else when the whole quota is there again.
pub(crate) fn tell(headers: &mut HeaderMap, standing: &Standing) {
    let (name, verdict) = (standing.policy.name(), standing.verdict);
    let quota = standing.policy.quota();
    let reset = if verdict.fits {
        verdict.reset_after()
    } else {
        verdict.retry_after()
    };
    let remaining = verdict.remaining;
    set(
        headers,
        RATE_LIMIT,
        &format!("\"{name}\";r={remaining};t={reset}"),
    );
    let policy = format!("\"{name}\";q={};w={}", quota.count(), quota.period());
    set(headers, RATE_LIMIT_POLICY, &policy);
    if !verdict.fits {
        set(headers, RETRY_AFTER, &verdict.retry_after().to_string());
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // Names of policies and digits always are a header's text.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
