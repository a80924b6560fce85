//! Registration requests (RFC 7591, section 3.1; OpenID Connect Registration, section 3.1): from JSON
//! to validated metadata.
//!
//! Members that nobody here knows are ignored; members that would change what a client gets, and
//! that are not done here, are refused. Deliberately absent: software statements (ignored, as RFC
//! 7591, section 2.3 allows).

use serde_json::{Map, Value};

use super::members::{Members, wrong};
use super::metadata::{ApplicationType, ClientAuthMethod, ClientMetadata, GrantType, SubjectType};
use super::redirect::RedirectUri;
use super::registration_error::RegistrationError;
use crate::jose::{JwkSet, SigningAlg};
use crate::scope::ScopeSet;

/// The largest request, as JSON text.
const MAX_LEN: usize = 64 * 1024;
/// The most members of a request.
const MAX_MEMBERS: usize = 100;
/// The shortest and the longest life of an access token, in seconds.
const TOKEN_LIFETIME: (u32, u32) = (60, 3_600);

/// Members that ask for protection or forms that are not done here: to ignore them would give a
/// client less than it thinks it has.
const UNSUPPORTED: [&str; 15] = [
    "authorization_encrypted_response_alg",
    "authorization_encrypted_response_enc",
    "authorization_signed_response_alg",
    "dpop_bound_access_tokens",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "introspection_encrypted_response_alg",
    "introspection_signed_response_alg",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "tls_client_certificate_bound_access_tokens",
    "use_mtls_endpoint_aliases",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "userinfo_signed_response_alg",
];

/// What a provider offers to those who register.
#[derive(Debug, Clone, Copy)]
pub struct RegistrationRules<'a> {
    /// The algorithms it signs with.
    pub algs: &'a [SigningAlg],
    /// Whether its issuer is on this machine, so that its clients' servers may be too.
    pub issuer_is_loopback: bool,
}

/// What has to be fetched before a registration can be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Whence: an array of redirect URIs in JSON (OpenID Connect Registration, section 5).
    pub uri: String,
}

/// A registration request whose every member is valid. What it names elsewhere is still to be looked
/// at: see [`plan`](Self::plan).
#[derive(Debug, Clone, PartialEq)]
pub struct RegistrationRequest(ClientMetadata);

impl RegistrationRequest {
    /// Validates a request and fills in the defaults of the RFCs.
    ///
    /// ```
    /// use hodlxxi_oauth::client::{RegistrationRequest, RegistrationRules};
    /// use hodlxxi_oauth::jose::SigningAlg;
    /// use serde_json::json;
    ///
    /// let rules = RegistrationRules { algs: &SigningAlg::ALL, issuer_is_loopback: false };
    /// let parse = |request| RegistrationRequest::parse(&request, rules);
    /// assert!(parse(json!({"redirect_uris": ["https://rp.example/cb"]})).is_ok());
    /// let implicit = json!({"redirect_uris": ["https://rp.example/cb"], "response_types": ["token"]});
    /// assert_eq!(parse(implicit).unwrap_err().code(), "invalid_client_metadata");
    /// ```
    pub fn parse(request: &Value, rules: RegistrationRules<'_>) -> Result<Self, RegistrationError> {
        let object = request.as_object().ok_or(RegistrationError::Shape)?;
        if object.len() > MAX_MEMBERS || request.to_string().len() > MAX_LEN {
            return Err(RegistrationError::Shape);
        }
        refuse_unsupported(object)?;
        let members = Members {
            object,
            loopback: rules.issuer_is_loopback,
        };
        let metadata = read(&members, rules.algs)?;
        check(&metadata)?;
        Ok(Self(metadata))
    }

    /// What has to be fetched before the request can be judged, if anything.
    pub fn plan(&self) -> Option<Fetch> {
        let uri = self.0.sector_identifier_uri.clone();
        uri.map(|uri| Fetch { uri })
    }

