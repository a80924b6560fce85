//! The requests and answers of OAuth and OpenID Connect, as the document tells of them: their own
//! types are the domain's, which knows no HTTP.
#![expect(dead_code, reason = "their schemas are what is used")]

use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// A Nostr event (NIP-01) of kind 22242 (NIP-42).
#[derive(ToSchema)]
pub(in crate::http) struct NostrEvent {
    /// SHA-256 of the event's serialization: 64 hex digits.
    id: String,
    /// The x coordinate of the key: 64 hex digits.
    pubkey: String,
    /// When it was signed; within 10 minutes of now.
    created_at: i64,
    /// 22242.
    kind: u16,
    /// Among them `["challenge", <the challenge>]` and `["relay", <the issuer>]`.
    tags: Vec<Vec<String>>,
    /// The challenge.
    content: String,
    /// The Schnorr signature (BIP-340) of `id`: 128 hex digits.
    sig: String,
}

/// An authorization request (RFC 6749, section 4.1.1; OpenID Connect Core, section 3.1.2.1).
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AuthorizationRequest {
    /// The application.
    client_id: String,
    /// `code`.
    response_type: String,
    /// Where to answer: one of the registered URIs, exactly. It may be missing where one is registered
    /// and `openid` is not asked for.
    redirect_uri: Option<String>,
    /// The scopes asked for, parted by spaces.
    scope: String,
    /// Comes back with the answer, unchanged.
    state: Option<String>,
    /// Comes back in the ID token, unchanged.
    nonce: Option<String>,
    /// The PKCE challenge (RFC 7636); required of public clients.
    code_challenge: Option<String>,
    /// `S256`, with `code_challenge`.
    code_challenge_method: Option<String>,
    /// `query` (the default), `fragment` or `form_post`.
    response_mode: Option<String>,
    /// `none`, `login`, `consent` and `select_account`, parted by spaces.
    prompt: Option<String>,
    /// How old the sign-in may be, in seconds.
    max_age: Option<u32>,
    /// An ID token of the person who should be signed in.
    id_token_hint: Option<String>,
    /// An address or key to begin the sign-in with.
    login_hint: Option<String>,
    /// The authentication contexts preferred, parted by spaces.
    acr_values: Option<String>,
    /// Claims asked for one by one (OpenID Connect Core, section 5.5), as JSON.
    claims: Option<String>,
}

/// A token request. Which members it has is a matter of `grant_type`.
#[derive(ToSchema)]
pub(in crate::http) struct TokenRequest {
    /// `authorization_code`, `refresh_token` or `client_credentials`.
    grant_type: String,
    /// With `authorization_code`: the code.
    code: Option<String>,
    /// With `authorization_code`: the one of the authorization request, if that had one.
    redirect_uri: Option<String>,
    /// With `authorization_code`: the PKCE verifier, if the request had a challenge.
    code_verifier: Option<String>,
    /// With `refresh_token`: the token.
    refresh_token: Option<String>,
    /// With `refresh_token` and `client_credentials`: fewer scopes than allowed.
    scope: Option<String>,
    /// The client, where it authenticates in the form or not at all.
    client_id: Option<String>,
    /// The client's secret (`client_secret_post`).
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (`private_key_jwt`).
    client_assertion_type: Option<String>,
    /// The client's signed assertion (RFC 7523).
    client_assertion: Option<String>,
}

/// Tokens (RFC 6749, section 5.1).
#[derive(ToSchema)]
pub(in crate::http) struct TokenResponse {
    /// The access token (RFC 9068).
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// The refresh token, where `offline_access` was allowed.
    #[schema(nullable = false)]
    refresh_token: Option<String>,
    /// The ID token, where `openid` was allowed.
    #[schema(nullable = false)]
    id_token: Option<String>,
    /// The scopes of the access token.
    scope: String,
}

/// A token to tell of, or to revoke (RFC 7662, section 2.1; RFC 7009, section 2.1).
#[derive(ToSchema)]
pub(in crate::http) struct TokenForm {
    /// An access or refresh token.
    token: String,
    /// A guess at its kind; it is found without.
    token_type_hint: Option<String>,
    /// The client, where it authenticates in the form or not at all.
    client_id: Option<String>,
    /// The client's secret (`client_secret_post`).
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (`private_key_jwt`).
    client_assertion_type: Option<String>,
    /// The client's signed assertion (RFC 7523).
    client_assertion: Option<String>,
}

