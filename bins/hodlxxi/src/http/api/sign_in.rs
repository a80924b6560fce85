//! Signing in by JSON.

use actix_web::{HttpRequest, HttpResponse, web};
use hodlxxi_auth::challenge::{LIFETIME, Purpose};
use hodlxxi_auth::service::{Proof, Verified, VerifyRequest};
use hodlxxi_auth::verify::{Identifier, NostrEvent};
use hodlxxi_kernel::Timestamp;
use hodlxxi_limit::Act;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::compose::App;
use crate::http::block::{hop, hop_if};
use crate::http::body::Json;
use crate::http::failure::Failure;
use crate::http::limit::Caller;
use crate::http::openapi::schemas;
use crate::http::origin::origin;
use crate::http::pages::{clear_session, set_session};

/// Who the person says they are: one of the two.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Claimed {
    /// A public key: 66 or 64 hex digits, or an `npub`.
    pubkey: Option<String>,
    /// An address of the server's network.
    address: Option<String>,
}

impl Claimed {
    fn identify(&self, app: &App) -> Result<Identifier, Failure> {
        Ok(match (&self.pubkey, &self.address) {
            (Some(pubkey), None) => Identifier::parse_pubkey(pubkey)?,
            (None, Some(address)) => app.sign_in().address(address)?,
            _ => return Err(Failure::malformed("give pubkey or address, and not both")),
        })
    }
}

/// The body of `POST /api/challenge`.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChallengeBody {
    #[serde(flatten)]
    claimed: Claimed,
    /// `login` (the default), `link`, `merge`, `step_up` or `delete`.
    purpose: Option<String>,
}

/// A challenge.
#[derive(Serialize, ToSchema)]
struct ChallengeAnswer {
    /// Its id, to be sent with the signature.
    challenge_id: String,
    /// The text to sign: one line of printable ASCII, at most 240 characters.
    challenge: String,
    /// What it is for.
    purpose: &'static str,
    /// Seconds until it expires.
    expires_in: i64,
    /// When it expires.
    expires_at: i64,
}

/// `POST /api/challenge`
#[utoipa::path(
    post,
    path = "/api/challenge",
    operation_id = "createChallenge",
    tag = "Sign-in",
    summary = "Ask for a challenge",
    description = "The text to sign, for one key or address and one purpose. Purposes other than `login` need a session, and the challenge is bound to it. Asking writes nothing: ask as often as needed.",
    request_body(content = ChallengeBody, example = json!({ "address": "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l" })),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The challenge.", body = ChallengeAnswer),
        (status = 400, description = "`auth.invalid_pubkey`, `auth.invalid_address` or `auth.unsupported_script`; `auth.method_not_allowed`: `merge` needs a session that a Bitcoin or Lightning key opened, not Nostr."),
        (status = 401, description = "`auth.session_required`: the purpose needs a session."),
        (status = 403, description = "`auth.reauthentication_required`: `link`, `merge` and `delete` need a sign-in within the last five minutes.")
    )
)]
pub(crate) async fn challenge(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    body: Json<ChallengeBody>,
) -> Result<HttpResponse, Failure> {
    let identifier = body.0.claimed.identify(&app)?;
    let purpose = match body.0.purpose.as_deref() {
        None => Purpose::Login,
        Some(word) => word
            .parse()
            .map_err(|error| Failure::malformed(format!("{error}")))?,
    };
    let cookie = app.cookies().session(&request);
    let secret = cookie.filter(|_| purpose.needs_session());
    let asks_a_store = secret.is_some() || !app.limiter().challenges_are_local();
    let challenge = hop_if(asks_a_store, &app, move |app| {
        app.take(caller, Act::Challenge)?;
        let visitor = app.visitor(secret.as_ref())?;
        let session = visitor.as_ref().map(|visitor| &visitor.session);
        let challenge = app.sign_in().challenge(&identifier, purpose, session)?;
        Ok::<_, Failure>(challenge)
    })
    .await?;
    Ok(HttpResponse::Ok().json(ChallengeAnswer {
        challenge_id: challenge.id,
        challenge: challenge.text,
        purpose: challenge.purpose.as_str(),
        expires_in: LIFETIME,
        expires_at: challenge.expires_at.as_unix(),
    }))
}

/// The body of `POST /api/verify`.
#[derive(Deserialize, ToSchema)]
pub(crate) struct VerifyBody {
    #[serde(flatten)]
    claimed: Claimed,
    /// The challenge's id.
    challenge_id: String,
    /// The signature, in base64 or hex; or else `event`.
    signature: Option<String>,
    /// The signed Nostr event; or else `signature`.
    #[schema(value_type = Option<schemas::NostrEvent>)]
    event: Option<NostrEvent>,
}

