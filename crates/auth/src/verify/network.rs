//! The Bitcoin network that addresses belong to.

use thiserror::Error;

/// A Bitcoin network, by the words of the setting `BITCOIN_NETWORK`.
///
/// ```
/// use hodlxxi_auth::verify::Network;
/// assert_eq!("testnet4".parse(), Ok(Network::Testnet4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Network {
    /// The main network.
    #[default]
    Bitcoin,
    /// The fourth test network (BIP-94).
    Testnet4,
    /// The signed test network (BIP-325).
    Signet,
    /// A network of one's own, for tests.
    Regtest,
}

/// A word that names no [`Network`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a network is one of bitcoin, testnet4, signet, regtest")]
pub struct NetworkError;

impl Network {
    /// Every network.
    pub const ALL: [Self; 4] = [Self::Bitcoin, Self::Testnet4, Self::Signet, Self::Regtest];

    /// The network as one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bitcoin => "bitcoin",
            Self::Testnet4 => "testnet4",
            Self::Signet => "signet",
            Self::Regtest => "regtest",
        }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Network {
    type Err = NetworkError;
    fn from_str(word: &str) -> Result<Self, NetworkError> {
        Self::ALL
            .into_iter()
            .find(|network| network.as_str() == word)
            .ok_or(NetworkError)
    }
}

impl From<Network> for bitcoin::Network {
    fn from(network: Network) -> Self {
        match network {
            Network::Bitcoin => Self::Bitcoin,
            Network::Testnet4 => Self::Testnet4,
            Network::Signet => Self::Signet,
            Network::Regtest => Self::Regtest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for network in Network::ALL {
            assert_eq!(network.to_string().parse(), Ok(network));
        }
        for bad in ["", "mainnet", "Bitcoin", "testnet", "regtest "] {
            assert_eq!(bad.parse::<Network>(), Err(NetworkError), "{bad}");
        }
    }
}
