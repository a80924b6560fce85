//! The OpenID provider over HTTP (contract section 6), step by step.

mod client_auth;
mod codes;
mod consent;
mod discovery;
mod id_token;
mod introspection;
mod logout;
mod machine;
mod pairwise;
mod refresh;
mod registration;
mod request;
mod response_mode;
mod userinfo;
