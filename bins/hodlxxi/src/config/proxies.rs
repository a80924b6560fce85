//! The proxies that are believed.

use std::net::IpAddr;
use std::str::FromStr;

use thiserror::Error;

/// Networks whose machines are believed what they say about a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<NetworkRange>);

impl TrustedProxies {
    pub(crate) const fn new(ranges: Vec<NetworkRange>) -> Self {
        Self(ranges)
    }

    /// Whether `address` is a trusted proxy's; an IPv4 address counts however it is written.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|range| range.contains(address))
    }
}

/// An address, or a network in CIDR notation (RFC 4632, RFC 4291).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NetworkRange {
    first: IpAddr,
    prefix: u8,
}

/// Why a text is not an address or network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an IP address or network")]
pub(crate) struct NetworkRangeError;

impl NetworkRange {
    fn contains(self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                let differ = first.to_bits() ^ address.to_bits();
                differ.checked_shr(shift).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.prefix);
                let differ = first.to_bits() ^ address.to_bits();
                differ.checked_shr(shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for NetworkRange {
    type Err = NetworkRangeError;

    fn from_str(text: &str) -> Result<Self, NetworkRangeError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| NetworkRangeError)?;
        let bits = if first.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(digits) => digits.parse().map_err(|_| NetworkRangeError)?,
            None => bits,
        };
        if prefix > bits {
            return Err(NetworkRangeError);
        }
        Ok(Self { first, prefix })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusts(range: &str, address: &str) -> bool {
        TrustedProxies::new(vec![range.parse().unwrap()]).contains(address.parse().unwrap())
    }

    #[test]
    fn ranges_contain_what_shares_their_prefix() {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("192.168.4.7", "192.168.4.7", "192.168.4.8"),
            ("192.168.4.128/25", "192.168.4.129", "192.168.4.127"),
            ("fd00::/8", "fdff::1", "fe00::"),
            ("::1", "::1", "::2"),
            ("0.0.0.0/0", "8.8.8.8", "2001:db8::1"),
            ("127.0.0.1", "::ffff:127.0.0.1", "::1"),
        ] {
            assert!(trusts(range, inside), "{inside} is in {range}");
            assert!(!trusts(range, outside), "{outside} is not in {range}");
        }
        assert!(trusts("::/0", "2001:db8::1"));
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in [
            "",
            "localhost",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "10.0.0",
        ] {
            assert_eq!(bad.parse::<NetworkRange>(), Err(NetworkRangeError), "{bad}");
        }
    }
}