    /// Every URI that this server would call on the client's behalf, with the member that names it:
    /// for whoever makes the calls to judge where they lead.
    pub fn outbound(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let metadata = &self.0;
        [
            ("backchannel_logout_uri", &metadata.backchannel_logout_uri),
            ("jwks_uri", &metadata.jwks_uri),
            ("logo_uri", &metadata.logo_uri),
            ("sector_identifier_uri", &metadata.sector_identifier_uri),
        ]
        .into_iter()
        .filter_map(|(member, uri)| Some((member, uri.as_deref()?)))
    }

    /// The metadata of a request that needs nothing fetched, or for which `fetched` is what came
    /// from where [`plan`](Self::plan) said: every redirect URI must be listed there.
    pub fn judge(self, fetched: Option<&Value>) -> Result<ClientMetadata, RegistrationError> {
        if self.0.sector_identifier_uri.is_some() {
            let listed = fetched.and_then(Value::as_array);
            let listed = listed.ok_or(RegistrationError::SectorFormat)?;
            let is_listed = |uri: &RedirectUri| listed.iter().any(|other| other == uri.as_str());
            if !self.0.redirect_uris.iter().all(is_listed) {
                return Err(RegistrationError::RedirectUriOutsideSector);
            }
        }
        Ok(self.0)
    }
}

fn refuse_unsupported(object: &Map<String, Value>) -> Result<(), RegistrationError> {
    let asked = |name: &&&'static str| {
        let value = object.get(**name).unwrap_or(&Value::Null);
        !value.is_null() && *value != Value::Bool(false)
    };
    match UNSUPPORTED.iter().find(asked) {
        Some(member) => Err(RegistrationError::Unsupported { member }),
        None => Ok(()),
    }
}

/// Reads every member by itself.
fn read(members: &Members<'_>, algs: &[SigningAlg]) -> Result<ClientMetadata, RegistrationError> {
    let offered = |word: &str| word.parse().ok().filter(|alg| algs.contains(alg));
    let application_type = members.word("application_type", application_type)?;
    let application_type = application_type.unwrap_or_default();
    let grant_types = words(members, "grant_types", GrantType::from_word)?;
    let grant_types = grant_types.unwrap_or_else(|| vec![GrantType::AuthorizationCode]);
    let codes = grant_types.contains(&GrantType::AuthorizationCode);
    let code_only = |word: &str| (word == "code").then(|| word.to_owned());
    let response_types = words(members, "response_types", code_only)?;
    let default_responses = || codes.then(|| "code".to_owned()).into_iter().collect();
    let auth_method = members.word("token_endpoint_auth_method", ClientAuthMethod::from_word)?;
    Ok(ClientMetadata {
        redirect_uris: redirect_uris(members, "redirect_uris", application_type)?,
        token_endpoint_auth_method: auth_method.unwrap_or(ClientAuthMethod::ClientSecretBasic),
        token_endpoint_auth_signing_alg: members
            .word("token_endpoint_auth_signing_alg", |word| word.parse().ok())?,
        grant_types,
        response_types: response_types.unwrap_or_else(default_responses),
        application_type,
        client_name: members.text("client_name")?,
        client_uri: members.uri("client_uri")?,
        logo_uri: members.uri("logo_uri")?,
        policy_uri: members.uri("policy_uri")?,
        tos_uri: members.uri("tos_uri")?,
        contacts: texts(members, "contacts")?,
        scope: scope(members)?,
        jwks: members.get("jwks").cloned(),
        jwks_uri: members.uri("jwks_uri")?,
        subject_type: members
            .word("subject_type", subject_type)?
            .unwrap_or_default(),
        sector_identifier_uri: members.uri("sector_identifier_uri")?,
        id_token_signed_response_alg: members
            .word("id_token_signed_response_alg", offered)?
            .unwrap_or(SigningAlg::Rs256),
        access_token_signed_response_alg: members
            .word("access_token_signed_response_alg", offered)?,
        access_token_lifetime: members.number(
            "access_token_lifetime",
            TOKEN_LIFETIME,
            "whole seconds from 60 to 3600",
        )?,
        default_max_age: members.number("default_max_age", (0, u32::MAX), "whole seconds")?,
        require_auth_time: members.flag("require_auth_time")?,
        default_acr_values: texts(members, "default_acr_values")?,
        initiate_login_uri: members.uri("initiate_login_uri")?,
        post_logout_redirect_uris: redirect_uris(
            members,
            "post_logout_redirect_uris",
            application_type,
        )?,
        backchannel_logout_uri: members.uri("backchannel_logout_uri")?,
        backchannel_logout_session_required: members.flag("backchannel_logout_session_required")?,
        require_pkce: members.flag("require_pkce")?,
        allow_guests: members.flag("allow_guests")?,
        software_id: members.text("software_id")?,
        software_version: members.text("software_version")?,
        translations: members.translations()?.collect(),
    })
}

