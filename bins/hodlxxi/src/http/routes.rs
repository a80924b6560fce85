//! Every route of the server, in one table.
//!
//! A `GET` route answers `HEAD` too. Other methods get 405 with `Allow` (RFC 9110, section 15.5.6).

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, guard, web};

use super::arguments::asks_who_calls;
use super::failure::Failure;
use super::{api, assets, oauth, pages};

/// OPTIONS is answered with the methods there are; anything else is refused, with them.
fn other_method(request: &HttpRequest, allowed: &'static str) -> HttpResponse {
    if request.method() == Method::OPTIONS {
        return HttpResponse::NoContent()
            .insert_header((ALLOW, allowed))
            .finish();
    }
    let failure = Failure::of_status(actix_web::http::StatusCode::METHOD_NOT_ALLOWED);
    let mut response = failure.error_response();
    response.headers_mut().insert(
        ALLOW,
        actix_web::http::header::HeaderValue::from_static(allowed),
    );
    response
}

macro_rules! route {
    (GET $handler:path) => {
        web::route()
            .guard(guard::Any(guard::Get()).or(guard::Head()))
            .to($handler)
    };
    (POST $handler:path) => {
        web::post().to($handler)
    };
    (PUT $handler:path) => {
        web::put().to($handler)
    };
    (DELETE $handler:path) => {
        web::delete().to($handler)
    };
}

macro_rules! allowed {
    (GET) => {
        "GET, HEAD, "
    };
    ($method:ident) => {
        concat!(stringify!($method), ", ")
    };
}

macro_rules! routes {
    ($($path:literal => $($method:ident $handler:path),+;)+) => {
        /// Every path with its methods.
        pub const ROUTES: &[(&str, &[&str])] = &[$(($path, &[$(stringify!($method)),+])),+];

        /// Whether requests to `path` by `method` may be refused with 429: their handler asks who calls.
        pub(super) fn is_limited(method: &str, path: &str) -> bool {
            $($(
                if path == $path && method.eq_ignore_ascii_case(stringify!($method)) {
                    return asks_who_calls(&$handler);
                }
            )+)+
            false
        }

        /// Adds every route to the application.
        pub(crate) fn configure(config: &mut web::ServiceConfig) {
            $(config.service(
                web::resource($path)
                    $(.route(route!($method $handler)))+
                    .default_service(web::to(|request: HttpRequest| async move {
                        other_method(&request, concat!($(allowed!($method)),+, "OPTIONS"))
                    })),
            );)+
            config.app_data(
                web::QueryConfig::default()
                    .error_handler(|_, _| Failure::malformed("the query could not be read").into()),
            );
            config.app_data(
                web::PathConfig::default().error_handler(|_, _| Failure::not_found().into()),
            );
            config.default_service(web::to(|| async { Failure::not_found().error_response() }));
        }
    };
}

