//! The JSON endpoints outside OAuth.

pub(super) mod demo;
pub(super) mod lightning;
pub(super) mod ready;
pub(super) mod session;
pub(super) mod sign_in;
pub(super) mod status;
