//! Signing in with a Lightning wallet (LNURL-auth): begin, ask how it stands, and the wallet's own call.

pub(in crate::http) mod events;
pub(in crate::http) mod qr;

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_kernel::PublicKey;
use hodlxxi_lnurl::auth::{Action, Answer};
use hodlxxi_lnurl::session::LIFETIME;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::compose::App;
use crate::http::block::hop;
use crate::http::body::JsonOrNothing;
use crate::http::failure::Failure;
use crate::http::limit::{self, Caller, limited_hop};
use crate::http::origin::origin;
use crate::http::pages::{Browser, set_session};
use crate::lightning::Checked;

/// The body of `POST /api/lnurl-auth/create`.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct CreateBody {
    /// `login` (the default), `register`, `link` or `auth`.
    action: Option<String>,
}

/// A sign-in, for the browser to show and to ask after.
#[derive(Serialize, ToSchema)]
struct CreateAnswer {
    /// Its id, a secret of this browser.
    session_id: String,
    /// What the wallet signs: 64 hex digits.
    k1: String,
    /// The code to show: upper-case bech32 (LUD-01).
    lnurl: String,
    /// The same as a link that opens a wallet.
    uri: String,
    /// The same under the scheme of LNURL-auth (LUD-17).
    keyauth_uri: String,
    /// The URL inside the code.
    callback_url: String,
    /// Seconds until it expires.
    expires_in: i64,
}

/// `POST /api/lnurl-auth/create`
#[utoipa::path(
    post,
    path = "/api/lnurl-auth/create",
    operation_id = "createLnurlAuth",
    tag = "Sign-in",
    summary = "Begin a sign-in with a Lightning wallet",
    description = "A code for a wallet (LNURL-auth), bound to the browser by its cookie, which is set if it has none. `link` (one more key for the account, within five minutes of the last sign-in) and `auth` (the same person once more) need a session.",
    request_body(content = Option<CreateBody>, example = json!({ "action": "login" })),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The sign-in.", body = CreateAnswer),
        (status = 400, description = "`request.malformed`: the body, or the action in it, is not known."),
        (status = 401, description = "`auth.session_required`: the action needs a session."),
        (status = 403, description = "`auth.reauthentication_required`: the session was opened too long ago to link a key."),
        (status = 415, description = "`request.unsupported_media_type`: the body has another media type than JSON.")
    )
)]
pub(crate) async fn create(
    app: web::Data<App>,
    browser: Browser,
    caller: Caller,
    body: JsonOrNothing<CreateBody>,
) -> Result<HttpResponse, Failure> {
    let action = match body.0.action.as_deref() {
        None => Action::Login,
        Some(word) => word
            .parse()
            .map_err(|error| Failure::malformed(format!("{error}")))?,
    };
    let asking = browser.clone();
    let begun = hop(&app, move |app| {
        let session = asking.session();
        app.begin_lightning(action, asking.mark(), session.as_ref(), caller)
    })
    .await?;
    let endpoint = begun.url.endpoint();
    let mut response = HttpResponse::Ok().json(CreateAnswer {
        session_id: begun.id.expose().to_owned(),
        k1: begun.url.k1().to_hex(),
        lnurl: endpoint.to_lnurl(),
        uri: endpoint.to_uri(),
        keyauth_uri: endpoint.to_keyauth(),
        callback_url: endpoint.as_str().to_owned(),
        expires_in: LIFETIME,
    });
    browser.remember(&mut response)?;
    Ok(response)
}

