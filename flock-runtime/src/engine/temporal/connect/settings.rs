//! The settings of a connection: the first place that says something about a field decides it.

mod environment;
mod layers;
mod tls;

use std::{path::PathBuf, time::Duration};

use temporalio_client::{ClientKeepAliveOptions, ConnectionOptions};
use temporalio_common::envconfig::{
    ClientConfigTLS, ConfigError, DataSource, LoadClientConfigProfileOptions,
    load_client_config_profile,
};

pub(super) use self::layers::key_in;
use self::{
    environment::Environment,
    layers::{apply_file, apply_given, data},
    tls::{read_certificates, tell_tls},
};
use super::ConnectOptions;
use crate::{
    config::{Config, resolve::Source},
    error::StartError,
    value::duration,
};

const DEFAULT_ADDRESS: &str = "localhost:7233";
const DEFAULT_NAMESPACE: &str = "default";
const DEFAULT_PROFILE: &str = "default";

/// How long a call is made again; the SDK's own.
const RETRY_FOR: Duration = Duration::from_secs(10);
/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(5);

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
    pub(super) connect_timeout: Duration,
    /// The file that has the API key, where that is the one in force.
    pub(super) key_file: Option<PathBuf>,
    pub(super) shown: Vec<ConnectionSetting>,
}

/// Where each field comes from, from the highest place down.
struct Places<'a> {
    env: Environment,
    config: &'a Config,
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
        let variable = variables.iter().find_map(|name| self.env.named_by(name));
        let from = match variable {
            _ if given => GIVEN.to_owned(),
            Some(variable) => variable.to_owned(),
            None if file => self.in_file(name),
            None if profile => self.profile.clone(),
            None => BUILT_IN.to_owned(),
        };
        self.shown.push(ConnectionSetting { name, value, from });
    }
}

impl Places<'_> {
    /// Where the file, or a variable above it, says something about `name`.
    fn in_file(&self, name: &str) -> String {
        let keys: &[&str] = match name {
            "api_key" => &["api_key", "api_key_env", "api_key_file"],
            name => &[name],
        };
        match self.config.source(&["temporal"], keys) {
            Source::Config(section) => format!("{} [{section}]", self.config.path.display()),
            source => source.to_string(),
        }
    }

    /// Tells of a limit, which the file alone sets.
    fn limit(&mut self, name: &'static str, set: Option<Duration>, built_in: Duration) -> Duration {
        let value = set.unwrap_or(built_in);
        self.tell(
            name,
            duration::display(value),
            false,
            &[],
            set.is_some(),
            false,
        );
        value
    }
}

impl Settings {
    pub(super) fn of(given: &ConnectOptions, config: &Config) -> Result<Self, StartError> {
        let nothing = Config::default();
        let (env, config) = match given.only_these {
            true => (Environment::default(), &nothing),
            false => (Environment::read()?, config),
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
            env.get("TEMPORAL_PROFILE").map(str::to_owned),
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
            load_client_config_profile(load, Some(env.all())).map_err(|error| match error {
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
            config,
            profile: profile_label,
            shown: &mut shown,
            env,
        };

        // From the lowest place up.
        apply_file(&mut profile, config, given, &places.env)?;
        profile
            .load_from_env(Some(places.env.all()))
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
        read_certificates(&mut profile, &*places.shown)?;

        let connect_timeout = places.limit("connect_timeout", file.connect_timeout, PATIENCE);
        let usual = ClientKeepAliveOptions::default();
        let keep_alive = ClientKeepAliveOptions::builder()
            .interval(places.limit("keep_alive", file.keep_alive, usual.interval))
            .timeout(places.limit("keep_alive_timeout", file.keep_alive_timeout, usual.timeout))
            .build();
        let retry_for = places.limit("retry_for", file.retry_for, RETRY_FOR);
        let key_file = file
            .api_key_file
            .clone()
            .filter(|_| given.api_key.is_none() && !places.env.has("TEMPORAL_API_KEY"));
        let mut options = ConnectionOptions::try_from(profile).map_err(|error| {
            let message = error.to_string();
            let name = match message.contains("Invalid address") {
                true => format!("the address `{address}`"),
                false => "the Temporal configuration".to_owned(),
            };
            StartError::Setting { name, message }
        })?;
        options.connect_timeout = Some(connect_timeout);
        options.keep_alive = Some(keep_alive);
        options.retry_options.max_elapsed_time = Some(retry_for);
        // The time alone: the SDK's own number of attempts is over after some fifteen seconds.
        options.retry_options.max_retries = 0;
        Ok(Self {
            address,
            namespace,
            options,
            connect_timeout,
            key_file,
            shown,
        })
    }
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

fn wrong(place: &str, error: &ConfigError) -> StartError {
    StartError::Setting {
        name: place.to_owned(),
        message: error.to_string(),
    }
}
