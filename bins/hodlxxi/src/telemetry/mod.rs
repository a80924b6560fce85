//! What the server tells of itself: logs, metrics, request ids.
//!
//! A log line names a request by its id and route pattern. Deliberately absent from all of it:
//! query strings, bodies, cookies, authorization headers, tokens, signatures.

mod logs;
mod metrics;
mod observe;
mod request_id;

pub use logs::{LogsError, init};
pub use metrics::Metrics;
pub use observe::{Observer, observe};
pub use request_id::RequestId;
