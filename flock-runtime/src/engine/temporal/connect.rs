//! Finding a Temporal server: what is given, else the standard Temporal environment.

use std::{fmt, net::IpAddr, path::PathBuf, time::Duration};

use temporalio_client::{
    Client, ClientOptions, Connection, ConnectionOptions, GrpcCompression,
    errors::ClientConnectError,
};
use temporalio_common::envconfig::{
    ClientConfigProfile, ClientConfigTLS, ConfigError, DataSource, LoadClientConfigProfileOptions,
    load_client_config_profile,
};

use crate::runtime::{RunError, StartError};

const DEFAULT_ADDRESS: &str = "localhost:7233";
const DEFAULT_NAMESPACE: &str = "default";
const PATIENCE: Duration = Duration::from_secs(5);

/// Where Temporal is and who asks.
///
/// What is `None` comes from the standard Temporal environment configuration: `TEMPORAL_ADDRESS`,
/// `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, and the profile `TEMPORAL_PROFILE` of
/// the file `TEMPORAL_CONFIG_FILE` (`temporal.toml`). Failing that, it is namespace `default` at
/// `localhost:7233`, without TLS.
#[derive(Clone, Default)]
pub struct ConnectOptions {
    /// `host:port`, or a URL.
    pub address: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The profile of the configuration file.
    pub profile: Option<String>,
    /// The configuration file.
    pub config_file: Option<PathBuf>,
    /// The API key; with one, TLS is on unless `tls` says otherwise.
    pub api_key: Option<String>,
    /// How this program is named in histories; its process id and host by default.
    pub identity: Option<String>,
    /// Whether to use TLS.
    pub tls: Option<bool>,
    /// The certificate of the server's authority (PEM), where the system does not know it.
    pub tls_server_ca: Option<PathBuf>,
    /// The name that the server's certificate must have, where it is not the address's host.
    pub tls_server_name: Option<String>,
    /// This program's certificate (PEM), for mutual TLS. Goes with `tls_client_key`.
    pub tls_client_cert: Option<PathBuf>,
    /// The key of `tls_client_cert` (PEM).
    pub tls_client_key: Option<PathBuf>,
}

impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("address", &self.address)
            .field("namespace", &self.namespace)
            .field("profile", &self.profile)
            .field("config_file", &self.config_file)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("identity", &self.identity)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// A connection and where it goes.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) address: String,
}

impl ConnectOptions {
    /// Connects, within five seconds.
    pub(super) async fn connect(self) -> Result<Connected, StartError> {
        let identity = self.identity.clone();
        let address_name = if self.address.is_some() {
            "the address"
        } else {
            "TEMPORAL_ADDRESS"
        };
        let profile = self.profile()?;
        let address = profile
            .address
            .clone()
            .unwrap_or_else(|| DEFAULT_ADDRESS.to_owned());
        let namespace = profile.namespace.clone();
        let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
        let mut options =
            ConnectionOptions::try_from(profile).map_err(|error| match wrong_setting(error) {
                StartError::Setting { message, .. } if message.contains("Invalid address") => {
                    StartError::Setting {
                        name: format!("{address_name} `{address}`"),
                        message,
                    }
                }
                other => other,
            })?;
        options.identity = identity.unwrap_or_default();
        options.connect_timeout = Some(PATIENCE);
        if options.target.host_str().is_some_and(on_this_machine) {
            options.grpc_compression = GrpcCompression::None;
        }

        let connection = tokio::time::timeout(PATIENCE, Connection::connect(options)).await;
        let connection = match connection {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(refused(address, error)),
            Err(_) => {
                let message = "no answer within 5 seconds".to_owned();
                return Err(RunError::Unreachable { address, message }.into());
            }
        };
        let client = Client::new(connection, ClientOptions::new(namespace).build());
        let client = client.map_err(|error| RunError::Engine(error.to_string()))?;
        Ok(Connected { client, address })
    }

    fn profile(self) -> Result<ClientConfigProfile, StartError> {
        let path = |path: PathBuf| DataSource::Path(path.to_string_lossy().into_owned());
        let load = LoadClientConfigProfileOptions::builder()
            .maybe_config_source(self.config_file.map(path))
            .maybe_config_file_profile(self.profile)
            .build();
        let mut profile = load_client_config_profile(load, None).map_err(wrong_setting)?;
        set(&mut profile.address, self.address);
        set(&mut profile.namespace, self.namespace);
        set(&mut profile.api_key, self.api_key);
        let touches_tls = self.tls.is_some()
            || self.tls_server_ca.is_some()
            || self.tls_server_name.is_some()
            || self.tls_client_cert.is_some()
            || self.tls_client_key.is_some();
        if touches_tls {
            let tls = profile.tls.get_or_insert_with(ClientConfigTLS::default);
            set(&mut tls.disabled, self.tls.map(|on| !on));
            set(&mut tls.server_ca_cert, self.tls_server_ca.map(path));
            set(&mut tls.server_name, self.tls_server_name);
            set(&mut tls.client_cert, self.tls_client_cert.map(path));
            set(&mut tls.client_key, self.tls_client_key.map(path));
        }
        Ok(profile)
    }
}

/// Whether a server there shares this program's processors, so that compressing what goes between
/// them costs both and spares no network.
fn on_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn set<T>(field: &mut Option<T>, given: Option<T>) {
    if given.is_some() {
        *field = given;
    }
}

fn wrong_setting(error: ConfigError) -> StartError {
    StartError::Setting {
        name: "the Temporal configuration".to_owned(),
        message: error.to_string(),
    }
}

fn refused(address: String, error: ClientConnectError) -> StartError {
    use temporalio_client::tonic::Code;
    match error {
        ClientConnectError::InvalidUri(error) => StartError::Setting {
            name: "TEMPORAL_ADDRESS".to_owned(),
            message: error.to_string(),
        },
        ClientConnectError::InvalidHeaders(_) | ClientConnectError::InvalidConfig(_) => {
            StartError::Setting {
                name: "the Temporal configuration".to_owned(),
                message: error.to_string(),
            }
        }
        ClientConnectError::SystemInfoCallError(status)
            if matches!(
                status.code(),
                Code::Unauthenticated | Code::PermissionDenied
            ) =>
        {
            let message = format!(
                "Temporal at {address} refused this program ({}): check TEMPORAL_API_KEY and TEMPORAL_TLS_*",
                status.message()
            );
            RunError::Engine(message).into()
        }
        ClientConnectError::SystemInfoCallError(status) => {
            let message = root_cause(&status).unwrap_or_else(|| status.message().to_owned());
            RunError::Unreachable { address, message }.into()
        }
        other => {
            let message = root_cause(&other).unwrap_or_else(|| other.to_string());
            RunError::Unreachable { address, message }.into()
        }
    }
}

/// The innermost cause says what happened; the layers above it say "transport error".
fn root_cause(error: &dyn std::error::Error) -> Option<String> {
    let mut cause = error.source()?;
    while let Some(beneath) = cause.source() {
        cause = beneath;
    }
    Some(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::on_this_machine;

    #[test]
    fn only_loopback_addresses_are_on_this_machine() {
        for here in ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"] {
            assert!(on_this_machine(here), "{here}");
        }
        for elsewhere in ["temporal", "10.0.0.1", "[fe80::1]", "localhost.example.com"] {
            assert!(!on_this_machine(elsewhere), "{elsewhere}");
        }
    }
}
