//! Secrets, by the names that the configuration gives them: never their values.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{config::Config, engine::program::Parts};

/// A secret, by the variable that the program reads.
#[derive(Debug, Serialize)]
pub(in super::super) struct Secret {
    pub(in super::super) variable: String,
    /// Its key in a Secret of Kubernetes'.
    pub(in super::super) key: String,
    /// What it is, for people.
    pub(in super::super) what: String,
}

/// A file that the configuration names.
#[derive(Debug, Serialize)]
pub(in super::super) struct SecretFile {
    /// Where it is on this machine, as `flock.toml` has it.
    pub(in super::super) source: String,
    /// Its key in a Secret of Kubernetes'.
    pub(in super::super) key: String,
    /// The variable that leads the program to it.
    pub(in super::super) variable: &'static str,
    /// Where that leads in a container.
    pub(in super::super) path: String,
    /// What it is, for people.
    pub(in super::super) what: &'static str,
}

/// Every secret that the configuration and the models of agents name by variable.
pub(super) fn variables(parts: &Parts) -> Vec<Secret> {
    let config = &*parts.config;
    let mut whats = BTreeMap::<String, BTreeSet<String>>::new();
    let mut add = |variable: &str, what: String| {
        whats.entry(variable.to_owned()).or_default().insert(what);
    };
    if let Some(variable) = &config.temporal.api_key_env {
        add(variable, "the API key of Temporal".to_owned());
    }
    if let Some(variable) = &config.codec.keys_env {
        add(
            variable,
            "the keys by which values are encrypted".to_owned(),
        );
    }
    for (model, section) in &config.models {
        if let Some(variable) = &section.api_key_env {
            add(variable, format!("the key of model `{model}`"));
        }
    }
    for agent in parts.registry.agents() {
        for (variable, model) in parts.models.key_variables(agent.descriptor) {
            add(&variable, format!("the key of model `{model}`"));
        }
    }
    for (server, section) in &config.mcp {
        let of_server = section.env.values().chain(section.headers.values());
        for variable in of_server.chain(&section.client_secret) {
            add(variable, format!("what MCP server `{server}` is given"));
        }
    }
    let mut small = BTreeMap::<String, usize>::new();
    for variable in whats.keys() {
        *small.entry(variable.to_lowercase()).or_default() += 1;
    }
    let secrets = whats.iter().map(|(variable, whats)| Secret {
        variable: variable.clone(),
        key: match small.get(&variable.to_lowercase()) {
            Some(1) => variable.to_lowercase().replace('_', "-"),
            // Another differs in nothing but how large its letters are.
            _ => variable.clone(),
        },
        what: Vec::from_iter(whats.iter().map(String::as_str)).join(", "),
    });
    secrets.collect()
}

/// The files that the configuration names, each with the variable that leads the program to another place.
pub(super) fn files(config: &Config, name: &str) -> Vec<SecretFile> {
    let temporal = &config.temporal;
    let files = [
        (
            &temporal.api_key_file,
            "temporal-api-key",
            "FLOCK_TEMPORAL__API_KEY_FILE",
            "the API key of Temporal",
        ),
        (
            &temporal.config_file,
            "temporal-toml",
            "TEMPORAL_CONFIG_FILE",
            "Temporal's own configuration",
        ),
        (
            &temporal.tls_ca_path,
            "temporal-ca",
            "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
            "the certificate of the authority of Temporal's server",
        ),
        (
            &temporal.tls_cert_path,
            "temporal-client-certificate",
            "TEMPORAL_TLS_CLIENT_CERT_PATH",
            "this program's certificate",
        ),
        (
            &temporal.tls_key_path,
            "temporal-client-key",
            "TEMPORAL_TLS_CLIENT_KEY_PATH",
            "the key of that certificate",
        ),
        (
            &config.codec.keys_file,
            "codec-keys",
            "FLOCK_CODEC__KEYS_FILE",
            "the keys by which values are encrypted",
        ),
    ];
    let there = files.into_iter().filter_map(|(file, key, variable, what)| {
        let source = file.as_ref()?.display().to_string();
        Some(SecretFile {
            source,
            key: key.to_owned(),
            variable,
            path: format!("/run/secrets/{name}/{key}"),
            what,
        })
    });
    there.collect()
}
