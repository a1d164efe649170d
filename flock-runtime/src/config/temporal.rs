//! The section `[temporal]`: where Temporal is, and how this program shows who it is.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::frame::{OrVariable, Said, Variable, section};

section! {
    /// The connection to Temporal, as a file keeps it: secrets by the name of a variable or file.
    pub struct TemporalSection {
        /// `host:port`, or a URL; `localhost:7233` when nothing names one.
        pub address: Option<String> = "`localhost:7233`",
        /// The namespace; `default` when nothing names one.
        pub namespace: Option<String> = "`default`",
        /// The profile of Temporal's own configuration file.
        pub profile: Option<String> = "`default`",
        /// Temporal's own configuration file, `temporal.toml`.
        pub config_file: Option<PathBuf> = "the user's",
        /// The environment variable that holds the API key, as `"${NAME}"`; the same as `api_key_env`.
        api_key: Option<String> as Option<Variable> = "none",
        /// The environment variable that holds the API key.
        pub api_key_env: Option<String> as Option<OrVariable> = "none",
        /// The file that holds the API key; white space around it is cut off.
        pub api_key_file: Option<PathBuf> = "none",
        /// Whether to use TLS; on by itself with an API key or any of the next four.
        pub tls: Option<bool> = "on with an API key, an `https://` address or any of the next four",
        /// The certificate of the server's authority (PEM), where the system does not know it.
        pub tls_ca_path: Option<PathBuf> = "the system's",
        /// The name that the server's certificate must have, where it is not the address's host.
        pub tls_server_name: Option<String> = "the address's host",
        /// This program's certificate (PEM), for mutual TLS.
        pub tls_cert_path: Option<PathBuf> = "none",
        /// The key of that certificate (PEM).
        pub tls_key_path: Option<PathBuf> = "none",
        /// Limit of the way to the server: name, connection, TLS and its first answer.
        pub connect_timeout: Option<Duration> = "5 seconds",
        /// How long a client's call that the server could not answer is made again, with longer and longer waits.
        /// Workers poll without end, and tell what they have done by limits of Temporal's SDK.
        pub retry_for: Option<Duration> = "10 seconds",
        /// How often the connection is looked at while it is idle (HTTP/2 ping).
        pub keep_alive: Option<Duration> = "30 seconds",
        /// How long an answer to that may take before the connection is given up.
        pub keep_alive_timeout: Option<Duration> = "15 seconds",
    }
}

impl TemporalSection {
    fn check(&mut self, said: &mut Said<'_>) {
        let texts = [
            ("address", &self.address),
            ("namespace", &self.namespace),
            ("profile", &self.profile),
            ("api_key_env", &self.api_key_env),
            ("tls_server_name", &self.tls_server_name),
        ];
        for (name, text) in texts {
            if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
                said.at(name, format!("`{name}` is empty: leave it out"));
            }
        }
        let limits = [
            ("connect_timeout", self.connect_timeout),
            ("keep_alive", self.keep_alive),
            ("keep_alive_timeout", self.keep_alive_timeout),
        ];
        for (name, limit) in limits {
            said.above_zero(name, limit);
        }
        let keys = [
            ("api_key", self.api_key.is_some()),
            ("api_key_env", self.api_key_env.is_some()),
            ("api_key_file", self.api_key_file.is_some()),
        ];
        let set: Vec<_> = keys.iter().filter(|(_, is_set)| *is_set).collect();
        if let [(first, _), .., (last, _)] = set.as_slice() {
            said.at(
                last,
                format!("`{first}` and `{last}` exclude each other: leave one out"),
            );
        }
        // An empty one is told of above.
        let variable = self.api_key_env.as_deref();
        let variable = variable.filter(|name| !name.trim().is_empty());
        said.variable("api_key_env", variable, "SHOP_KEY");
        if self.tls_cert_path.is_some() != self.tls_key_path.is_some() {
            said.wrong("`tls_cert_path` and `tls_key_path` go together: a certificate and its key");
        }
        if let Some(name) = self.api_key.take() {
            self.api_key_env = Some(name);
        }
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
