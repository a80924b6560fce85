//! The endpoints of OAuth 2.0 and OpenID Connect.

pub(super) mod authorize;
mod client;
mod failure;
pub(super) mod logout;
pub(super) mod metadata;
pub(super) mod register;
pub(super) mod token;
pub(super) mod userinfo;
