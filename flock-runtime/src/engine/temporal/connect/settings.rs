//! The settings of a connection: the first place that says something about a field decides it.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use temporalio_client::ConnectionOptions;
use temporalio_common::envconfig::{
    ClientConfigProfile, ClientConfigTLS, ConfigError, DataSource, LoadClientConfigProfileOptions,
    load_client_config_profile,
};

use super::ConnectOptions;
use crate::{config::Config, runtime::StartError};

const DEFAULT_ADDRESS: &str = "localhost:7233";
const DEFAULT_NAMESPACE: &str = "default";
const DEFAULT_PROFILE: &str = "default";

const GIVEN: &str = "given at the start";
const BUILT_IN: &str = "built in";

/// A setting of the connection to Temporal, and where it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionSetting {
    /// What it is: `address`, `namespace`, `tls` and so on.
    pub name: &'static str,
    /// What it is set to; for secrets, `set`.
    pub value: String,
    /// Where: a variable, a file with its section or profile, …
    pub from: String,
}

/// Everything that decides how to connect.
pub(super) struct Settings {
    pub(super) address: String,
    pub(super) namespace: String,
    pub(super) options: ConnectionOptions,
    pub(super) shown: Vec<ConnectionSetting>,
}

/// The fields of TLS that are files or names, each as the profile has it and by its variables.
const TLS: [(&str, &str, &str); 4] = [
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

/// Where each field comes from, from the highest place down.
struct Places<'a> {
    env: HashMap<String, String>,
    /// `flock.toml [temporal]`, with its path.
    file: String,
    profile: String,
    shown: &'a mut Vec<ConnectionSetting>,
}

impl Places<'_> {
    /// Tells where `name` was set: the first place that has it.
    fn tell(
        &mut self,
        name: &'static str,
        value: String,
        given: bool,
        variables: &[&str],
        file: bool,
        profile: bool,
    ) {
        let variable = variables.iter().find(|name| self.env.contains_key(**name));
        let from = match variable {
            _ if given => GIVEN.to_owned(),
            Some(variable) => (*variable).to_owned(),
            None if file => self.file.clone(),
            None if profile => self.profile.clone(),
            None => BUILT_IN.to_owned(),
        };
        self.shown.push(ConnectionSetting { name, value, from });
    }
}

impl Settings {
    pub(super) fn of(given: &ConnectOptions, config: &Config) -> Result<Self, StartError> {
        let nothing = Config::default();
        let (env, config) = match given.only_these {
            true => (HashMap::new(), &nothing),
            false => (environment()?, config),
        };
        let file = &config.temporal;
        let mut shown = Vec::new();

        let (config_file, named_by) = named(
            given.config_file.clone(),
            env.get("TEMPORAL_CONFIG_FILE").map(PathBuf::from),
            file.config_file.clone(),
        );
        if let Some(path) = &config_file
            && !path.is_file()
        {
            return Err(StartError::Setting {
                name: format!("the configuration file {}", path.display()),
                message: format!(
                    "there is no such file (it is named by {})",
                    by(named_by, "TEMPORAL_CONFIG_FILE")
                ),
            });
        }
        let (profile_name, profile_by) = named(
            given.profile.clone(),
            env.get("TEMPORAL_PROFILE").cloned(),
            file.profile.clone(),
        );
        let place = config_file
            .as_ref()
            .map_or("the user's temporal.toml".to_owned(), |path| {
                path.display().to_string()
            });
        let load = LoadClientConfigProfileOptions::builder()
            .maybe_config_source(match given.only_these {
                true => Some(DataSource::Data(Vec::new())),
                false => config_file.as_deref().map(data),
            })
            .maybe_config_file_profile(profile_name.clone())
            .disable_env(true)
            .build();
        let mut profile =
            load_client_config_profile(load, Some(&env)).map_err(|error| match error {
                ConfigError::ProfileNotFound(name) => StartError::Setting {
                    name: format!("profile `{name}`"),
                    message: format!(
                        "there is none in {place} (it is named by {})",
                        by(profile_by, "TEMPORAL_PROFILE")
                    ),
                },
                error => wrong(&place, &error),
            })?;

        let in_profile = profile.clone();
        let profile_label = format!(
            "profile `{}` of {place}",
            profile_name.as_deref().unwrap_or(DEFAULT_PROFILE)
        );
        let mut places = Places {
            file: format!("{} [temporal]", config.path.display()),
            profile: profile_label,
            shown: &mut shown,
            env,
        };

        // From the lowest place up.
        apply_file(&mut profile, config, given, &places.env)?;
        profile
            .load_from_env(Some(&places.env))
            .map_err(|error| wrong("the environment", &error))?;
        apply_given(&mut profile, given);

        let address = profile.address.clone();
        let address = address.unwrap_or_else(|| DEFAULT_ADDRESS.to_owned());
        let namespace = profile.namespace.clone();
        let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
        // A URL that says it wants TLS gets it.
        if address.starts_with("https://") && profile.tls.is_none() {
            profile.tls = Some(ClientConfigTLS::default());
        }

        places.tell(
            "address",
            address.clone(),
            given.address.is_some(),
            &["TEMPORAL_ADDRESS"],
            file.address.is_some(),
            in_profile.address.is_some(),
        );
        places.tell(
            "namespace",
            namespace.clone(),
            given.namespace.is_some(),
            &["TEMPORAL_NAMESPACE"],
            file.namespace.is_some(),
            in_profile.namespace.is_some(),
        );
        places.tell(
            "profile",
            profile_name.unwrap_or_else(|| DEFAULT_PROFILE.to_owned()),
            given.profile.is_some(),
            &["TEMPORAL_PROFILE"],
            file.profile.is_some(),
            false,
        );
        if let Some(path) = &config_file {
            places.tell(
                "config_file",
                path.display().to_string(),
                given.config_file.is_some(),
                &["TEMPORAL_CONFIG_FILE"],
                true,
                false,
            );
        }
        if profile.api_key.is_some() {
            places.tell(
                "api_key",
                "set".to_owned(),
                given.api_key.is_some(),
                &["TEMPORAL_API_KEY"],
                file.api_key_env.is_some() || file.api_key_file.is_some(),
                in_profile.api_key.is_some(),
            );
        }
        tell_tls(&mut places, &profile, &in_profile, given, config);
        read_certificates(&mut profile, &shown)?;

        let options = ConnectionOptions::try_from(profile).map_err(|error| {
            let message = error.to_string();
            let name = match message.contains("Invalid address") {
                true => format!("the address `{address}`"),
                false => "the Temporal configuration".to_owned(),
            };
            StartError::Setting { name, message }
        })?;
        Ok(Self {
            address,
            namespace,
            options,
            shown,
        })
    }
}

