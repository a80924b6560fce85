//! The forms of the pages, as the document tells of them: the handlers read their fields by name.
#![expect(dead_code, reason = "their schemas are what is used")]

use utoipa::ToSchema;

/// A form of a page without fields of its own.
#[derive(ToSchema)]
pub(in crate::http) struct BareForm {
    /// The form token.
    csrf: String,
}

/// The first step of a sign-in.
#[derive(ToSchema)]
pub(in crate::http) struct IdentifierForm {
    /// The form token.
    csrf: String,
    /// An address, a public key in hex or an `npub`.
    #[schema(max_length = 200)]
    identifier: String,
    /// The path of this origin to go on to.
    r#continue: Option<String>,
}

/// The second step of a sign-in, or of linking a key.
#[derive(ToSchema)]
pub(in crate::http) struct SignatureForm {
    /// The form token.
    csrf: String,
    /// What was entered in the first step.
    identifier: String,
    /// The challenge's id.
    challenge_id: String,
    /// The signature, or a signed Nostr event as JSON.
    #[schema(max_length = 20000)]
    signature: String,
    /// The path of this origin to go on to.
    r#continue: Option<String>,
}

/// Going in as a guest.
#[derive(ToSchema)]
pub(in crate::http) struct GuestForm {
    /// The form token.
    csrf: String,
    /// The path of this origin to go on to.
    r#continue: Option<String>,
}

/// The profile.
#[derive(ToSchema)]
pub(in crate::http) struct ProfileForm {
    /// The form token.
    csrf: String,
    /// The name; none if empty.
    #[schema(max_length = 64)]
    name: String,
}

/// Linking a key.
#[derive(ToSchema)]
pub(in crate::http) struct LinkForm {
    /// The form token.
    csrf: String,
    /// An address, a public key in hex or an `npub`.
    #[schema(max_length = 200)]
    identifier: String,
}

/// The word that a Lightning wallet has approved.
#[derive(ToSchema)]
pub(in crate::http) struct LightningForm {
    /// The form token.
    csrf: String,
    /// The code's session.
    session_id: String,
    /// Where to go on to, where it is a sign-in.
    r#continue: Option<String>,
    /// `yes`: an account is to be made for a key that has none.
    confirm: Option<String>,
}

/// Unlinking a key.
#[derive(ToSchema)]
pub(in crate::http) struct UnlinkForm {
    /// The form token.
    csrf: String,
    /// The key's identity, as the page names it.
    key: String,
}

/// One key of the account.
#[derive(ToSchema)]
pub(in crate::http) struct KeyForm {
    /// The form token.
    csrf: String,
    /// The key's identity, as the page names it.
    key: String,
}

/// A word for a key.
#[derive(ToSchema)]
pub(in crate::http) struct LabelForm {
    /// The form token.
    csrf: String,
    /// The key's identity, as the page names it.
    key: String,
    /// The word; none if empty.
    #[schema(max_length = 64)]
    label: String,
}

/// What the person says to what is new: to all of it, or to one key or device.
#[derive(ToSchema)]
pub(in crate::http) struct ReviewForm {
    /// The form token.
    csrf: String,
    /// The path of this origin to go on to.
    r#continue: Option<String>,
    /// `known`; anything else is `unknown`.
    decision: String,
    /// With `known`: up to when, as the page says.
    until: Option<i64>,
    /// With `unknown`: the key's identity.
    key: Option<String>,
    /// With `unknown`: the device, as the page names it.
    device: Option<String>,
}

/// Ending a session.
#[derive(ToSchema)]
pub(in crate::http) struct SessionForm {
    /// The form token.
    csrf: String,
    /// The session's id.
    session: String,
}

/// Withdrawing what an application was allowed.
#[derive(ToSchema)]
pub(in crate::http) struct ConnectionForm {
    /// The form token.
    csrf: String,
    /// The application's id.
    client_id: String,
}

/// A new client of one's own. A scope is asked for by a field `scope.<scope>` that is not empty.
#[derive(ToSchema)]
pub(in crate::http) struct NewClientForm {
    /// The form token.
    csrf: String,
    /// `web`, `single-page`, `native` or `machine`.
    kind: String,
    /// The name shown; none if empty.
    #[schema(max_length = 1000)]
    name: Option<String>,
    /// Where people come back to, one a line.
    redirect_uris: Option<String>,
    /// Where people return to after a logout, one a line.
    post_logout_redirect_uris: Option<String>,
}

/// A changed client of one's own. A scope is asked for by a field `scope.<scope>` that is not empty.
#[derive(ToSchema)]
pub(in crate::http) struct OwnClientForm {
    /// The form token.
    csrf: String,
    /// The name shown; none if empty.
    #[schema(max_length = 1000)]
    name: Option<String>,
    /// Where people come back to, one a line.
    redirect_uris: Option<String>,
    /// Where people return to after a logout, one a line.
    post_logout_redirect_uris: Option<String>,
}

/// What an administrator does with a client.
#[derive(ToSchema)]
pub(in crate::http) struct AdminClientForm {
    /// The form token.
    csrf: String,
    /// The client.
    client_id: String,
    /// `verify`, `unverify`, `disable`, `enable`, `free`, `paid` or `premium`.
    act: String,
}

/// What an administrator does with an account.
#[derive(ToSchema)]
pub(in crate::http) struct AdminUserForm {
    /// The form token.
    csrf: String,
    /// `disable`, `enable`, `full`, `special` or `limited`.
    act: String,
}

/// What the person decided.
#[derive(ToSchema)]
pub(in crate::http) struct ConsentForm {
    /// The form token.
    csrf: String,
    /// The application's request, sealed by the server.
    request: String,
    /// `allow` or `deny`; anything else is `deny`.
    decision: String,
}

/// The confirmation of a logout.
#[derive(ToSchema)]
pub(in crate::http) struct LogoutForm {
    /// The form token.
    csrf: String,
    /// The application's request, sealed by the server.
    request: String,
}
