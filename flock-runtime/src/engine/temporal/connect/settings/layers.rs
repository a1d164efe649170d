//! What `flock.toml` says and what was given at the start, over the profile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use temporalio_common::envconfig::{ClientConfigProfile, ClientConfigTLS, DataSource};

use super::{environment::Environment, tls::TLS};
use crate::{config::Config, engine::temporal::connect::ConnectOptions, error::StartError};

pub(super) fn data(path: &Path) -> DataSource {
    DataSource::Path(path.to_string_lossy().into_owned())
}

fn set<T>(field: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *field = value;
    }
}

/// What `flock.toml` says, over the profile.
pub(super) fn apply_file(
    profile: &mut ClientConfigProfile,
    config: &Config,
    given: &ConnectOptions,
    env: &Environment,
) -> Result<(), StartError> {
    let file = &config.temporal;
    set(&mut profile.address, file.address.clone());
    set(&mut profile.namespace, file.namespace.clone());
    // A key that another one stands above need not be there.
    if given.api_key.is_none() && !env.has("TEMPORAL_API_KEY") {
        set(&mut profile.api_key, api_key(config)?);
    }
    let touches_tls = file.tls.is_some()
        || file.tls_ca_path.is_some()
        || file.tls_server_name.is_some()
        || file.tls_cert_path.is_some();
    if touches_tls {
        // Of a certificate the environment may have the text where the file has a path.
        let unless = |row: usize, path: &Option<PathBuf>| {
            let (_, by_path, by_text) = TLS[row];
            let above = env.has(by_path) || env.has(by_text);
            path.as_deref().filter(|_| !above).map(data)
        };
        let tls = profile.tls.get_or_insert_with(ClientConfigTLS::default);
        set(&mut tls.disabled, file.tls.map(|on| !on));
        set(&mut tls.server_ca_cert, unless(0, &file.tls_ca_path));
        set(&mut tls.server_name, file.tls_server_name.clone());
        set(&mut tls.client_cert, unless(2, &file.tls_cert_path));
        set(&mut tls.client_key, unless(3, &file.tls_key_path));
    }
    Ok(())
}

/// The key that `flock.toml` names.
fn api_key(config: &Config) -> Result<Option<String>, StartError> {
    let fault = |key: &str, message: String| StartError::Config {
        path: config.path.clone(),
        line: config.line(&["temporal", key]),
        message: format!("[temporal] `{key}`: {message}"),
    };
    let file = &config.temporal;
    if let Some(variable) = &file.api_key_env {
        let key = std::env::var(variable).ok().filter(|key| !key.is_empty());
        let unset = || fault("api_key_env", format!("the variable {variable} is not set"));
        return key.ok_or_else(unset).map(Some);
    }
    let Some(path) = &file.api_key_file else {
        return Ok(None);
    };
    let key = key_in(path).map_err(|message| fault("api_key_file", message))?;
    Ok(Some(key))
}

/// The API key in a file.
pub(in crate::engine::temporal::connect) fn key_in(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    match text.trim() {
        "" => Err(format!("{} is empty", path.display())),
        key => Ok(key.to_owned()),
    }
}

/// What was given, over everything.
pub(super) fn apply_given(profile: &mut ClientConfigProfile, given: &ConnectOptions) {
    set(&mut profile.address, given.address.clone());
    set(&mut profile.namespace, given.namespace.clone());
    set(&mut profile.api_key, given.api_key.clone());
    let touches_tls = given.tls.is_some()
        || given.tls_server_ca.is_some()
        || given.tls_server_name.is_some()
        || given.tls_client_cert.is_some()
        || given.tls_client_key.is_some();
    if touches_tls {
        let tls = profile.tls.get_or_insert_with(ClientConfigTLS::default);
        set(&mut tls.disabled, given.tls.map(|on| !on));
        set(
            &mut tls.server_ca_cert,
            given.tls_server_ca.as_deref().map(data),
        );
        set(&mut tls.server_name, given.tls_server_name.clone());
        set(
            &mut tls.client_cert,
            given.tls_client_cert.as_deref().map(data),
        );
        set(
            &mut tls.client_key,
            given.tls_client_key.as_deref().map(data),
        );
    }
}
