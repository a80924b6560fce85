//! Why a registration is refused (RFC 7591, section 3.2.2).

use std::borrow::Cow;

use thiserror::Error;

use super::redirect::RedirectUriError;
use crate::jose::JwkError;

/// Why metadata is refused. Nothing that was asked for is silently replaced by something else.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RegistrationError {
    /// Not a JSON object, or one larger than 64 KiB or of more than 100 members.
    #[error("the request is one JSON object of at most 64 KiB and 100 members")]
    Shape,
    /// A redirect URI that no client may have.
    #[error("redirect_uris: {0}")]
    RedirectUri(RedirectUriError),
    /// No redirect URI, though codes are asked for.
    #[error("redirect_uris: the grant type authorization_code needs at least one")]
    RedirectUriMissing,
    /// A redirect URI that the sector's list does not have (OpenID Connect Registration, section 5).
    #[error("redirect_uris: not all of them are listed at sector_identifier_uri")]
    RedirectUriOutsideSector,
    /// A member that is not what it should be.
    #[error("{member}: expected {expected}")]
    Member {
        /// The member's name.
        member: Cow<'static, str>,
        /// What it should be.
        expected: &'static str,
    },
    /// A member that asks for something this server does not do.
    #[error("{member}: this value is not supported here")]
    Unsupported {
        /// The member's name.
        member: &'static str,
    },
    /// A key set that cannot be used.
    #[error("jwks: {0}")]
    Jwks(#[from] JwkError),
    /// Both `jwks` and `jwks_uri`.
    #[error("jwks and jwks_uri exclude each other")]
    JwksTwice,
    /// `private_key_jwt` without keys.
    #[error(
        "token_endpoint_auth_method private_key_jwt needs jwks or jwks_uri with a key for verifying"
    )]
    JwksMissing,
    /// Client credentials without credentials.
    #[error("the grant type client_credentials is not for clients without authentication")]
    PublicMachine,
    /// `refresh_token` alone.
    #[error("the grant type refresh_token comes with authorization_code")]
    RefreshAlone,
    /// The response type `code` without its grant type, or the other way round.
    #[error("the response type code goes with the grant type authorization_code")]
    ResponseTypes,
    /// Pairwise subjects for redirect URIs on several hosts without a list of them.
    #[error("pairwise subjects for redirect URIs on several hosts need sector_identifier_uri")]
    SectorMissing,
    /// What `sector_identifier_uri` answered is not a list of URIs.
    #[error("sector_identifier_uri: not an array of URIs")]
    SectorFormat,
    /// `client_id` is not the client that the request is about (RFC 7592, section 2.2).
    #[error("client_id: not the client that this request is about")]
    OtherClient,
    /// A pairwise client that would see people by other pseudonyms, or by none.
    #[error("subject_type: a pairwise client keeps its subjects, and the sector they are made for")]
    OtherSubjects,
    /// `client_secret` is not the client's: it cannot be chosen (RFC 7592, section 2.2).
    #[error("client_secret: a client does not choose its secret")]
    OtherSecret,
}

impl RegistrationError {
    /// The registered error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RedirectUri(_) | Self::RedirectUriMissing => "invalid_redirect_uri",
            _ => "invalid_client_metadata",
        }
    }
}
