//! Who is at the other end: the address that counts, behind proxies too.

use std::net::IpAddr;

use actix_web::HttpRequest;

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

fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}
