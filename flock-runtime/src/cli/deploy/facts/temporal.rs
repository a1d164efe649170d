//! Where Temporal is.

use serde::Serialize;

use crate::config::TemporalSection;

/// Where Temporal is.
#[derive(Debug, Serialize)]
pub(in super::super) struct Temporal {
    /// None where the configuration names none, or this machine's own.
    pub(in super::super) address: Option<String>,
    pub(in super::super) namespace: String,
    pub(in super::super) tls: bool,
    pub(in super::super) server_name: Option<String>,
    /// The variable that holds the API key.
    pub(in super::super) api_key_env: Option<String>,
}

impl Temporal {
    /// As the file has it: what the shell says here and now is not what a deployment goes by.
    pub(super) fn of(section: &TemporalSection) -> Self {
        let address = section.address.clone().filter(|address| !is_here(address));
        let by_itself = section.api_key_env.is_some()
            || section.api_key_file.is_some()
            || section.tls_ca_path.is_some()
            || section.tls_server_name.is_some()
            || section.tls_cert_path.is_some()
            || address
                .as_deref()
                .is_some_and(|address| address.starts_with("https://"));
        Self {
            address,
            namespace: section
                .namespace
                .clone()
                .unwrap_or_else(|| "default".to_owned()),
            tls: section.tls.unwrap_or(by_itself),
            server_name: section.tls_server_name.clone(),
            api_key_env: section.api_key_env.clone(),
        }
    }
}

/// Whether an address is of the machine that asks, which in a container is the container.
fn is_here(address: &str) -> bool {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}
