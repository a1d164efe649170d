//! Where Temporal is.

use serde::Serialize;

use super::super::place::Place;
use crate::{cli::exit::Fault, config::TemporalSection};

/// Where Temporal is.
#[derive(Debug, Serialize)]
pub(in super::super) struct Temporal {
    /// None where the configuration names none, or this machine's own.
    pub(in super::super) address: Option<String>,
    /// Where that leads.
    #[serde(skip)]
    pub(in super::super) place: Option<Place>,
    pub(in super::super) namespace: String,
    pub(in super::super) tls: bool,
    pub(in super::super) server_name: Option<String>,
    /// The variable that holds the API key.
    pub(in super::super) api_key_env: Option<String>,
}

impl Temporal {
    /// As the file has it: what the shell says here and now is not what a deployment goes by.
    ///
    /// # Errors
    /// The address is none.
    pub(super) fn of(section: &TemporalSection) -> Result<Self, Fault> {
        let address = section.address.as_deref();
        let place = address.map(|address| {
            Place::of(address).ok_or_else(|| {
                Fault::usage(format!(
                    "`address = \"{address}\"` in [temporal] is no address, such as temporal.example.com:7233"
                ))
            })
        });
        let place = place.transpose()?.filter(|place| !place.is_here());
        let address = address.filter(|_| place.is_some());
        let by_itself = section.api_key_env.is_some()
            || section.api_key_file.is_some()
            || section.tls_ca_path.is_some()
            || section.tls_server_name.is_some()
            || section.tls_cert_path.is_some()
            || address.is_some_and(|address| address.starts_with("https://"));
        Ok(Self {
            address: address.map(str::to_owned),
            place,
            namespace: section
                .namespace
                .clone()
                .unwrap_or_else(|| "default".to_owned()),
            tls: section.tls.unwrap_or(by_itself),
            server_name: section.tls_server_name.clone(),
            api_key_env: section.api_key_env.clone(),
        })
    }
}