/// What a wallet is answered (LUD-06).
#[derive(Serialize, ToSchema)]
struct WalletAnswer {
    /// `OK` or `ERROR`.
    status: &'static str,
    /// What was wrong, in words for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// `GET /api/lnurl-auth/callback`: the wallet's call. Always 200: wallets show `reason` and look at nothing else.
#[utoipa::path(
    get,
    path = "/api/lnurl-auth/callback",
    operation_id = "lnurlAuthCallback",
    tag = "Sign-in",
    summary = "A Lightning wallet's answer (LUD-04)",
    description = "Called by the wallet with its signature over `k1`. Always 200, with `status` `OK`, or `ERROR` and a `reason`, limits included. A failure does not burn the code. What is done follows what was asked for when the code was made, whatever `action` says here.",
    params(
        ("k1" = String, Query, description = "What was signed: 64 hex digits."),
        ("sig" = String, Query, description = "The signature over the bytes of `k1`, unhashed: DER in hex."),
        ("key" = String, Query, description = "The wallet's key: compressed, 66 hex digits."),
        ("tag" = Option<String>, Query, description = "`login`; not looked at."),
        ("action" = Option<String>, Query, description = "Not looked at.")
    ),
    security(()),
    responses(
        (status = 200, description = "What became of it.", body = WalletAnswer)
    )
)]
pub(crate) async fn callback(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
) -> HttpResponse {
    let answer = match Answer::parse(request.query_string()) {
        Ok(answer) => answer,
        Err(error) => return refuse(&Failure::malformed(error.to_string())),
    };
    let origin = origin(&app, &request);
    let taken = hop(&app, move |app| {
        app.wallet_answered(&answer, &origin, caller)
    });
    match taken.await {
        Ok(()) => HttpResponse::Ok().json(WalletAnswer {
            status: "OK",
            reason: None,
        }),
        Err(failure) => refuse(&failure),
    }
}

/// What was wrong, as wallets expect to be told.
fn refuse(failure: &Failure) -> HttpResponse {
    let mut response = HttpResponse::Ok().json(WalletAnswer {
        status: "ERROR",
        reason: Some(failure.detail.clone()),
    });
    if let Some(standing) = &failure.limit {
        limit::tell(response.headers_mut(), standing);
    }
    response
}

/// How a sign-in stands.
#[derive(Serialize, ToSchema)]
pub(super) struct CheckAnswer {
    /// `pending`, `authenticated` or `expired`.
    status: &'static str,
    /// Whether it is `authenticated`.
    authenticated: bool,
    /// The wallet's key in hex: 66 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pubkey: Option<String>,
    /// Seconds until the code expires.
    expires_in: i64,
}

impl CheckAnswer {
    pub(super) const fn pending(expires_in: i64) -> Self {
        Self {
            status: "pending",
            authenticated: false,
            pubkey: None,
            expires_in,
        }
    }

    pub(super) const fn expired() -> Self {
        Self {
            status: "expired",
            authenticated: false,
            pubkey: None,
            expires_in: 0,
        }
    }

    pub(super) fn authenticated(key: &PublicKey, expires_in: i64) -> Self {
        Self {
            status: "authenticated",
            authenticated: true,
            pubkey: Some(key.to_hex()),
            expires_in,
        }
    }
}

/// `GET /api/lnurl-auth/check/{session_id}`
#[utoipa::path(
    get,
    path = "/api/lnurl-auth/check/{session_id}",
    operation_id = "checkLnurlAuth",
    tag = "Sign-in",
    summary = "How a sign-in with a Lightning wallet stands",
    description = "For the browser that began it alone; once its wallet has approved, this signs the browser in.",
    params(("session_id" = String, Path, description = "The id that was answered when it was begun.")),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "How it stands. With `authenticated`, `Set-Cookie` carries the session, once.", body = CheckAnswer),
        (status = 403, description = "`auth.account_disabled`, or `auth.reauthentication_required` where a key is linked under a session that was opened too long ago."),
        (status = 404, description = "`request.not_found`: there is none of this id, or another browser began it."),
        (status = 409, description = "`auth.key_of_other_account`: the key to be linked belongs to another account.")
    )
)]
pub(crate) async fn check(
    app: web::Data<App>,
    browser: Browser,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let checked = limited_hop(&app, caller, move |app| {
        let session = browser.session();
        app.check_lightning(&id, browser.mark(), session.as_ref(), &browser.origin())
    })
    .await?;
    let answer = |answer: CheckAnswer| HttpResponse::Ok().json(answer);
    match checked.ok_or_else(Failure::not_found)? {
        Checked::Pending(expires_in) => Ok(answer(CheckAnswer::pending(expires_in))),
        Checked::Expired => Ok(answer(CheckAnswer::expired())),
        Checked::DoneBefore(key, expires_in) => {
            Ok(answer(CheckAnswer::authenticated(&key, expires_in)))
        }
        Checked::Done {
            verified,
            key,
            expires_in,
        } => {
            let mut response = answer(CheckAnswer::authenticated(&key, expires_in));
            if let Some(secret) = verified.secret() {
                set_session(&app, &mut response, secret)?;
            }
            Ok(response)
        }
    }
}
