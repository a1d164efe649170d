//! Finding a Temporal server, and reaching it.

mod refused;
mod rotation;
mod settings;

use std::{fmt, net::IpAddr, path::PathBuf, time::Duration};

use temporalio_client::{
    Client, ClientOptions, Connection, ConnectionOptions, GrpcCompression,
    errors::ClientConnectError,
};

pub(super) use self::refused::denied;
pub use self::settings::ConnectionSetting;
use self::{refused::Shown, settings::Settings};
use super::{
    codec::{Codec, EncryptionKeys},
    meter,
    worker::foreign,
};
use crate::{
    config::Config,
    declare::settings::setters,
    error::{RunError, StartError},
    telemetry::metrics::Metrics,
};

/// The connection to Temporal: where the server is and who asks.
///
/// What is `None` comes, field by field, from the standard Temporal environment (`TEMPORAL_ADDRESS`,
/// `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`), else from `[temporal]` in `flock.toml`,
/// else from the profile `TEMPORAL_PROFILE` of the file `TEMPORAL_CONFIG_FILE` (`temporal.toml`).
/// Failing that, it is namespace `default` at `localhost:7233`, without TLS. A variable that is set
/// and empty counts as unset.
///
/// ```
/// use flock::runtime::ConnectOptions;
///
/// let options = ConnectOptions::default()
///     .address("temporal.example.com:7233")
///     .namespace("orders");
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// `host:port`, or a URL; `localhost:7233` when nothing names one.
    pub address: Option<String>,
    /// The namespace; `default` when nothing names one.
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
    /// The keys by which values are encrypted, before those that `[codec]` of `flock.toml` names.
    pub encryption: Option<EncryptionKeys>,
    /// Whether these options are all there is: no variable and no file is asked for the others. For
    /// a server that this program started itself. How values are written is no matter of the connection: what
    /// `[codec]` says holds all the same.
    pub only_these: bool,
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
            .field("encryption", &self.encryption)
            .finish_non_exhaustive()
    }
}

/// A connection and where it goes.
pub(super) struct Connected {
    pub(super) client: Client,
    /// The same for workers: see [`Codec::of_worker`].
    pub(super) worker: Client,
    pub(super) codec: Codec,
    pub(super) address: String,
    /// The file that has the API key, where one has it.
    pub(super) key_file: Option<PathBuf>,
}

impl ConnectOptions {
    setters! {
        /// `host:port`, or a URL.
        address: String,
        /// The namespace.
        namespace: String,
        /// The profile of the configuration file.
        profile: String,
        /// The configuration file.
        config_file: PathBuf,
        /// The API key; with one, TLS is on unless `tls` says otherwise.
        api_key: String,
        /// How this program is named in histories.
        identity: String,
        /// Whether to use TLS.
        tls: bool,
        /// The certificate of the server's authority (PEM), where the system does not know it.
        tls_server_ca: PathBuf,
        /// The name that the server's certificate must have, where it is not the address's host.
        tls_server_name: String,
        /// This program's certificate (PEM), for mutual TLS. Goes with `tls_client_key`.
        tls_client_cert: PathBuf,
        /// The key of `tls_client_cert` (PEM).
        tls_client_key: PathBuf,
        /// The keys by which values are encrypted.
        encryption: EncryptionKeys,
    }

    /// These options are all there is: no variable and no file is asked for the others.
    #[must_use]
    pub fn only_these(mut self) -> Self {
        self.only_these = true;
        self
    }

    /// What these options and everything below them come to, each with its source; secrets as `set`.
    ///
    /// # Errors
    /// [`StartError::Setting`] when a file that is named is not there, or a value makes no sense.
    pub fn settings(&self, config: &Config) -> Result<Vec<ConnectionSetting>, StartError> {
        Ok(Settings::of(self, config)?.shown)
    }

    /// Connects, within five seconds unless `connect_timeout` says otherwise.
    pub(super) async fn connect(
        self,
        config: &Config,
        metrics: &Metrics,
    ) -> Result<Connected, StartError> {
        let Settings {
            address,
            namespace,
            mut options,
            connect_timeout: patience,
            key_file,
            ..
        } = Settings::of(&self, config)?;
        let codec = Codec::of(self.encryption, config, &namespace)?;
        options.identity = self.identity.unwrap_or_default();
        options.metrics_meter = meter::of_requests(metrics);
        if options.target.host_str().is_some_and(on_this_machine) {
            options.grpc_compression = GrpcCompression::None;
        }
        let shown = match &options.tls_options {
            None => Shown::None,
            Some(tls) if tls.client_tls_options.is_none() => Shown::Server,
            Some(_) => Shown::Both,
        };
        let refused = |error| refused::told(&address, shown, error, patience);
        let connection = match reach(options.clone(), patience).await {
            Ok(connection) => connection,
            // Of a host with several addresses the client tells no more than that it waits.
            Err(_) if options.dns_load_balancing.is_some() => {
                options.dns_load_balancing = None;
                reach(options, patience).await.map_err(refused)?
            }
            Err(error) => return Err(refused(error)),
        };
        if let Some(path) = &key_file {
            rotation::follow(connection.clone(), path.clone());
        }
        let client = |codec: &Codec| {
            let options = ClientOptions::new(namespace.as_str())
                .data_converter(foreign::converter(codec.clone()))
                .build();
            let client = Client::new(connection.clone(), options);
            client.map_err(|error| RunError::Engine(error.to_string()))
        };
        Ok(Connected {
            client: client(&codec)?,
            worker: client(&codec.of_worker())?,
            codec,
            address,
            key_file,
        })
    }
}

/// Connects, or says why not; `None` is silence.
async fn reach(
    options: ConnectionOptions,
    patience: Duration,
) -> Result<Connection, Option<ClientConnectError>> {
    match tokio::time::timeout(patience, Connection::connect(options)).await {
        Ok(connected) => connected.map_err(Some),
        Err(_) => Err(None),
    }
}

/// Whether a server there shares this program's processors, so that compressing what goes between
/// them costs both and spares no network.
fn on_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
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