/// Who has signed in.
#[derive(Serialize, ToSchema)]
struct VerifyAnswer {
    /// True.
    verified: bool,
    /// The account, which is also the public `sub`.
    user_id: String,
    /// The key in hex: 66 digits where its parity is known, else 64; null for other scripts and guests.
    pubkey: Option<String>,
    /// `guest`, `limited`, `full` or `special`.
    access_level: &'static str,
    /// When the session ends if nobody uses it.
    expires_at: i64,
    /// True where the account was to be deleted, and is not any more because of this sign-in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deletion_cancelled: bool,
    /// For the purpose `delete`: when the account is deleted. Its sessions have ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    deletes_at: Option<i64>,
}

/// `POST /api/verify`
#[utoipa::path(
    post,
    path = "/api/verify",
    operation_id = "verifyChallenge",
    tag = "Sign-in",
    summary = "Send the signature",
    description = "Proves the key with a signature (BIP-137, BIP-322) or a Nostr event (kind 22242), and does what the challenge was asked for: opens a session (`login`, `step_up`), links the key, merges its account into the session's, or has the session's account deleted after 14 days. White space around a pasted signature is ignored. A failed signature does not burn the challenge; five do.",
    request_body(content = VerifyBody, example = json!({
        "address": "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l",
        "challenge_id": "Zm9yIHRoZSBleGFtcGxl",
        "signature": "smpAkgwRQIhAPkJ1Q4oYS0htvyuSFHLxRQpFAY56b70UvE7Dxazen0ZAiAtZfFz1S6T6I23MWI2lK/pcNTWncuyL8UL+oMdydVgzAEhAsfxIAMZZEKUPYWI4BruhAQjzFT8FSFSajuFwrDL1Yhy"
    })),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The key is proven. `Set-Cookie` carries the session.", body = VerifyAnswer),
        (status = 400, description = "`auth.challenge_unknown`, `auth.challenge_expired`, `auth.challenge_used`, `auth.invalid_pubkey`, `auth.invalid_address`, `auth.malformed_signature`, `auth.unsupported_script`, or `auth.method_not_allowed`."),
        (status = 401, description = "`auth.invalid_signature`."),
        (status = 403, description = "`auth.account_disabled` or `auth.key_frozen`, said only after a valid signature; `auth.reauthentication_required` where the session is too old for the purpose."),
        (status = 409, description = "`auth.key_of_other_account`: the key to be linked belongs to another account. For `merge`: `auth.nothing_to_merge`, `auth.merge_conflict`.")
    )
)]
pub(crate) async fn verify(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    body: Json<VerifyBody>,
) -> Result<HttpResponse, Failure> {
    let body = body.0;
    let asked = VerifyRequest {
        identifier: body.claimed.identify(&app)?,
        challenge_id: body.challenge_id,
        proof: match (body.signature, body.event) {
            (Some(text), None) => Proof::Signature(text),
            (None, Some(event)) => Proof::Event(Box::new(event)),
            _ => return Err(Failure::malformed("give signature or event, and not both")),
        },
        origin: origin(&app, &request),
    };
    let secret = app.cookies().session(&request);
    let verified = hop(&app, move |app| {
        let current = app.visitor(secret.as_ref())?;
        app.verify(asked, current.as_ref(), caller)
            .map_err(Failure::from)
    })
    .await?;
    answer(&app, &verified)
}

fn answer(app: &App, verified: &Verified) -> Result<HttpResponse, Failure> {
    let session = verified.session();
    let mut response = HttpResponse::Ok().json(VerifyAnswer {
        verified: true,
        user_id: session.user.id.to_string(),
        pubkey: verified.pubkey_hex(),
        access_level: verified.access_level().as_str(),
        expires_at: session.expires_at.as_unix(),
        deletion_cancelled: matches!(verified, Verified::SignedIn(new) if new.deletion_cancelled),
        deletes_at: verified.deletes_at().map(Timestamp::as_unix),
    });
    if let Some(secret) = verified.secret() {
        set_session(app, &mut response, secret)?;
    } else if verified.deletes_at().is_some() {
        clear_session(app, &mut response);
    }
    Ok(response)
}

/// `POST /api/guest`
#[utoipa::path(
    post,
    path = "/api/guest",
    operation_id = "signInAsGuest",
    tag = "Sign-in",
    summary = "Go in as a guest",
    description = "A session without a key, where `HODLXXI_GUEST_LOGIN` is on.",
    security((), ("session" = [])),
    responses(
        (status = 200, description = "A guest session. `Set-Cookie` carries it; `pubkey` is null.", body = VerifyAnswer),
        (status = 403, description = "`auth.guests_off`.")
    )
)]
pub(crate) async fn guest(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Failure> {
    let (secret, origin) = (app.cookies().session(&request), origin(&app, &request));
    let signed_in = hop(&app, move |app| {
        app.take(caller, Act::Guest)?;
        app.sign_in_guest(secret.as_ref(), &origin)
    })
    .await?;
    answer(&app, &Verified::SignedIn(signed_in))
}