/// What is known of a token (RFC 7662, section 2.2). With `active` false, nothing else.
#[derive(ToSchema)]
pub(in crate::http) struct Introspection {
    /// Whether it is alive, and the caller's to know of.
    active: bool,
    /// Its scopes.
    #[schema(nullable = false)]
    scope: Option<String>,
    /// Its client.
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// `Bearer`; refresh tokens have no type.
    #[schema(nullable = false)]
    token_type: Option<String>,
    /// When it ends, in Unix seconds.
    #[schema(nullable = false)]
    exp: Option<i64>,
    /// When it was made, in Unix seconds.
    #[schema(nullable = false)]
    iat: Option<i64>,
    /// Whom it speaks for, as its client knows them.
    #[schema(nullable = false)]
    sub: Option<String>,
    /// Who it is for.
    #[schema(nullable = false)]
    aud: Option<Vec<String>>,
    /// The issuer.
    #[schema(nullable = false)]
    iss: Option<String>,
}

/// The access token in a form (RFC 6750, section 2.2), instead of the header.
#[derive(ToSchema)]
pub(in crate::http) struct BearerForm {
    /// The access token.
    access_token: Option<String>,
}

/// Claims about the person: `sub`, and what scopes and the `claims` parameter asked for.
#[derive(ToSchema)]
pub(in crate::http) struct UserInfo {
    /// The person, as this application knows them.
    sub: String,
    /// The name they gave themselves.
    #[schema(nullable = false)]
    name: Option<String>,
    /// A short name made of their key.
    #[schema(nullable = false)]
    preferred_username: Option<String>,
    /// A picture that stands for them.
    #[schema(nullable = false)]
    picture: Option<String>,
    /// When their profile last changed, in Unix seconds.
    #[schema(nullable = false)]
    updated_at: Option<i64>,
    /// `guest`, `limited`, `full` or `special`.
    #[schema(nullable = false)]
    access_level: Option<String>,
    /// Their public key in hex; pairwise clients need the scope `pubkey`.
    #[schema(nullable = false)]
    pubkey: Option<String>,
    /// The same in the form that Nostr uses.
    #[schema(nullable = false)]
    npub: Option<String>,
}

/// A JSON Web Key Set (RFC 7517).
#[derive(ToSchema)]
pub(in crate::http) struct JwkSet {
    /// The public keys, each with `kid`, `kty`, `use` and `alg`.
    keys: Vec<Value>,
}

/// Provider metadata (OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2), of which the
/// members most used are named here.
#[derive(ToSchema)]
pub(in crate::http) struct ProviderMetadata {
    /// The issuer, exactly as in every token.
    issuer: String,
    /// Where authorization requests go.
    authorization_endpoint: String,
    /// Where codes become tokens.
    token_endpoint: String,
    /// Where claims are told.
    userinfo_endpoint: String,
    /// Where the public keys are.
    jwks_uri: String,
    /// Where clients register, if they may.
    #[schema(nullable = false)]
    registration_endpoint: Option<String>,
    /// Where tokens are told of.
    introspection_endpoint: String,
    /// Where tokens are revoked.
    revocation_endpoint: String,
    /// Where logouts go.
    end_session_endpoint: String,
    /// Every scope.
    scopes_supported: Vec<String>,
    /// `code`.
    response_types_supported: Vec<String>,
    /// Every grant.
    grant_types_supported: Vec<String>,
    /// How clients may authenticate.
    token_endpoint_auth_methods_supported: Vec<String>,
    /// `S256`.
    code_challenge_methods_supported: Vec<String>,
    /// The algorithms offered for ID tokens.
    id_token_signing_alg_values_supported: Vec<String>,
}

