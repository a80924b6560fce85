//! `health`: whether the server with these settings serves; for container engines, which have no other client at hand.

use std::io::{self, BufRead as _, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::error::CommandError;
use crate::config::Config;

/// How long it may take to answer. It says by itself within two seconds that its database is away.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks the server on this machine whether it is ready.
pub(super) fn run(config: &Config, out: &mut dyn Write) -> Result<(), CommandError> {
    let status = ask(reachable(config.server.bind)).map_err(CommandError::NoAnswer)?;
    if status != "200" {
        return Err(CommandError::NotReady(status));
    }
    writeln!(out, "ready")?;
    Ok(())
}

/// Where a server that listens on `bind` is to be found from here.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

/// The status that `/health/ready` answers with.
fn ask(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let status = line
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    let status = status.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(status.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_address_is_found_on_loopback() {
        let found = |bind: &str| reachable(bind.parse().unwrap()).to_string();
        assert_eq!(found("0.0.0.0:5000"), "127.0.0.1:5000");
        assert_eq!(found("[::]:5000"), "[::1]:5000");
        assert_eq!(found("10.1.2.3:80"), "10.1.2.3:80");
    }
}
