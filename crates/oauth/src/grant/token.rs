//! Codes, grants and tokens as they are kept: secrets only as hashes.

use hodlxxi_kernel::{
    ClientId, ClientTier, ConsentId, GrantId, SecretHash, SessionId, SignInMethod, Timestamp,
    UserId,
};
use serde::{Deserialize, Serialize};

use crate::claims::ClaimsRequest;
use crate::client::RedirectUri;
use crate::scope::ScopeSet;

/// What a person allowed a client: carried from the authorization into the code and the grant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Authorized {
    /// The person.
    pub user: UserId,
    /// The account that the client's subject for them is made of, where that is another one, which was
    /// merged into theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_as: Option<UserId>,
    /// The session in which they allowed it.
    pub session: SessionId,
    /// The consent it rests on; none where nothing had to be allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentId>,
    /// When they signed in.
    pub auth_time: Timestamp,
    /// How they signed in.
    pub method: SignInMethod,
    /// The scopes allowed.
    pub scope: ScopeSet,
    /// The claims asked for one by one.
    pub claims: ClaimsRequest,
    /// The request's nonce; only the first ID token of the grant repeats it.
    pub nonce: Option<String>,
}

impl Authorized {
    /// The account that the client's subject for the person is made of.
    pub fn subject_user(&self) -> &UserId {
        self.known_as.as_ref().unwrap_or(&self.user)
    }
}

/// An authorization code (RFC 6749, section 4.1.2): 60 seconds, once.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthorizationCode {
    /// The hash of the code.
    pub hash: SecretHash,
    /// Whom it was given to.
    pub client: ClientId,
    /// How often that client had been disabled by then.
    pub client_disabled_count: u32,
    /// Where it was sent.
    pub redirect_uri: RedirectUri,
    /// Whether the request named the redirect URI, so that the exchange must too.
    pub redirect_uri_given: bool,
    /// The PKCE challenge (S256, base64url), if the request had one.
    pub code_challenge: Option<String>,
    /// What the person allowed.
    pub authorized: Authorized,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A grant: the family of all tokens that came from one code, or one client-credentials token.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Whom it was given to.
    pub client: ClientId,
    /// What a person allowed; none for client credentials.
    pub authorized: Option<Authorized>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An access token as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessTokenRecord {
    /// The hash of the whole token.
    pub hash: SecretHash,
    /// The grant it came from.
    pub grant: GrantId,
    /// Its own scopes: a refresh may have narrowed them.
    pub scope: ScopeSet,
    /// Who it is for, besides its client.
    pub audience: Vec<String>,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A live access token with its grant.
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveAccessToken {
    /// The token.
    pub token: AccessTokenRecord,
    /// The grant it came from.
    pub grant: Grant,
    /// The tier of its client.
    pub tier: ClientTier,
}

/// A refresh token as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RefreshRecord {
    /// The hash of the token.
    pub hash: SecretHash,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When it ends if it is not used: 30 days after it was made.
    pub idle_expires_at: Timestamp,
    /// When the whole family ends: 90 days after the first.
    pub family_expires_at: Timestamp,
}

/// A refresh token found by its hash.
#[derive(Debug, Clone, PartialEq)]
pub struct RefreshState {
    /// The token.
    pub token: RefreshRecord,
    /// Its family.
    pub grant: Grant,
    /// Whether the family was revoked (or its user or client disabled).
    pub revoked: bool,
    /// Set once the token was used: when.
    pub rotated_at: Option<Timestamp>,
}
