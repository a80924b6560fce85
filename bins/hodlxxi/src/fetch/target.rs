//! Where a URI of a stranger leads, as far as the URI itself tells it.

use std::net::IpAddr;

use reqwest::Url;
use url::Host;

use super::address::Policy;
use super::error::FetchError;

/// Reads `uri`, and judges its scheme and, where its host is an address, that address; the
/// addresses of names are judged when they are resolved.
pub(super) fn parse(uri: &str, policy: Policy) -> Result<Url, FetchError> {
    let url = Url::parse(uri).map_err(|_| FetchError::Uri)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::Uri);
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err(FetchError::Uri),
    };
    match url.scheme() {
        "https" => {}
        "http" if policy == Policy::PublicAndLoopback && is_here(&url, address) => {}
        _ => return Err(FetchError::Scheme),
    }
    match address {
        Some(address) if !policy.allows(address) => Err(FetchError::Address),
        _ => Ok(url),
    }
}

/// Whether the host is this machine (`localhost` by RFC 6761).
fn is_here(url: &Url, address: Option<IpAddr>) -> bool {
    match address {
        Some(address) => address.to_canonical().is_loopback(),
        None => url
            .host_str()
            .is_some_and(|name| name == "localhost" || name.ends_with(".localhost")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FetchError::{Address, Scheme, Uri};

    fn judge(uri: &str, policy: Policy) -> Result<(), FetchError> {
        parse(uri, policy).map(drop)
    }

    #[test]
    fn from_outside_only_https_to_public_places() {
        assert!(judge("https://app.example.org:8443/jwks?x=1", Policy::Public).is_ok());
        assert!(judge("https://8.8.8.8/", Policy::Public).is_ok());
        for uri in [
            "http://app.example.org/",
            "ftp://app.example.org/",
            "http://127.0.0.1/",
        ] {
            assert!(matches!(judge(uri, Policy::Public), Err(Scheme)), "{uri}");
        }
        for uri in [
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://0/",
        ] {
            assert!(matches!(judge(uri, Policy::Public), Err(Address)), "{uri}");
        }
        for uri in [
            "",
            "app.example.org",
            "https://",
            "https://a@app.example.org/",
            "https://:b@x/",
        ] {
            assert!(matches!(judge(uri, Policy::Public), Err(Uri)), "{uri}");
        }
    }

    #[test]
    fn beside_an_issuer_on_this_machine_plain_http_stays_on_it() {
        for uri in [
            "http://127.0.0.1:80/",
            "http://[::1]/",
            "http://localhost/",
            "https://127.0.0.1/",
        ] {
            assert!(judge(uri, Policy::PublicAndLoopback).is_ok(), "{uri}");
        }
        for uri in [
            "http://8.8.8.8/",
            "http://app.example.org/",
            "http://localhost.example.org/",
        ] {
            assert!(
                matches!(judge(uri, Policy::PublicAndLoopback), Err(Scheme)),
                "{uri}"
            );
        }
        let private = judge("https://192.168.0.1/", Policy::PublicAndLoopback);
        assert!(matches!(private, Err(Address)));
    }
}
