//! What an answer that is a refusal carries, and every stable code there is.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Every code of a [`Problem`], with its status and what it means.
pub(crate) const ERRORS: &[(&str, u16, &str)] = &[
    (
        "auth.account_disabled",
        403,
        "The signature is valid, but the account was disabled by an administrator.",
    ),
    (
        "auth.challenge_expired",
        400,
        "The challenge's five minutes are over. Ask for a new one.",
    ),
    (
        "auth.challenge_unknown",
        400,
        "This server did not make the challenge, or made it for another key, purpose or session. Ask for a new one.",
    ),
    (
        "auth.challenge_used",
        400,
        "The challenge was spent, or failed five times, or the server cannot tell any more. Ask for a new one.",
    ),
    (
        "auth.guests_off",
        403,
        "This server lets nobody in without a key.",
    ),
    (
        "auth.insufficient_scope",
        403,
        "The access token lacks the scope that `WWW-Authenticate` names.",
    ),
    (
        "auth.invalid_address",
        400,
        "Not a Bitcoin address, or one of another network than the server's.",
    ),
    (
        "auth.invalid_pubkey",
        400,
        "Not a public key: 66 or 64 hex digits, or an `npub`.",
    ),
    (
        "auth.invalid_signature",
        401,
        "The signature or the event does not prove the key for this challenge. The challenge stays good until five have failed.",
    ),
    (
        "auth.invalid_token",
        401,
        "The access token is unknown, expired or revoked.",
    ),
    (
        "auth.key_frozen",
        403,
        "The signature is valid, but the owner of the account froze the key, because it was lost or stolen.",
    ),
    (
        "auth.key_of_other_account",
        409,
        "The key belongs to another account, and cannot be linked to this one. The two can be merged (purpose `merge`).",
    ),
    (
        "auth.key_required",
        403,
        "This is for people who signed in with a key, and the session is a guest's.",
    ),
    (
        "auth.malformed_signature",
        400,
        "What was sent is in no form of signature that is known here.",
    ),
    (
        "auth.merge_conflict",
        409,
        "Applications that `detail` names are connected to both accounts. Disconnect one of them first.",
    ),
    (
        "auth.method_not_allowed",
        400,
        "Nostr does not serve this purpose: sign with a Bitcoin key. A merge also takes a session that a Bitcoin or Lightning key opened: sign in with one, or link one first.",
    ),
    (
        "auth.nothing_to_merge",
        409,
        "The key belongs to this account already, or to none: link it instead.",
    ),
    (
        "auth.reauthentication_required",
        403,
        "This takes a sign-in within the last five minutes. Sign in again, or step up, and repeat it.",
    ),
    (
        "auth.session_required",
        401,
        "Nobody is signed in. Sign in first.",
    ),
    (
        "auth.token_required",
        401,
        "The request carries no access token.",
    ),
    (
        "auth.unsupported_script",
        400,
        "The script of the address cannot be judged, or a signature for it signs nobody in.",
    ),
    (
        "oauth.invalid_request",
        400,
        "The request of the application is malformed. People see it on a page; the application's developer mends it.",
    ),
    (
        "oauth.stale_request",
        400,
        "The request was made too long ago, or is not ours. Start again from the application.",
    ),
    (
        "oauth.unknown_client",
        400,
        "No application with this `client_id` is registered.",
    ),
    (
        "oauth.unregistered_redirect_uri",
        400,
        "The application did not register this `redirect_uri`; nobody is redirected to it.",
    ),
    (
        "request.cross_origin",
        403,
        "A browser says that a page of another origin made the request.",
    ),
    (
        "request.form_token",
        403,
        "The form is too old, or was not made for this browser. Open the page again.",
    ),
    (
        "request.malformed",
        400,
        "The request could not be understood; `detail` says where.",
    ),
    (
        "request.method_not_allowed",
        405,
        "The address takes the methods that `Allow` names.",
    ),
    ("request.not_found", 404, "There is nothing here."),
    (
        "request.rate_limited",
        429,
        "Too many requests in a short time. Try again after `Retry-After` seconds.",
    ),
    ("request.too_large", 413, "The body is larger than 64 KiB."),
    (
        "request.unsupported_media_type",
        415,
        "The body has another media type than the endpoint takes.",
    ),
    (
        "service.internal",
        500,
        "Something went wrong in the server; its log tells what, under the request id.",
    ),
    (
        "service.unavailable",
        503,
        "The server is busy, or its database is away. Try again after `Retry-After` seconds.",
    ),
];

/// The schema of a stable code.
struct ErrorCode;

impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        let listed = ERRORS
            .iter()
            .map(|(code, status, meaning)| format!("- `{code}` ({status}): {meaning}"));
        let listed: Vec<String> = listed.collect();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(ERRORS.iter().map(|(code, ..)| *code)))
            .description(Some(format!("Stable and dotted.\n\n{}", listed.join("\n"))))
            .into()
    }
}

impl ToSchema for ErrorCode {}

/// A refusal or failure (RFC 9457).
#[derive(ToSchema)]
#[schema(example = json!({
    "type": "https://id.example/oauthx/docs#auth.challenge_expired",
    "title": "Bad Request",
    "status": 400,
    "detail": "the challenge has expired",
    "code": "auth.challenge_expired",
    "request_id": "01a2b3c4-0000-7000-8000-000000000000"
}))]
#[expect(
    dead_code,
    reason = "its schema is what is used; `render` writes the JSON"
)]
pub(super) struct Problem {
    /// The code's place in the API reference.
    #[schema(format = "uri")]
    r#type: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// One plain sentence on this very case.
    detail: String,
    /// What programs tell problems apart by.
    code: ErrorCode,
    /// The same as in `X-Request-Id`.
    request_id: String,
}

/// A refusal in OAuth's form (RFC 6749, section 5.2).
#[derive(ToSchema)]
#[schema(example = json!({
    "error": "invalid_grant",
    "error_description": "the code is unknown, expired or spent"
}))]
#[expect(
    dead_code,
    reason = "its schema is what is used; `OAuthFailure` writes the JSON"
)]
pub(super) struct OAuthError {
    /// A code registered for OAuth, such as `invalid_request`, `invalid_client`, `invalid_grant`,
    /// `invalid_scope`, `unauthorized_client`, `unsupported_grant_type`, `invalid_token`,
    /// `insufficient_scope`, `invalid_redirect_uri`, `invalid_client_metadata`, `access_denied`,
    /// `temporarily_unavailable` or `server_error`.
    error: String,
    /// One plain sentence for the client's developer.
    error_description: String,
}
