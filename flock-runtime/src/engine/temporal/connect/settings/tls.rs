//! TLS among the settings of a connection: whether it is in use, where its files were named, and what is
//! in them.

use std::fs;

use temporalio_common::envconfig::{ClientConfigProfile, DataSource};

use super::{
    BUILT_IN, ConnectionSetting, Places,
    environment::{NO_PATH, is_pem},
};
use crate::{config::Config, engine::temporal::connect::ConnectOptions, error::StartError};

/// The fields of TLS that are files or names, each as the profile has it and by its variables.
pub(super) const TLS: [(&str, &str, &str); 4] = [
    (
        "tls_ca_path",
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
        "TEMPORAL_TLS_SERVER_CA_CERT_DATA",
    ),
    ("tls_server_name", "TEMPORAL_TLS_SERVER_NAME", ""),
    (
        "tls_cert_path",
        "TEMPORAL_TLS_CLIENT_CERT_PATH",
        "TEMPORAL_TLS_CLIENT_CERT_DATA",
    ),
    (
        "tls_key_path",
        "TEMPORAL_TLS_CLIENT_KEY_PATH",
        "TEMPORAL_TLS_CLIENT_KEY_DATA",
    ),
];

/// Whether TLS is in use: as the SDK decides it.
fn uses_tls(profile: &ClientConfigProfile) -> bool {
    match &profile.tls {
        Some(tls) => tls.disabled != Some(true),
        None => profile.api_key.is_some(),
    }
}

pub(super) fn tell_tls(
    places: &mut Places<'_>,
    profile: &ClientConfigProfile,
    in_profile: &ClientConfigProfile,
    given: &ConnectOptions,
    config: &Config,
) {
    let file = &config.temporal;
    let on = uses_tls(profile);
    places.tell(
        "tls",
        on.to_string(),
        given.tls.is_some(),
        &["TEMPORAL_TLS"],
        file.tls.is_some(),
        in_profile
            .tls
            .as_ref()
            .is_some_and(|tls| tls.disabled.is_some()),
    );
    // Nobody said it in so many words.
    if let Some(row) = places
        .shown
        .last_mut()
        .filter(|row| on && row.from == BUILT_IN)
    {
        row.from = match profile.api_key.is_some() && profile.tls.is_none() {
            true => "on with an API key".to_owned(),
            false => "on with what is said of TLS".to_owned(),
        };
    }
    let Some(tls) = profile.tls.as_ref().filter(|_| on) else {
        return;
    };
    let below = in_profile.tls.clone().unwrap_or_default();
    let shown = |source: &Option<DataSource>| match source {
        Some(DataSource::Path(path)) => Some(path.clone()),
        Some(_) => Some("set".to_owned()),
        None => None,
    };
    let rows = [
        (
            shown(&tls.server_ca_cert),
            given.tls_server_ca.is_some(),
            file.tls_ca_path.is_some(),
            below.server_ca_cert.is_some(),
        ),
        (
            tls.server_name.clone(),
            given.tls_server_name.is_some(),
            file.tls_server_name.is_some(),
            below.server_name.is_some(),
        ),
        (
            shown(&tls.client_cert),
            given.tls_client_cert.is_some(),
            file.tls_cert_path.is_some(),
            below.client_cert.is_some(),
        ),
        (
            shown(&tls.client_key),
            given.tls_client_key.is_some(),
            file.tls_key_path.is_some(),
            below.client_key.is_some(),
        ),
    ];
    for ((name, by_path, by_text), (value, given, file, profile)) in TLS.into_iter().zip(rows) {
        if let Some(value) = value {
            places.tell(name, value, given, &[by_path, by_text], file, profile);
        }
    }
}

/// Reads the files of TLS here, so that one that is missing is named, with the place that names it.
pub(super) fn read_certificates(
    profile: &mut ClientConfigProfile,
    shown: &[ConnectionSetting],
) -> Result<(), StartError> {
    if !uses_tls(profile) {
        return Ok(());
    }
    let Some(tls) = &mut profile.tls else {
        return Ok(());
    };
    if tls.client_cert.is_some() != tls.client_key.is_some() {
        let (is, lacks) = match tls.client_cert.is_some() {
            true => ("`tls_cert_path`", "`tls_key_path`"),
            false => ("`tls_key_path`", "`tls_cert_path`"),
        };
        return Err(StartError::Setting {
            name: is.to_owned(),
            message: format!("a certificate of this program goes with its key: set {lacks} too"),
        });
    }
    let files = [
        (
            "tls_ca_path",
            &mut tls.server_ca_cert,
            "CERTIFICATE-----",
            "certificate",
        ),
        (
            "tls_cert_path",
            &mut tls.client_cert,
            "CERTIFICATE-----",
            "certificate",
        ),
        (
            "tls_key_path",
            &mut tls.client_key,
            "PRIVATE KEY-----",
            "private key",
        ),
    ];
    for (name, source, mark, what) in files {
        let place = shown.iter().find(|row| row.name == name);
        let from = place.map_or("", |row| row.from.as_str());
        let fault = |path: &str, message: &str| StartError::Setting {
            name: format!("{name} {path} ({from})"),
            message: message.to_owned(),
        };
        let (path, content) = match source {
            Some(DataSource::Path(path)) if is_pem(path) => return Err(fault("", NO_PATH)),
            Some(DataSource::Path(path)) => {
                let content = fs::read(&*path).map_err(|error| fault(path, &error.to_string()))?;
                (path.clone(), content)
            }
            Some(DataSource::Data(content)) => (String::new(), content.clone()),
            _ => continue,
        };
        if !String::from_utf8_lossy(&content).contains(mark) {
            return Err(fault(
                &path,
                &format!("there is no {what} in PEM form in it"),
            ));
        }
        *source = Some(DataSource::Data(content));
    }
    Ok(())
}
