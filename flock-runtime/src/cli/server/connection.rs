//! The flags that say where Temporal is: the same for every command that asks a server.

use std::path::PathBuf;

use clap::Args;

use crate::{
    config::Config,
    engine::temporal::{ConnectOptions, ConnectionSetting},
    error::{StartError, word},
};

/// Where Temporal is. What is not given here comes from the standard variables (`TEMPORAL_ADDRESS`,
/// `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`), `flock.toml` `[temporal]` and
/// `temporal.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Connection to Temporal")]
pub(crate) struct Connection {
    /// Host and port [default: TEMPORAL_ADDRESS, else flock.toml, else localhost:7233]
    #[arg(long, visible_alias = "server", value_name = "HOST:PORT")]
    address: Option<String>,

    /// Namespace [default: TEMPORAL_NAMESPACE, else `default`]
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,

    /// Profile of the configuration file [default: TEMPORAL_PROFILE, else `default`]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Temporal's configuration file [default: TEMPORAL_CONFIG_FILE, else the user's temporal.toml]
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,

    /// API key; better in TEMPORAL_API_KEY, where other users of this machine cannot see it
    #[arg(long, value_name = "KEY", hide_default_value = true)]
    api_key: Option<String>,

    /// Use TLS, or not; on by itself with an API key or a certificate
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    tls: Option<bool>,

    /// The certificate of the server's authority (PEM)
    #[arg(long, value_name = "FILE")]
    tls_ca_path: Option<PathBuf>,

    /// The name that the server's certificate must have
    #[arg(long, value_name = "NAME")]
    tls_server_name: Option<String>,

    /// The certificate of this program (PEM), for mutual TLS
    #[arg(long, value_name = "FILE", requires = "tls_key_path")]
    tls_cert_path: Option<PathBuf>,

    /// The key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert_path")]
    tls_key_path: Option<PathBuf>,

    /// To a server of our own nothing else leads.
    #[arg(skip)]
    only_these: bool,
}

impl Connection {
    /// Whether any flag was given.
    pub(crate) fn is_given(&self) -> bool {
        *self != Self::default()
    }

    /// The connection to the server that `dev` started.
    #[cfg(feature = "dev-server")]
    pub(crate) fn to(address: String) -> Self {
        Self {
            address: Some(address),
            only_these: true,
            ..Self::default()
        }
    }

    /// The flags that lead a second command to the same server. Secrets are left to their variables.
    pub(crate) fn flags(&self) -> String {
        let file = self
            .config_file
            .as_ref()
            .map(|file| file.display().to_string());
        let flags = [
            ("address", &self.address),
            ("namespace", &self.namespace),
            ("profile", &self.profile),
            ("config-file", &file),
        ];
        let given = flags.into_iter().filter_map(|(flag, value)| {
            let value = word(value.as_ref()?);
            Some(format!(" --{flag} {value}"))
        });
        given.collect()
    }

    pub(super) fn options(&self) -> ConnectOptions {
        ConnectOptions {
            address: self.address.clone(),
            namespace: self.namespace.clone(),
            profile: self.profile.clone(),
            config_file: self.config_file.clone(),
            api_key: self.api_key.clone(),
            identity: None,
            tls: self.tls,
            tls_server_ca: self.tls_ca_path.clone(),
            tls_server_name: self.tls_server_name.clone(),
            tls_client_cert: self.tls_cert_path.clone(),
            tls_client_key: self.tls_key_path.clone(),
            encryption: None,
            only_these: self.only_these,
        }
    }

    /// What the engine would connect with, each with its source, without secrets.
    pub(crate) fn effective(&self, config: &Config) -> Result<Vec<ConnectionSetting>, StartError> {
        self.options().settings(config)
    }
}