/// Client metadata (RFC 7591, section 2; OpenID Connect Dynamic Client Registration 1.0).
#[derive(ToSchema)]
pub(in crate::http) struct ClientMetadata {
    /// Where answers may be sent; required of clients that use codes.
    redirect_uris: Option<Vec<String>>,
    /// `client_secret_basic` (the default), `client_secret_post`, `private_key_jwt` or `none`.
    token_endpoint_auth_method: Option<String>,
    /// The algorithm its assertions must use.
    token_endpoint_auth_signing_alg: Option<String>,
    /// `authorization_code` (the default), `refresh_token`, `client_credentials`.
    grant_types: Option<Vec<String>>,
    /// `code`.
    response_types: Option<Vec<String>>,
    /// `web` (the default) or `native`.
    application_type: Option<String>,
    /// The name shown to people.
    client_name: Option<String>,
    /// Its home page.
    client_uri: Option<String>,
    /// Its logo: fetched by the server, and shown from here.
    logo_uri: Option<String>,
    /// Its privacy policy.
    policy_uri: Option<String>,
    /// Its terms of service.
    tos_uri: Option<String>,
    /// Whom to ask.
    contacts: Option<Vec<String>>,
    /// The scopes it may ask for, parted by spaces; all but `read_limited` if missing.
    scope: Option<String>,
    /// Its public keys by value: a JSON Web Key Set.
    jwks: Option<Value>,
    /// Its public keys by reference, instead of `jwks`.
    jwks_uri: Option<String>,
    /// `public` (the default) or `pairwise`.
    subject_type: Option<String>,
    /// Where the redirect URIs of its sector are listed.
    sector_identifier_uri: Option<String>,
    /// The algorithm of its ID tokens; `RS256` if missing.
    id_token_signed_response_alg: Option<String>,
    /// The algorithm of its access tokens.
    access_token_signed_response_alg: Option<String>,
    /// How long its access tokens live, in seconds.
    #[schema(minimum = 60, maximum = 3600)]
    access_token_lifetime: Option<u32>,
    /// How old a sign-in may be if the request does not say, in seconds.
    default_max_age: Option<u32>,
    /// Whether `auth_time` must be told; it always is.
    require_auth_time: Option<bool>,
    /// The authentication contexts preferred if the request does not say.
    default_acr_values: Option<Vec<String>>,
    /// Where it starts a sign-in.
    initiate_login_uri: Option<String>,
    /// Where a logout may return to.
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Where logouts are told (OpenID Connect Back-Channel Logout 1.0).
    backchannel_logout_uri: Option<String>,
    /// Whether logout tokens must carry `sid`; they always do.
    backchannel_logout_session_required: Option<bool>,
    /// Whether PKCE is required of it although it is confidential.
    require_pkce: Option<bool>,
    /// Whether a guest satisfies it.
    allow_guests: Option<bool>,
    /// The identifier of its software.
    software_id: Option<String>,
    /// The version of its software.
    software_version: Option<String>,
}

/// A registered client: its metadata with defaults filled in, and these.
#[derive(ToSchema)]
pub(in crate::http) struct RegisteredClient {
    /// The client's id.
    client_id: String,
    /// When it registered, in Unix seconds.
    client_id_issued_at: i64,
    /// Its secret, told once and never again.
    #[schema(nullable = false)]
    client_secret: Option<String>,
    /// 0: the secret does not expire.
    #[schema(nullable = false)]
    client_secret_expires_at: Option<i64>,
    /// What manages the registration.
    #[schema(nullable = false)]
    registration_access_token: Option<String>,
    /// Where it is managed.
    #[schema(nullable = false)]
    registration_client_uri: Option<String>,
    #[schema(inline = false)]
    #[serde(flatten)]
    metadata: ClientMetadata,
}

/// A logout request (OpenID Connect RP-Initiated Logout 1.0, section 2).
#[derive(ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct LogoutRequest {
    /// An ID token of the session to end.
    id_token_hint: Option<String>,
    /// The application; it must be the one the hint was made for.
    client_id: Option<String>,
    /// Where to return to: one of the registered URIs, exactly. It needs the hint.
    post_logout_redirect_uri: Option<String>,
    /// Comes back with the return, unchanged.
    state: Option<String>,
}

/// Bytes of a media type that is no text.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(in crate::http) struct Binary(Vec<u8>);