/// Checks what the members must be to each other.
fn check(metadata: &ClientMetadata) -> Result<(), RegistrationError> {
    let granted = |grant| metadata.grant_types.contains(&grant);
    let codes = granted(GrantType::AuthorizationCode);
    if codes && metadata.redirect_uris.is_empty() {
        return Err(RegistrationError::RedirectUriMissing);
    }
    if codes == metadata.response_types.is_empty() {
        return Err(RegistrationError::ResponseTypes);
    }
    if granted(GrantType::RefreshToken) && !codes {
        return Err(RegistrationError::RefreshAlone);
    }
    if granted(GrantType::ClientCredentials) && metadata.is_public() {
        return Err(RegistrationError::PublicMachine);
    }
    check_keys(metadata)?;
    if metadata.subject_type == SubjectType::Pairwise && metadata.sector_identifier_uri.is_none() {
        let mut sectors = metadata.redirect_uris.iter().map(RedirectUri::sector);
        let first = sectors.next();
        if sectors.any(|other| Some(other) != first) {
            return Err(RegistrationError::SectorMissing);
        }
    }
    Ok(())
}

fn check_keys(metadata: &ClientMetadata) -> Result<(), RegistrationError> {
    let keys = match &metadata.jwks {
        Some(_) if metadata.jwks_uri.is_some() => return Err(RegistrationError::JwksTwice),
        Some(jwks) => !JwkSet::parse(jwks)?.is_empty(),
        None => metadata.jwks_uri.is_some(),
    };
    let needed = metadata.token_endpoint_auth_method == ClientAuthMethod::PrivateKeyJwt;
    if needed && !keys {
        return Err(RegistrationError::JwksMissing);
    }
    Ok(())
}

fn application_type(word: &str) -> Option<ApplicationType> {
    match word {
        "web" => Some(ApplicationType::Web),
        "native" => Some(ApplicationType::Native),
        _ => None,
    }
}

fn subject_type(word: &str) -> Option<SubjectType> {
    match word {
        "public" => Some(SubjectType::Public),
        "pairwise" => Some(SubjectType::Pairwise),
        _ => None,
    }
}

/// A list of words, none of which may be unknown; words given twice count once.
fn words<T: PartialEq>(
    members: &Members<'_>,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, RegistrationError> {
    let Some(list) = members.list(name)? else {
        return Ok(None);
    };
    let mut words = Vec::new();
    for word in list {
        let word = parse(word).ok_or(RegistrationError::Unsupported { member: name })?;
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Ok(Some(words))
}

fn texts(members: &Members<'_>, name: &'static str) -> Result<Vec<String>, RegistrationError> {
    let list = members.list(name)?.unwrap_or_default();
    Ok(list.into_iter().map(str::to_owned).collect())
}

fn redirect_uris(
    members: &Members<'_>,
    name: &'static str,
    application: ApplicationType,
) -> Result<Vec<RedirectUri>, RegistrationError> {
    let list = members.list(name)?.unwrap_or_default();
    list.into_iter()
        .map(|uri| RedirectUri::parse(uri, application))
        .collect::<Result<_, _>>()
        .map_err(|why| match name {
            "redirect_uris" => RegistrationError::RedirectUri(why),
            _ => wrong(name, "URIs that follow the rules of redirect_uris"),
        })
}

/// The scopes as one text (RFC 7591, section 2); unknown words are ignored.
fn scope(members: &Members<'_>) -> Result<Option<ScopeSet>, RegistrationError> {
    Ok(members.text("scope")?.map(|text| ScopeSet::parse(&text)))
}

#[cfg(test)]
mod tests;
