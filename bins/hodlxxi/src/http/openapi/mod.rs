//! The `OpenAPI` 3.1 document: what each handler says of itself in its `#[utoipa::path]`, and what
//! holds for all of them ([`common`]).
//!
//! It is made once, and is the same bytes for one version of the program: `docs/openapi.json` is
//! this document, kept under version control. Deliberately absent: servers other than the one that
//! answers, and what a reverse proxy may add.

mod common;
mod errors;
pub(in crate::http) mod forms;
pub(in crate::http) mod schemas;
mod security;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use serde_json::Value;
use utoipa::OpenApi;

use super::{api, assets, oauth, pages};

pub(crate) use errors::ERRORS;
use security::Schemes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "HODLXXI",
        description = "An OpenID provider for people who sign in with Bitcoin keys.\n\n\
            Members named `*_at` are Unix time in seconds. Every answer carries `X-Request-Id`; \
            whoever runs the server finds a request in its log by it. A body is at most 64 KiB. \
            A `GET` route answers `HEAD` too."
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "Sign-in", description = "Proving a Bitcoin or Nostr key, step by step: ask for a challenge, have the wallet sign it, send the signature. Or a Lightning wallet: show its code, and wait for it."),
        (name = "Session", description = "The session of the browser that asks."),
        (name = "OAuth 2.0 and OpenID Connect", description = "For applications: authorization code with PKCE, tokens, claims and logout. Any OpenID Connect library finds its way from the discovery document."),
        (name = "Client registration", description = "For applications: registering themselves (RFC 7591), and managing what they registered (RFC 7592)."),
        (name = "Status", description = "For whoever runs or watches the server."),
        (name = "Demo", description = "Two small APIs to try access tokens on."),
        (name = "Pages", description = "What people see in their browser. Forms carry a token bound to the browser in the hidden field `csrf`, without which they are refused.")
    ),
    paths(
        api::sign_in::challenge,
        api::sign_in::verify,
        api::sign_in::guest,
        api::lightning::create,
        api::lightning::callback,
        api::lightning::check,
        api::lightning::events::watch,
        api::lightning::qr::show,
        api::session::show,
        api::session::logout,
        api::demo::free,
        api::demo::protected,
        api::status::health,
        api::ready::show,
        api::status::metrics,
        api::status::status,
        api::status::openapi,
        api::status::security_txt,
        oauth::metadata::discovery,
        oauth::metadata::jwks,
        oauth::authorize::start,
        oauth::authorize::store,
        oauth::authorize::decide,
        oauth::token::token,
        oauth::token::introspect,
        oauth::token::revoke,
        oauth::userinfo::get,
        oauth::userinfo::post,
        oauth::register::create,
        oauth::register::read,
        oauth::register::update,
        oauth::register::remove,
        oauth::logout::start,
        oauth::logout::store,
        oauth::logout::confirm,
        pages::home::show,
        pages::login::show,
        pages::login::challenge,
        pages::login::verify,
        pages::login::guest,
        pages::lightning::begin,
        pages::lightning::finish,
        pages::lightning::begin_link,
        pages::lightning::finish_link,
        pages::logout::here,
        pages::account::show,
        pages::account::save_profile,
        pages::account::end_session,
        pages::account::end_other_sessions,
        pages::account::revoke_connection,
        pages::keys::challenge,
        pages::keys::verify,
        pages::keys::unlink,
        pages::key_care::label,
        pages::key_care::make_primary,
        pages::key_care::freeze,
        pages::key_care::one_is_enough,
        pages::merge::challenge,
        pages::merge::verify,
        pages::leave::challenge,
        pages::leave::verify,
        pages::review::show,
        pages::review::decide,
        pages::export::download,
        pages::legal::privacy,
        pages::legal::terms,
        pages::admin::show,
        pages::admin::clients::show,
        pages::admin::clients::change,
        pages::admin::users::show,
        pages::admin::users::one,
        pages::admin::users::change,
        pages::admin::audit::show,
        pages::developers::show,
        pages::developers::new::show,
        pages::developers::new::create,
        pages::developers::playground::show,
        pages::developers::playground::back,
        pages::developers::own::show,
        pages::developers::own::change,
        pages::developers::own::rotate,
        pages::developers::own::end_old_secret,
        pages::developers::own::delete,
        pages::docs::show,
        pages::logo::show,
        pages::picture::show,
        assets::show,
        assets::favicon
    ),
    components(schemas(errors::Problem, errors::OAuthError)),
    modifiers(&Schemes)
)]
struct Described;

/// The document as a tree.
pub(in crate::http) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    // Its keys are all strings: it cannot fail to become a tree.
    let mut document = serde_json::to_value(Described::openapi()).unwrap_or_default();
    common::complete(&mut document);
    document
});

static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", *DOCUMENT));

/// The document as JSON, indented.
pub fn document() -> String {
    TEXT.clone()
}