// A request is compared with one path after the other, and by a slow expression with those that have a
// place in them: what is asked most comes first, and those come last.
routes! {
    "/.well-known/openid-configuration" => GET oauth::metadata::discovery;
    "/.well-known/oauth-authorization-server" => GET oauth::metadata::discovery;
    "/.well-known/security.txt" => GET api::status::security_txt;
    "/oauth/jwks.json" => GET oauth::metadata::jwks;
    "/oauth/authorize" => GET oauth::authorize::start, POST oauth::authorize::store;
    "/oauth/consent" => POST oauth::authorize::decide;
    "/oauth/token" => POST oauth::token::token;
    "/oauth/introspect" => POST oauth::token::introspect;
    "/oauth/revoke" => POST oauth::token::revoke;
    "/oauth/userinfo" => GET oauth::userinfo::get, POST oauth::userinfo::post;
    "/oauth/register" => POST oauth::register::create;
    "/oauth/logout" => GET oauth::logout::start, POST oauth::logout::store;
    "/oauth/logout/confirm" => POST oauth::logout::confirm;

    "/" => GET pages::home::show;
    "/login" => GET pages::login::show;
    "/login/challenge" => POST pages::login::challenge;
    "/login/verify" => POST pages::login::verify;
    "/login/guest" => POST pages::login::guest;
    "/login/lightning" => POST pages::lightning::begin;
    "/login/lightning/finish" => POST pages::lightning::finish;
    "/logout" => POST pages::logout::here;
    "/account" => GET pages::account::show;
    "/account/profile" => POST pages::account::save_profile;
    "/account/keys/challenge" => POST pages::keys::challenge;
    "/account/keys/verify" => POST pages::keys::verify;
    "/account/keys/lightning" => POST pages::lightning::begin_link;
    "/account/keys/lightning/finish" => POST pages::lightning::finish_link;
    "/account/keys/unlink" => POST pages::keys::unlink;
    "/account/keys/label" => POST pages::key_care::label;
    "/account/keys/primary" => POST pages::key_care::make_primary;
    "/account/keys/freeze" => POST pages::key_care::freeze;
    "/account/keys/enough" => POST pages::key_care::one_is_enough;
    "/account/merge/challenge" => POST pages::merge::challenge;
    "/account/merge/verify" => POST pages::merge::verify;
    "/account/delete/challenge" => POST pages::leave::challenge;
    "/account/delete/verify" => POST pages::leave::verify;
    "/account/review" => GET pages::review::show, POST pages::review::decide;
    "/account/export" => GET pages::export::download;
    "/account/sessions/end" => POST pages::account::end_session;
    "/account/sessions/end-others" => POST pages::account::end_other_sessions;
    "/account/connections/revoke" => POST pages::account::revoke_connection;
    "/developers" => GET pages::developers::show;
    "/developers/new" => GET pages::developers::new::show, POST pages::developers::new::create;
    "/developers/playground" => GET pages::developers::playground::show;
    "/developers/playground/callback" => GET pages::developers::playground::back;
    "/admin" => GET pages::admin::show;
    "/admin/clients" => GET pages::admin::clients::show, POST pages::admin::clients::change;
    "/admin/users" => GET pages::admin::users::show;
    "/admin/audit" => GET pages::admin::audit::show;
    "/legal/privacy" => GET pages::legal::privacy;
    "/legal/terms" => GET pages::legal::terms;
    "/oauthx/docs" => GET pages::docs::show;
    "/favicon.ico" => GET assets::favicon;

    "/api/challenge" => POST api::sign_in::challenge;
    "/api/verify" => POST api::sign_in::verify;
    "/api/guest" => POST api::sign_in::guest;
    "/api/session" => GET api::session::show;
    "/api/logout" => POST api::session::logout;
    "/api/lnurl-auth/create" => POST api::lightning::create;
    "/api/lnurl-auth/callback" => GET api::lightning::callback;
    "/api/demo/free" => GET api::demo::free;
    "/api/demo/protected" => GET api::demo::protected;

    "/health" => GET api::status::health;
    "/health/ready" => GET api::ready::show;
    "/metrics" => GET api::status::metrics;
    "/oauthx/status" => GET api::status::status;
    "/openapi.json" => GET api::status::openapi;

    "/oauth/register/{client_id}" =>
        GET oauth::register::read, PUT oauth::register::update, DELETE oauth::register::remove;
    "/api/lnurl-auth/check/{session_id}" => GET api::lightning::check;
    "/api/lnurl-auth/events/{session_id}" => GET api::lightning::events::watch;
    "/api/lnurl-auth/qr/{session_id}.svg" => GET api::lightning::qr::show;
    "/static/{version}/{name}" => GET assets::show;
    "/logo/{client_id}" => GET pages::logo::show;
    "/picture/{name}" => GET pages::picture::show;
    "/admin/users/{user_id}" => GET pages::admin::users::one, POST pages::admin::users::change;
    "/developers/clients/{client_id}" =>
        GET pages::developers::own::show, POST pages::developers::own::change;
    "/developers/clients/{client_id}/secret" => POST pages::developers::own::rotate;
    "/developers/clients/{client_id}/secret/end-old" => POST pages::developers::own::end_old_secret;
    "/developers/clients/{client_id}/delete" => POST pages::developers::own::delete;
}
