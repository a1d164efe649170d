//! What a deployment is made of, as the linked program and its configuration say.

mod secrets;
mod temporal;
mod workers;

use std::{collections::BTreeSet, path::Path, time::Duration};

use serde::Serialize;

pub(super) use self::{
    secrets::{Secret, SecretFile},
    temporal::Temporal,
    workers::WorkerFacts,
};
use super::{files::File, names, place::Place};
use crate::{
    cli::exit::{Exit, Fault},
    config::{Config, StoreAddress, is_image, is_label},
    engine::{program::Parts, temporal::named_with},
};

/// Where a worker answers probes and Prometheus, unless `[serve]` says so.
const METRICS_PORT: u16 = 9464;
/// How long agents may go on after SIGTERM, unless `[worker]` says so.
const GRACE: Duration = Duration::from_secs(30);

/// What was said on the command line.
pub(super) struct Asked {
    pub(super) program: String,
    pub(super) image: Option<String>,
    pub(super) namespace: Option<String>,
}

/// What a deployment is made of. Templates are given it whole.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    /// The binary's name, as cargo built it.
    pub(super) program: String,
    /// The same as a DNS label.
    pub(super) name: String,
    pub(super) image: String,
    /// Kubernetes'.
    pub(super) namespace: String,
    pub(super) temporal: Temporal,
    /// One for each task queue that the program names, by name.
    pub(super) workers: Vec<WorkerFacts>,
    /// What is to be in the environment of a worker and in no file.
    pub(super) variables: Vec<Secret>,
    /// What is to be in a file of its own.
    pub(super) secret_files: Vec<SecretFile>,
    pub(super) metrics_port: u16,
    pub(super) grace_seconds: u64,
    /// The text of `flock.toml`.
    pub(super) config: Option<String>,
    /// Of it, the profile by which these facts are.
    pub(super) profile: Option<String>,
    /// The Worker Deployment that `[worker]` names.
    pub(super) deployment: Option<String>,
    /// The ports by which workers call what is not Temporal.
    pub(super) outbound: BTreeSet<u16>,
    /// The folder in which `[payloads]` keeps large values, where it is none of a cloud.
    pub(super) large_values: Option<String>,
    pub(super) features: Features,
}

/// What the program was built with, of what matters outside.
#[derive(Debug, Serialize)]
pub(super) struct Features {
    pub(super) models: bool,
    pub(super) otlp: bool,
    pub(super) mcp: bool,
}

impl Facts {
    /// # Errors
    /// Nothing is linked in, a name or an address cannot be one where it would stand, or numbers contradict each other.
    pub(super) fn of(parts: &Parts, asked: Asked) -> Result<Self, Fault> {
        let config = &*parts.config;
        let runs = named_with(parts);
        if runs.is_empty() {
            return Err(Fault::usage(
                "there is nothing to deploy: no agent and no flock is linked into this program",
            ));
        }
        let name = names::label(&asked.program);
        let image = asked.image.or_else(|| config.deploy.image.clone());
        let image = image.unwrap_or_else(|| format!("{name}:latest"));
        if !is_image(&image) {
            return Err(Fault::usage(format!(
                "`--image {image}` is no name of an image, such as registry.example.com/shop:1.4"
            )));
        }
        let namespace = asked.namespace.or_else(|| config.deploy.namespace.clone());
        let namespace = namespace.unwrap_or_else(|| name.clone());
        if !is_label(&namespace) {
            return Err(Fault::usage(format!(
                "`--kubernetes-namespace {namespace}` is no name in Kubernetes: it takes 1 to 63 small letters, digits and `-`, with a letter or digit at each end"
            )));
        }
        let place = Config::place();
        let text = place.as_deref().map(text).transpose()?;
        let names = names::workers(&name, runs.keys().map(String::as_str));
        let workers: Result<Vec<_>, _> = runs
            .iter()
            .map(|(queue, runs)| WorkerFacts::of(&names[&**queue], queue, runs, config))
            .collect();
        let mut workers = workers?;
        workers.sort_by(|a, b| a.name.cmp(&b.name));
        let port = config.serve.metrics_listen.map(|listen| listen.port());
        let grace = config.worker.grace.unwrap_or(GRACE);
        Ok(Self {
            temporal: Temporal::of(&config.temporal)?,
            workers,
            variables: secrets::variables(parts),
            secret_files: secrets::files(config, &name),
            large_values: large_values(config)?,
            metrics_port: port.filter(|port| *port != 0).unwrap_or(METRICS_PORT),
            grace_seconds: grace.as_secs() + u64::from(grace.subsec_nanos() > 0),
            config: text,
            profile: std::env::var(Config::PROFILE)
                .ok()
                .filter(|profile| !profile.is_empty()),
            deployment: config.worker.deployment.clone(),
            outbound: outbound(config),
            features: Features {
                models: cfg!(feature = "models"),
                otlp: cfg!(feature = "otlp"),
                mcp: cfg!(feature = "mcp"),
            },
            program: asked.program,
            name,
            image,
            namespace,
        })
    }

    /// `flock.toml` as it goes with the other files: not by its own name, since they may be written beside it.
    pub(super) fn configuration(&self) -> Option<File> {
        let text = self.config.clone()?;
        Some(File::new("flock.deployed.toml", text))
    }

    /// # Errors
    /// Large values are in a folder, which workers on several machines do not share.
    pub(super) fn on_several_machines(&self) -> Result<(), Fault> {
        match &self.large_values {
            Some(folder) => Err(Fault::usage(format!(
                "[payloads] keeps large values in the folder {folder}, which workers on several machines do not share: name a bucket, such as `store = \"s3://bucket\"`"
            ))),
            None => Ok(()),
        }
    }

    /// The key of Temporal's API key, in a Secret of Kubernetes'.
    pub(super) fn api_key(&self) -> Option<&str> {
        let variable = self.temporal.api_key_env.as_ref();
        let mut secrets = self.variables.iter();
        let secret = secrets.find(|secret| Some(&secret.variable) == variable);
        let in_file = || self.secret_file("FLOCK_TEMPORAL__API_KEY_FILE");
        secret
            .map(|secret| &*secret.key)
            .or_else(|| Some(&*in_file()?.key))
    }

    /// The file that this variable leads to.
    pub(super) fn secret_file(&self, variable: &str) -> Option<&SecretFile> {
        self.secret_files
            .iter()
            .find(|file| file.variable == variable)
    }
}

fn large_values(config: &Config) -> Result<Option<String>, Fault> {
    match config.payloads.address().map_err(Fault::usage)? {
        Some(StoreAddress::Folder(folder)) => Ok(Some(folder.display().to_string())),
        Some(StoreAddress::Bucket { .. }) | None => Ok(None),
    }
}

/// Of models, MCP servers and collectors: that of HTTPS, and what the configuration names.
fn outbound(config: &Config) -> BTreeSet<u16> {
    let models = config.models.values().map(|model| &model.base_url);
    let servers = config.mcp.values().map(|server| &server.url);
    let urls = models.chain(servers).chain([&config.telemetry.endpoint]);
    urls.flatten()
        .filter_map(|url| port(url))
        .chain([443])
        .collect()
}

fn port(url: &str) -> Option<u16> {
    let by_itself = url.starts_with("http://").then_some(80);
    Place::of(url)?.port.or(by_itself)
}

fn text(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|error| {
        Fault::new(
            Exit::Usage,
            format!("{} cannot be read: {error}", path.display()),
        )
    })
}
