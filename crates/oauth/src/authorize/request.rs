//! The reading of an authorization request, once it is settled where refusals go.

use hodlxxi_kernel::SignInMethod;

use super::error::{AuthorizationError, AuthorizationErrorCode as Code};
use super::pkce::CodeChallenge;
use super::prompt::Prompts;
use super::response::ResponseMode;
use crate::claims::{ClaimRequest, ClaimsRequest};
use crate::client::{Client, ClientMetadata, GrantType};
use crate::params::Params;
use crate::provider::ProviderConfig;
use crate::scope::{Scope, ScopeSet};

/// The longest `state` and `nonce`, in bytes.
const MAX_ECHOED: usize = 2_048;

/// The parameters looked at; all others are ignored (RFC 6749, section 3.1), among them `display`
/// and `claims_locales`.
pub(crate) const PARAMETERS: [&str; 19] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "id_token_hint",
    "login_hint",
    "acr_values",
    "ui_locales",
    "claims",
    "request",
    "request_uri",
    "registration",
];

/// A request that breaks no rule.
pub(crate) struct AuthorizationRequest {
    /// What is asked for, as far as it is known and may be given.
    pub(crate) scope: ScopeSet,
    /// The claims asked for one by one.
    pub(crate) claims: ClaimsRequest,
    /// To be repeated in the ID token.
    pub(crate) nonce: Option<String>,
    /// PKCE.
    pub(crate) code_challenge: Option<CodeChallenge>,
    /// What the person is to be shown.
    pub(crate) prompt: Prompts,
    /// How old the sign-in may be, in seconds.
    pub(crate) max_age: Option<i64>,
    /// An ID token of the person expected, not yet looked at.
    pub(crate) id_token_hint: Option<String>,
    /// Whom the client expects.
    pub(crate) login_hint: Option<String>,
    /// The authentication contexts it would like, best first.
    pub(crate) acr_values: Vec<String>,
    /// The languages it would like the pages in, best first, between blanks (BCP 47).
    pub(crate) ui_locales: Option<String>,
}

impl AuthorizationRequest {
    /// Reads the request.
    pub(crate) fn parse(
        params: &Params,
        client: &Client,
        config: &ProviderConfig,
    ) -> Result<Self, AuthorizationError> {
        let metadata = &client.metadata;
        if PARAMETERS.iter().any(|name| params.is_repeated(name)) {
            return Err(Code::InvalidRequest.because("a parameter is given more than once"));
        }
        if params.get("request").is_some() {
            return Err(Code::RequestNotSupported.because("request objects are not supported"));
        }
        if params.get("request_uri").is_some() {
            return Err(Code::RequestUriNotSupported.because("request_uri is not supported"));
        }
        if params.get("registration").is_some() {
            return Err(Code::RegistrationNotSupported.because("registration is not supported"));
        }
        response_type(params, metadata)?;
        for echoed in ["state", "nonce"] {
            if params
                .get(echoed)
                .is_some_and(|text| text.len() > MAX_ECHOED)
            {
                return Err(
                    Code::InvalidRequest.because("state or nonce is longer than 2048 bytes")
                );
            }
        }
        let claims = params.get("claims").map(ClaimsRequest::parse).transpose();
        let claims = claims.map_err(|_| {
            Code::InvalidRequest.because(
                "claims is not a JSON object of bounded size as OpenID Connect Core 5.5 describes",
            )
        })?;
        let prompt = params
            .get("prompt")
            .map_or(Some(Prompts::default()), Prompts::parse);
        Ok(Self {
            scope: scope(params, client)?,
            claims: claims.unwrap_or_default(),
            nonce: params.get("nonce").map(str::to_owned),
            code_challenge: code_challenge(params, metadata, config)?,
            prompt: prompt.ok_or_else(|| {
                Code::InvalidRequest.because("prompt has an unknown word, or none beside another")
            })?,
            max_age: max_age(params, metadata)?,
            id_token_hint: params.get("id_token_hint").map(str::to_owned),
            login_hint: params.get("login_hint").map(str::to_owned),
            acr_values: params.get("acr_values").map_or_else(
                || metadata.default_acr_values.clone(),
                |words| words.split_ascii_whitespace().map(str::to_owned).collect(),
            ),
            ui_locales: params.get("ui_locales").map(str::to_owned),
        })
    }

