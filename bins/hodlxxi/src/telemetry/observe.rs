//! The outermost layer of every request: its id, its log line, its place in the metrics.

use std::sync::Arc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::HeaderName;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use hodlxxi_kernel::{Clock, Entropy};
use tracing::Instrument as _;

use super::metrics::Metrics;
use super::request_id::{RequestId, RequestIds};
use crate::config::TrustedProxies;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The route of a request that none matches: paths are anybody's to make up.
const UNMATCHED: &str = "unmatched";

/// What [`observe`] needs, in the application's data.
pub struct Observer {
    metrics: Metrics,
    proxies: TrustedProxies,
    ids: RequestIds,
}

impl Observer {
    /// Counts into `metrics`, and takes request ids from `proxies` alone.
    pub fn new(
        metrics: Metrics,
        proxies: TrustedProxies,
        clock: Arc<dyn Clock>,
        entropy: &dyn Entropy,
    ) -> Self {
        Self {
            metrics,
            proxies,
            ids: RequestIds::new(clock, entropy),
        }
    }

    /// The id that a trusted proxy gave, or a new one.
    fn request_id(&self, request: &ServiceRequest) -> RequestId {
        let peer = request.peer_addr();
        let trusted = peer.is_some_and(|peer| self.proxies.contains(peer.ip()));
        let header = request.headers().get(X_REQUEST_ID).filter(|_| trusted);
        header
            .and_then(RequestId::given)
            .unwrap_or_else(|| self.ids.next())
    }
}

/// Gives the request its id (in its extensions, its span and the header `X-Request-Id` of its
/// answer), counts it, and writes its line to the log.
///
/// # Errors
///
/// Those of the layers within, with the header on their answers.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(observer) = request.app_data::<web::Data<Observer>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("no observer"));
    };
    let begun = Instant::now();
    let in_flight = observer.metrics.request_begun();
    let id = observer.request_id(&request);
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let route = request.match_pattern();
    let route = route.unwrap_or_else(|| UNMATCHED.to_owned());
    let span = tracing::info_span!("request", request_id = %id);
    let mut outcome = next.call(request).instrument(span.clone()).await;
    let status = match &outcome {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    drop(in_flight);
    let took = begun.elapsed();
    observer
        .metrics
        .request_answered(&route, method.as_str(), status.as_u16(), took);
    span.in_scope(|| {
        tracing::info!(
            method = %method,
            route,
            status = status.as_u16(),
            latency_ms = took.as_secs_f64() * 1e3,
            "answered"
        );
    });
    if let Some(header) = id.header() {
        match &mut outcome {
            Ok(response) => {
                response.headers_mut().insert(X_REQUEST_ID, header);
            }
            Err(error) => {
                let mut response = error.error_response();
                response.headers_mut().insert(X_REQUEST_ID, header);
                return Err(InternalError::from_response(id, response).into());
            }
        }
    }
    outcome
}

#[cfg(test)]
mod tests;
