//! Where a request comes from, for the audit log.

use actix_web::{HttpMessage as _, HttpRequest, http::header::USER_AGENT};
use hodlxxi_kernel::audit::Origin;

use super::peer::client_address;
use crate::compose::App;
use crate::telemetry::RequestId;

/// The client's address behind trusted proxies, the request's id, and what the program says it is.
pub(crate) fn origin(app: &App, request: &HttpRequest) -> Origin {
    let address = client_address(request, &app.config().server.trusted_proxies);
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string);
    let user_agent = request.headers().get(USER_AGENT);
    Origin::request(
        address,
        id,
        user_agent.and_then(|value| value.to_str().ok()),
    )
}
