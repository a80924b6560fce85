//! What an operator decides about the provider.

use thiserror::Error;
use url::{Host, Url};

use crate::jose::SigningAlg;

/// The issuer: the public base URL, exactly as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    host: String,
    loopback: bool,
}

/// Why a text is not an [`Issuer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IssuerError {
    /// Not scheme, host and port alone.
    #[error("an issuer is scheme, host and port, nothing more, such as https://id.example.org")]
    Format,
    /// `http` on a host that is neither loopback nor `.onion`.
    #[error("an issuer is https; http is for loopback and .onion hosts alone")]
    Insecure,
}

impl Issuer {
    /// Reads an issuer: scheme, host, port; `http` only for loopback and `.onion` hosts.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError::Format)?;
        let host = url.host().ok_or(IssuerError::Format)?;
        // Written back without its path it must be the same text: upper case, a default port, a
        // path or a trailing slash would make `iss` and the URLs differ.
        if url.origin().ascii_serialization() != text {
            return Err(IssuerError::Format);
        }
        let loopback = match &host {
            Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let host = host.to_string();
        match url.scheme() {
            "https" => {}
            "http" if loopback || host.strip_suffix(".onion").is_some() => {}
            "http" => return Err(IssuerError::Insecure),
            _ => return Err(IssuerError::Format),
        }
        Ok(Self {
            text: text.to_owned(),
            host,
            loopback,
        })
    }

    /// The issuer as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The absolute URL of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The host, without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the host is this machine.
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether browsers reach it by TLS.
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }
}

/// Who may register clients (RFC 7591).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RegistrationPolicy {
    /// Anybody.
    #[default]
    Open,
    /// Who holds an initial access token.
    Token,
    /// Nobody.
    Off,
}

/// The provider's settings.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// The issuer.
    pub issuer: Issuer,
    /// The algorithm of access tokens where the client registered none.
    pub access_token_alg: SigningAlg,
    /// Whether PKCE is asked of confidential clients too.
    pub require_pkce: bool,
    /// Who may register clients.
    pub registration: RegistrationPolicy,
    /// Whether visitors may be signed in as guests, so that the guest's `acr` can occur at all.
    pub guests: bool,
    /// The languages of the pages (BCP 47), for the provider metadata.
    pub ui_locales: Vec<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_taken_exactly_or_not_at_all() {
        for good in [
            "http://localhost:5000",
            "http://127.0.0.1:5000",
            "http://[::1]:5000",
            "https://id.example.org",
            "https://id.example.org:8443",
            "http://abcdefgh.onion",
        ] {
            assert_eq!(Issuer::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "id.example.org",
            "https://id.example.org/",
            "https://id.example.org/auth",
            "https://ID.example.org",
            "https://id.example.org:443",
            "https://a@id.example.org",
            "https://id.example.org?x",
            "ftp://id.example.org",
        ] {
            assert_eq!(Issuer::parse(bad), Err(IssuerError::Format), "{bad}");
        }
        assert_eq!(
            Issuer::parse("http://id.example.org"),
            Err(IssuerError::Insecure)
        );
        assert_eq!(
            Issuer::parse("http://192.168.1.4"),
            Err(IssuerError::Insecure)
        );
    }
}
