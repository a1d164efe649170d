//! Where an address leads.

use std::net::IpAddr;

use serde::Serialize;
use url::Url;

/// What of an address a connection goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    /// That of an IPv6 address in brackets.
    pub(super) host: String,
    /// None where the address leaves it to its scheme.
    pub(super) port: Option<u16>,
}

impl Place {
    /// Of `temporal:7233` as of `https://temporal/path`. None where it is no address.
    pub(super) fn of(address: &str) -> Option<Self> {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        // A scheme that has no port of its own, which would be left out where it is said.
        let url = Url::parse(&format!("tcp://{rest}")).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        Some(Self {
            host: host.to_owned(),
            port: url.port(),
        })
    }

    /// Whether it is the machine that asks, which in a container is the container.
    pub(super) fn is_here(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let ip = host.parse::<IpAddr>();
        host.eq_ignore_ascii_case("localhost")
            || ip.is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_told_apart() {
        for (address, host, port) in [
            ("temporal", "temporal", None),
            ("temporal:7233", "temporal", Some(7233)),
            ("http://temporal:80/a", "temporal", Some(80)),
            ("https://ann:secret@temporal?a=b:1", "temporal", None),
            ("[fd00::7]", "[fd00::7]", None),
            ("[fd00::7]:7000", "[fd00::7]", Some(7000)),
        ] {
            let place = Place::of(address).unwrap();
            assert_eq!((&*place.host, place.port), (host, port), "{address}");
        }
        for address in ["", "not an address", "temporal:port", "http://"] {
            assert_eq!(Place::of(address), None, "{address}");
        }
    }

    #[test]
    fn this_machine_has_many_names() {
        for (address, here) in [
            ("localhost:7233", true),
            ("http://LocalHost", true),
            ("127.0.0.1:7233", true),
            ("0.0.0.0:7233", true),
            ("[::1]", true),
            ("[::1]:7233", true),
            ("localhost.example.com:7233", false),
            ("10.0.0.7:7233", false),
        ] {
            assert_eq!(Place::of(address).unwrap().is_here(), here, "{address}");
        }
    }
}