/// Temporal's own variables that say something: a map, since the SDK's reading of the environment
/// panics at a variable, anybody's, that is no text.
fn environment() -> Result<HashMap<String, String>, StartError> {
    let ours = std::env::vars_os().filter(|(name, value)| {
        name.to_str()
            .is_some_and(|name| name.starts_with("TEMPORAL_"))
            && !value.is_empty()
    });
    ours.map(|(name, value)| {
        let name = name.to_string_lossy().into_owned();
        match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(StartError::Setting {
                name,
                message: "it is no text (UTF-8)".to_owned(),
            }),
        }
    })
    .collect()
}

/// The first that is there, with its rank.
fn named<T>(given: Option<T>, variable: Option<T>, file: Option<T>) -> (Option<T>, usize) {
    let all = [given, variable, file];
    let rank = all.iter().position(Option::is_some).unwrap_or(3);
    (all.into_iter().flatten().next(), rank)
}

fn by(rank: usize, variable: &str) -> &str {
    ["what was given at the start", variable, "flock.toml"]
        .get(rank)
        .copied()
        .unwrap_or(BUILT_IN)
}

fn data(path: &Path) -> DataSource {
    DataSource::Path(path.to_string_lossy().into_owned())
}

fn wrong(place: &str, error: &ConfigError) -> StartError {
    StartError::Setting {
        name: place.to_owned(),
        message: error.to_string(),
    }
}

fn set<T>(field: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *field = value;
    }
}

/// What `flock.toml` says, over the profile.
fn apply_file(
    profile: &mut ClientConfigProfile,
    config: &Config,
    given: &ConnectOptions,
    env: &HashMap<String, String>,
) -> Result<(), StartError> {
    let file = &config.temporal;
    set(&mut profile.address, file.address.clone());
    set(&mut profile.namespace, file.namespace.clone());
    // A key that another one stands above need not be there.
    if given.api_key.is_none() && !env.contains_key("TEMPORAL_API_KEY") {
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
            let above = env.contains_key(by_path) || env.contains_key(by_text);
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
    let key = fs::read_to_string(path).map_err(|error| {
        fault(
            "api_key_file",
            format!("cannot read {}: {error}", path.display()),
        )
    })?;
    match key.trim() {
        "" => Err(fault(
            "api_key_file",
            format!("{} is empty", path.display()),
        )),
        key => Ok(Some(key.to_owned())),
    }
}

/// What was given, over everything.
fn apply_given(profile: &mut ClientConfigProfile, given: &ConnectOptions) {
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

/// Whether TLS is in use: as the SDK decides it.
fn uses_tls(profile: &ClientConfigProfile) -> bool {
    match &profile.tls {
        Some(tls) => tls.disabled != Some(true),
        None => profile.api_key.is_some(),
    }
}

fn tell_tls(
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
fn read_certificates(
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