    /// Whether it is an OpenID Connect request.
    pub(crate) fn is_openid(&self) -> bool {
        self.scope.contains(Scope::OpenId)
    }

    /// The subjects it insists on (`claims`, OpenID Connect Core, section 5.5.1).
    pub(crate) fn subjects(&self) -> Option<&[String]> {
        let asked = self.claims.id_token.get("sub")?;
        (!asked.values.is_empty()).then_some(asked.values.as_slice())
    }

    /// The authentication contexts asked for, those insisted on first, then by preference.
    pub(crate) fn wanted_acr(&self) -> Vec<String> {
        let asked = self.claims.id_token.get("acr");
        let insisted = asked.into_iter().flat_map(|asked| &asked.values);
        insisted.chain(&self.acr_values).cloned().collect()
    }

    /// Whether a sign-in by `method` has an authentication context that the request wishes for, if it
    /// wishes for any.
    pub(crate) fn is_wished(&self, method: SignInMethod) -> bool {
        let wanted = self.wanted_acr();
        wanted.is_empty() || wanted.iter().any(|acr| acr == method.acr())
    }

    /// Whether a sign-in by `method` has an authentication context that the request insists on.
    pub(crate) fn is_met_by(&self, method: SignInMethod) -> bool {
        let insists = |asked: &&ClaimRequest| asked.essential && !asked.values.is_empty();
        self.claims
            .id_token
            .get("acr")
            .filter(insists)
            .is_none_or(|asked| asked.values.iter().any(|acr| acr == method.acr()))
    }
}

fn response_type(params: &Params, metadata: &ClientMetadata) -> Result<(), AuthorizationError> {
    match params.get("response_type") {
        None => return Err(Code::InvalidRequest.because("response_type is missing")),
        Some("code") => {}
        Some(_) => {
            return Err(
                Code::UnsupportedResponseType.because("the response type supported is code")
            );
        }
    }
    if !metadata.allows(GrantType::AuthorizationCode) {
        return Err(Code::UnauthorizedClient.because("the client did not register for codes"));
    }
    if params
        .get("response_mode")
        .is_some_and(|word| ResponseMode::from_word(word).is_none())
    {
        return Err(
            Code::InvalidRequest.because("response_mode is none of query, fragment, form_post")
        );
    }
    Ok(())
}

/// A request without any scope fails, rather than getting some scope by default (RFC 6749, section
/// 3.3 leaves the choice): nobody should be asked to allow what no developer asked for.
fn scope(params: &Params, client: &Client) -> Result<ScopeSet, AuthorizationError> {
    let asked = ScopeSet::parse(params.get("scope").unwrap_or_default());
    if asked.is_empty() {
        return Err(Code::InvalidScope.because("scope names nothing that exists here"));
    }
    if !asked.is_subset(&client.scopes()) {
        return Err(Code::InvalidScope.because("the client did not register a scope asked for"));
    }
    Ok(asked)
}

fn code_challenge(
    params: &Params,
    metadata: &ClientMetadata,
    config: &ProviderConfig,
) -> Result<Option<CodeChallenge>, AuthorizationError> {
    match (
        params.get("code_challenge"),
        params.get("code_challenge_method"),
    ) {
        (Some(text), Some("S256")) => match CodeChallenge::parse(text) {
            Some(challenge) => Ok(Some(challenge)),
            None => {
                Err(Code::InvalidRequest.because("code_challenge is not a SHA-256 in base64url"))
            }
        },
        (Some(_), _) => {
            Err(Code::InvalidRequest.because("the code_challenge_method supported is S256"))
        }
        (None, Some(_)) => Err(Code::InvalidRequest.because("code_challenge is missing")),
        (None, None) if metadata.is_public() || metadata.require_pkce || config.require_pkce => {
            Err(Code::InvalidRequest.because("PKCE is required: code_challenge is missing"))
        }
        (None, None) => Ok(None),
    }
}

fn max_age(params: &Params, metadata: &ClientMetadata) -> Result<Option<i64>, AuthorizationError> {
    let Some(text) = params.get("max_age") else {
        return Ok(metadata.default_max_age.map(i64::from));
    };
    // `parse` by itself takes a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if digits => Ok(Some(i64::from(seconds))),
        _ => Err(Code::InvalidRequest.because("max_age is not a number of seconds")),
    }
}
