//! Who is at the other end: the address that counts, behind proxies too.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;

use crate::config::TrustedProxies;

/// Each proxy appends whom it heard from.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Headers by which a proxy says that it is one.
const FORWARDING: [&str; 10] = [
    "cf-connecting-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-client-ip",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

/// Whether the request came from this machine, and not through a proxy on it.
pub(crate) fn is_local(request: &HttpRequest) -> bool {
    let loopback = request
        .peer_addr()
        .is_some_and(|peer| canonical(peer.ip()).is_loopback());
    loopback
        && FORWARDING
            .iter()
            .all(|name| !request.headers().contains_key(*name))
}

/// The address of whoever sent the request: the rightmost one, of the peer's and those in
/// `X-Forwarded-For`, that is no trusted proxy's. What stands left of it is anybody's to make up. None
/// where the request came by no network.
pub(crate) fn client_address(request: &HttpRequest, proxies: &TrustedProxies) -> Option<IpAddr> {
    let mut client = canonical(request.peer_addr()?.ip());
    let forwarded: Vec<_> = request.headers().get_all(X_FORWARDED_FOR).collect();
    let lists = forwarded.iter().rev().map(|value| value.as_bytes());
    for hop in lists.flat_map(|list| list.rsplit(|byte| *byte == b',')) {
        if !proxies.contains(client) {
            break;
        }
        // A proxy that wrote something else is the last one that is known.
        let Some(address) = address(hop) else {
            break;
        };
        client = address;
    }
    Some(client)
}

/// An address, with a port or without.
fn address(bytes: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let with_port = || text.parse().ok().map(|socket: SocketAddr| socket.ip());
    text.parse().ok().or_else(with_port).map(canonical)
}

fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, headers: &[&str]) -> String {
        let proxies = TrustedProxies::new(vec![
            "127.0.0.1".parse().unwrap(),
            "10.0.0.0/8".parse().unwrap(),
        ]);
        let mut request = TestRequest::get().peer_addr(SocketAddr::new(peer.parse().unwrap(), 1));
        for header in headers {
            request = request.append_header((X_FORWARDED_FOR, *header));
        }
        let request = request.to_http_request();
        client_address(&request, &proxies).unwrap().to_string()
    }

    #[test]
    fn a_stranger_is_seen_as_who_connects_whatever_it_says() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("::ffff:203.0.113.9", &[]), "203.0.113.9");
    }

    #[test]
    fn behind_proxies_the_rightmost_stranger_counts() {
        for (headers, client) in [
            (&[][..], "127.0.0.1"),
            (&["198.51.100.1"], "198.51.100.1"),
            (&["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            (&["6.6.6.6,198.51.100.1, 10.1.2.3"], "198.51.100.1"),
            (&["6.6.6.6", "198.51.100.1", "10.1.2.3"], "198.51.100.1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["[2001:db8::1]:443"], "2001:db8::1"),
            (&["198.51.100.1:7000"], "198.51.100.1"),
            (&["10.1.2.3"], "10.1.2.3"),
            (&["6.6.6.6, nonsense, 10.1.2.3"], "10.1.2.3"),
            (&["6.6.6.6, "], "127.0.0.1"),
            // Whatever somebody put in front of it, the proxy's own word counts.
            (&["\u{ff}, 198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(seen("127.0.0.1", headers), client, "{headers:?}");
        }
    }
}
