//! The authorization request (RFC 6749, section 4.1.1; OpenID Connect Core, section 3.1.2) and what
//! it leads to: an answer at the redirect URI, a sign-in, or the question of consent.
//!
//! Only the types and the reading of a request are here; the use cases that ask stores are methods
//! of [`Provider`](crate::Provider).

mod error;
mod outcome;
mod pending;
mod pkce;
mod prompt;
mod request;
mod response;
mod target;

pub use error::{AuthorizationError, AuthorizationErrorCode, AuthorizeError};
pub use outcome::{AuthorizeOutcome, ClientShown, ConsentPrompt, Decision, LoginNeeded};
pub use response::{AuthorizationResponse, ResponseMode};

pub(crate) use pending::{Asked, Pending};
pub(crate) use pkce::CodeChallenge;
pub(crate) use prompt::Prompts;
pub(crate) use request::{AuthorizationRequest, PARAMETERS};
pub(crate) use response::add_query;
pub(crate) use target::{Target, csp_source};
