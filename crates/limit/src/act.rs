//! What somebody does, and from where.

use std::net::IpAddr;

use hodlxxi_kernel::ClientTier;

/// Where somebody is, as far as limits tell places apart: an IPv4 address, or the network of 64 bits that
/// an IPv6 address is in, all of which one household has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address([u8; 8]);

impl Address {
    /// Where no network tells: all who come that way are one.
    pub const UNKNOWN: Self = Self([0; 8]);

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        let bytes = match address.to_canonical() {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
            IpAddr::V6(v6) => v6.octets(),
        };
        let begin = if address.to_canonical().is_ipv4() {
            8
        } else {
            0
        };
        Self(std::array::from_fn(|n| bytes[begin + n]))
    }
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act<'a> {
    /// Asks for a challenge.
    Challenge,
    /// Tries to prove a key.
    SignIn {
        /// The key or address, as it was parsed.
        key: &'a str,
    },
    /// Goes in without a key.
    Guest,
    /// Registers a client.
    Registration,
    /// Reads, changes or deletes the registration of a client.
    Management {
        /// The client that it claims to be.
        client: &'a str,
    },
    /// Asks for tokens, or revokes one.
    Token {
        /// The client that it claims to be.
        client: &'a str,
    },
    /// Asks what a token is worth.
    Introspection {
        /// The client that it claims to be.
        client: &'a str,
    },
    /// Changes something of the account that it is signed in to.
    AccountChange {
        /// The account.
        account: &'a str,
    },
    /// Makes any other request that is limited.
    Request,
    /// Calls an API of ours with an access token.
    Call {
        /// The token's client.
        client: &'a str,
        /// What the client was granted.
        tier: ClientTier,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::from(text.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn a_household_is_one_address() {
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
        assert_ne!(address("203.0.113.1"), address("203.0.113.2"));
        assert_eq!(address("203.0.113.1"), address("::ffff:203.0.113.1"));
        assert_ne!(address("203.0.113.1"), Address::UNKNOWN);
    }
}
