//! What the operator decides about the provider.

use hodlxxi_oauth::ProviderConfig;
use hodlxxi_oauth::jose::SigningAlg;
use hodlxxi_oauth::provider::{Issuer, RegistrationPolicy};

use crate::views::Texts;

use super::environment::Environment;
use super::error::ConfigError;
use super::setting::{Default, Setting, list, switch};

const ID_TOKEN_ALGS: Setting = Setting {
    name: "HODLXXI_ID_TOKEN_ALGS",
    default: Default::Text("RS256,ES256,EdDSA"),
    example: "RS256,ES256,EdDSA",
    meaning: "algorithms offered for ID tokens; must contain RS256; ES256K may be added (some strict relying parties refuse a key set with its curve)",
    secret: false,
    may_be_empty: false,
};
const ACCESS_TOKEN_ALG: Setting = Setting {
    name: "HODLXXI_ACCESS_TOKEN_ALG",
    default: Default::Text("EdDSA"),
    example: "EdDSA",
    meaning: "algorithm of access tokens, one of those offered; a client may register another",
    secret: false,
    may_be_empty: false,
};
const REQUIRE_PKCE: Setting = Setting {
    name: "HODLXXI_REQUIRE_PKCE",
    default: Default::Text("off"),
    example: "on",
    meaning: "on asks PKCE of confidential clients too",
    secret: false,
    may_be_empty: false,
};
const REGISTRATION: Setting = Setting {
    name: "HODLXXI_REGISTRATION",
    default: Default::Text("open"),
    example: "token",
    meaning: "dynamic client registration: open, token (with an initial access token made by `hodlxxi client token`) or off",
    secret: false,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] =
    &[ID_TOKEN_ALGS, ACCESS_TOKEN_ALG, REQUIRE_PKCE, REGISTRATION];

/// What the operator decides about the provider.
#[derive(Debug, Clone)]
pub struct OauthConfig {
    /// The algorithms offered, RS256 among them.
    pub id_token_algs: Vec<SigningAlg>,
    /// The algorithm of access tokens, one of those offered.
    pub access_token_alg: SigningAlg,
    /// Whether PKCE is asked of confidential clients too.
    pub require_pkce: bool,
    /// Who may register clients.
    pub registration: RegistrationPolicy,
}

impl OauthConfig {
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let id_token_algs = environment.required(&ID_TOKEN_ALGS, algs)?;
        let access_token_alg = environment.required(&ACCESS_TOKEN_ALG, |text| {
            let alg: SigningAlg = text
                .parse()
                .map_err(|_| "it is not one of RS256, ES256, EdDSA, ES256K")?;
            let offered = id_token_algs.contains(&alg);
            offered
                .then_some(alg)
                .ok_or("it is not among HODLXXI_ID_TOKEN_ALGS")
        })?;
        Ok(Self {
            id_token_algs,
            access_token_alg,
            require_pkce: environment.required(&REQUIRE_PKCE, switch)?,
            registration: environment.required(&REGISTRATION, registration)?,
        })
    }

    /// The provider's settings, for `issuer`, with or without `guests`.
    pub fn provider_config(&self, issuer: &Issuer, guests: bool) -> ProviderConfig {
        ProviderConfig {
            issuer: issuer.clone(),
            access_token_alg: self.access_token_alg,
            require_pkce: self.require_pkce,
            registration: self.registration,
            guests,
            ui_locales: Texts::languages().collect(),
        }
    }
}

fn algs(text: &str) -> Result<Vec<SigningAlg>, String> {
    let algs = list(text, str::parse::<SigningAlg>)?;
    if !algs.contains(&SigningAlg::Rs256) {
        return Err("RS256 is missing, which a client gets that registers none".to_owned());
    }
    let repeated = algs
        .iter()
        .enumerate()
        .find(|(at, alg)| algs[..*at].contains(alg));
    match repeated {
        Some((_, alg)) => Err(format!("{} stands there twice", alg.as_str())),
        None => Ok(algs),
    }
}

fn registration(text: &str) -> Result<RegistrationPolicy, &'static str> {
    match text {
        "open" => Ok(RegistrationPolicy::Open),
        "token" => Ok(RegistrationPolicy::Token),
        "off" => Ok(RegistrationPolicy::Off),
        _ => Err("it is not one of open, token, off"),
    }
}
