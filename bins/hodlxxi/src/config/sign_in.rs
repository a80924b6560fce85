//! Who may sign in, and who administrates.

use hodlxxi_auth::verify::Network;
use hodlxxi_kernel::PublicKey;

use super::environment::Environment;
use super::error::ConfigError;
use super::setting::{Default, Setting, list, switch};

const ADMIN_KEYS: Setting = Setting {
    name: "HODLXXI_ADMIN_KEYS",
    default: Default::Text(""),
    example: "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
    meaning: "comma-separated public keys (66 or 64 hex digits, or npub); signing in with one of them gives access level special",
    secret: false,
    may_be_empty: true,
};
const GUEST_LOGIN: Setting = Setting {
    name: "HODLXXI_GUEST_LOGIN",
    default: Default::Text("off"),
    example: "on",
    meaning: "on lets visitors in as guests (access level guest)",
    secret: false,
    may_be_empty: false,
};
const NETWORK: Setting = Setting {
    name: "BITCOIN_NETWORK",
    default: Default::Text("bitcoin"),
    example: "bitcoin",
    meaning: "the network of addresses: bitcoin, testnet4, signet or regtest",
    secret: false,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] = &[ADMIN_KEYS, GUEST_LOGIN, NETWORK];

/// Who may sign in, and who administrates.
#[derive(Debug, Clone)]
pub struct SignInConfig {
    /// The administrators' keys.
    pub admin_keys: Vec<PublicKey>,
    /// Whether visitors are let in without a key.
    pub guests: bool,
    /// The network that addresses belong to.
    pub network: Network,
}

impl SignInConfig {
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            admin_keys: environment.required(&ADMIN_KEYS, |text| list(text, PublicKey::parse))?,
            guests: environment.required(&GUEST_LOGIN, switch)?,
            network: environment.required(&NETWORK, str::parse)?,
        })
    }
}
