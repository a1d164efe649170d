//! The section `[temporal]`: where Temporal is, and how this program shows who it is.

use std::path::{Path, PathBuf};

use serde::{Deserialize, de::IgnoredAny};

/// The connection to Temporal, as a file keeps it: secrets by the name of a variable or file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TemporalSection {
    /// `host:port`, or a URL; `localhost:7233` when nothing names one.
    #[serde(default)]
    pub address: Option<String>,
    /// The namespace; `default` when nothing names one.
    #[serde(default)]
    pub namespace: Option<String>,
    /// The profile of Temporal's own configuration file.
    #[serde(default)]
    pub profile: Option<String>,
    /// Temporal's own configuration file, `temporal.toml`.
    #[serde(default)]
    pub config_file: Option<PathBuf>,
    /// The environment variable that holds the API key.
    #[serde(default)]
    pub api_key_env: Option<String>,
    /// The file that holds the API key; white space around it is cut off.
    #[serde(default)]
    pub api_key_file: Option<PathBuf>,
    /// Whether to use TLS; on by itself with an API key or any of the next four.
    #[serde(default)]
    pub tls: Option<bool>,
    /// The certificate of the server's authority (PEM), where the system does not know it.
    #[serde(default)]
    pub tls_ca_path: Option<PathBuf>,
    /// The name that the server's certificate must have, where it is not the address's host.
    #[serde(default)]
    pub tls_server_name: Option<String>,
    /// This program's certificate (PEM), for mutual TLS.
    #[serde(default)]
    pub tls_cert_path: Option<PathBuf>,
    /// The key of that certificate (PEM).
    #[serde(default)]
    pub tls_key_path: Option<PathBuf>,
    /// Nobody's: it is here to be refused in words.
    #[serde(default)]
    api_key: Option<IgnoredAny>,
}

impl TemporalSection {
    pub(super) fn check(&self) -> Result<(), String> {
        let at = |sentence: &str| Err(format!("[temporal] {sentence}"));
        if self.api_key.is_some() {
            return at(
                "`api_key` would put a secret into this file: name a variable by `api_key_env`, or a file by `api_key_file`",
            );
        }
        if self.api_key_env.is_some() && self.api_key_file.is_some() {
            return at("`api_key_env` and `api_key_file` exclude each other: leave one out");
        }
        if self.tls_cert_path.is_some() != self.tls_key_path.is_some() {
            return at("`tls_cert_path` and `tls_key_path` go together: a certificate and its key");
        }
        let texts = [
            ("address", &self.address),
            ("namespace", &self.namespace),
            ("profile", &self.profile),
            ("api_key_env", &self.api_key_env),
            ("tls_server_name", &self.tls_server_name),
        ];
        for (name, text) in texts {
            if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
                return at(&format!("`{name}` is empty: leave it out"));
            }
        }
        Ok(())
    }

    /// Files of a relative path are in `folder`.
    pub(super) fn look_in(&mut self, folder: &Path) {
        let files = [
            &mut self.config_file,
            &mut self.api_key_file,
            &mut self.tls_ca_path,
            &mut self.tls_cert_path,
            &mut self.tls_key_path,
        ];
        for file in files.into_iter().flatten() {
            *file = folder.join(&*file);
        }
    }
}
