//! What a deployment is made of, as the linked program and its configuration say.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use serde::Serialize;

use super::{files::File, names};
use crate::{
    cli::exit::{Exit, Fault},
    config::{
        Amount, Config, QueueSettings, ScaleSection, Size, SlotsSection, TemporalSection, is_image,
        is_label,
    },
    declare::pool::Pool,
    engine::{
        program::Parts,
        temporal::{Runs, named_with},
    },
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
    pub(super) features: Features,
}

/// Where Temporal is.
#[derive(Debug, Serialize)]
pub(super) struct Temporal {
    /// None where the configuration names none, or this machine's own.
    pub(super) address: Option<String>,
    pub(super) namespace: String,
    pub(super) tls: bool,
    pub(super) server_name: Option<String>,
    /// The variable that holds the API key.
    pub(super) api_key_env: Option<String>,
}

/// The workers of a task queue.
#[derive(Debug, Serialize)]
pub(super) struct WorkerFacts {
    /// A DNS label that no other has.
    pub(super) name: String,
    pub(super) queue: String,
    /// What the program is called with: `worker --queues=my_shop`.
    pub(super) arguments: Vec<String>,
    /// What it serves, for people.
    pub(super) about: String,
    pub(super) pool: Option<&'static str>,
    pub(super) flocks: Vec<&'static str>,
    pub(super) agents: Vec<&'static str>,
    /// None with a tuner.
    pub(super) workflow_slots: Option<usize>,
    /// None with a tuner.
    pub(super) activity_slots: Option<usize>,
    /// Agents that one worker begins in a second.
    pub(super) per_second: Option<f64>,
    /// As Kubernetes writes it: `500m`.
    pub(super) cpu: String,
    /// As Kubernetes writes it: `512Mi`.
    pub(super) memory: String,
    pub(super) cpus: f64,
    pub(super) memory_bytes: u64,
    pub(super) min_replicas: u32,
    pub(super) max_replicas: u32,
}

/// A secret, by the variable that the program reads.
#[derive(Debug, Serialize)]
pub(super) struct Secret {
    pub(super) variable: String,
    /// Its key in a Secret of Kubernetes'.
    pub(super) key: String,
    /// What it is, for people.
    pub(super) what: String,
}

/// A file that the configuration names.
#[derive(Debug, Serialize)]
pub(super) struct SecretFile {
    /// Where it is on this machine, as `flock.toml` has it.
    pub(super) source: String,
    /// Its key in a Secret of Kubernetes'.
    pub(super) key: String,
    /// The variable that leads the program to it.
    pub(super) variable: &'static str,
    /// Where that leads in a container.
    pub(super) path: String,
    /// What it is, for people.
    pub(super) what: &'static str,
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
    /// Nothing is linked in, a name cannot be one where it would stand, or numbers contradict each other.
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
            temporal: Temporal::of(&config.temporal),
            workers,
            variables: variables(parts),
            secret_files: secret_files(config, &name),
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
}

impl Facts {
    /// `flock.toml` as it goes with the other files: not by its own name, since they may be written beside it.
    pub(super) fn configuration(&self) -> Option<File> {
        let text = self.config.clone()?;
        Some(File::new("flock.deployed.toml", text))
    }
}

impl Facts {
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
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    // The colons of an IPv6 address are in brackets.
    let behind = host.rsplit(']').next().unwrap_or(host);
    match behind.rsplit_once(':') {
        Some((_, port)) => port.parse().ok(),
        None if scheme == "http" => Some(80),
        None => None,
    }
}

fn text(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|error| {
        Fault::new(
            Exit::Usage,
            format!("{} cannot be read: {error}", path.display()),
        )
    })
}

impl Temporal {
    /// As the file has it: what the shell says here and now is not what a deployment goes by.
    fn of(section: &TemporalSection) -> Self {
        let address = section.address.clone().filter(|address| !is_here(address));
        let by_itself = section.api_key_env.is_some()
            || section.api_key_file.is_some()
            || section.tls_ca_path.is_some()
            || section.tls_server_name.is_some()
            || section.tls_cert_path.is_some()
            || address
                .as_deref()
                .is_some_and(|address| address.starts_with("https://"));
        Self {
            address,
            namespace: section
                .namespace
                .clone()
                .unwrap_or_else(|| "default".to_owned()),
            tls: section.tls.unwrap_or(by_itself),
            server_name: section.tls_server_name.clone(),
            api_key_env: section.api_key_env.clone(),
        }
    }
}

/// Whether an address is of the machine that asks, which in a container is the container.
fn is_here(address: &str) -> bool {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

impl WorkerFacts {
    fn of(name: &str, queue: &str, runs: &Runs, config: &Config) -> Result<Self, Fault> {
        let nothing = SlotsSection::default();
        let given: (&SlotsSection, fn(&str) -> String) = (&nothing, |key| format!("`{key}`"));
        let settings = QueueSettings::of(queue, runs.pool, given, config).map_err(Fault::usage)?;
        let slots = |amount| match amount {
            Amount::Fixed(slots) => Some(slots),
            Amount::Tuned { .. } => None,
        };
        let scale = Scale::of(queue, runs.pool, config)?;
        Ok(Self {
            name: name.to_owned(),
            queue: queue.to_owned(),
            arguments: arguments(queue),
            about: about(queue, runs),
            pool: runs.pool.map(Pool::as_str),
            flocks: runs.flocks.iter().copied().collect(),
            agents: runs.agents.iter().copied().collect(),
            workflow_slots: slots(settings.workflow_slots),
            activity_slots: slots(settings.activity_slots),
            per_second: settings.max_activities_per_second,
            cpu: cpu(scale.cpu),
            memory: memory(scale.memory),
            cpus: scale.cpu,
            memory_bytes: scale.memory.as_bytes(),
            min_replicas: scale.min_replicas,
            max_replicas: scale.max_replicas,
        })
    }
}

/// How a worker of this queue is begun.
fn arguments(queue: &str) -> Vec<String> {
    // Several queues stand with commas between them.
    let flag = match queue.contains(',') {
        true => "--task-queue",
        false => "--queues",
    };
    vec!["worker".to_owned(), format!("{flag}={queue}")]
}

fn about(queue: &str, runs: &Runs) -> String {
    let pool = runs.pool.map(|pool| format!(", of the pool {pool}"));
    let mut about = format!("Task queue `{queue}`{}", pool.unwrap_or_default());
    for (what, names) in [("flocks", &runs.flocks), ("agents", &runs.agents)] {
        if !names.is_empty() {
            let names: Vec<_> = names.iter().copied().collect();
            about += &format!("; {what} {}", names.join(", "));
        }
    }
    about
}

/// How large a worker is, and how many there are.
struct Scale {
    cpu: f64,
    memory: Size,
    min_replicas: u32,
    max_replicas: u32,
}

impl Scale {
    /// The first that says something: `[deploy.queues.NAME]` of the queue, then of its pool, `[deploy]`, built in for
    /// the pool's class.
    fn of(queue: &str, pool: Option<Pool>, config: &Config) -> Result<Self, Fault> {
        let deploy = &config.deploy;
        let named = [Some(queue), pool.map(Pool::as_str)];
        let sections = named.into_iter().flatten();
        let sections = sections.filter_map(|name| deploy.queues.get(name));
        let layers: Vec<&ScaleSection> = sections.chain([&deploy.scale]).collect();
        let (cpu, mebibytes, least, most) = match pool {
            Some(Pool::High) => (1.0, 1024, 2, 20),
            Some(Pool::Background) => (0.25, 256, 1, 5),
            Some(Pool::Scheduled) => (0.25, 256, 1, 2),
            Some(Pool::Standard) | None => (0.5, 512, 1, 10),
        };
        let said_least = layers.iter().find_map(|layer| layer.min_replicas);
        let said_most = layers.iter().find_map(|layer| layer.max_replicas);
        let said_most = said_most.map(std::num::NonZeroU32::get);
        // What is said moves what is built in out of its way.
        let (least, most) = match (said_least, said_most) {
            (Some(least), Some(most)) if least > most => {
                return Err(Fault::usage(format!(
                    "[deploy] asks for at least {least} and at most {most} workers of the task queue `{queue}`: raise `max_replicas` in [deploy.queues.…]"
                )));
            }
            (Some(least), Some(most)) => (least, most),
            (Some(least), None) => (least, most.max(least)),
            (None, Some(most)) => (least.min(most), most),
            (None, None) => (least, most),
        };
        Ok(Self {
            cpu: layers.iter().find_map(|layer| layer.cpu).unwrap_or(cpu),
            memory: layers
                .iter()
                .find_map(|layer| layer.memory)
                .unwrap_or(Size::bytes(mebibytes << 20)),
            min_replicas: least,
            max_replicas: most,
        })
    }
}

/// Processors as a quantity of Kubernetes': whole ones as they are, else thousandths.
fn cpu(cpu: f64) -> String {
    let thousandths = (cpu * 1000.0).round();
    match thousandths % 1000.0 == 0.0 {
        true => format!("{:.0}", thousandths / 1000.0),
        false => format!("{thousandths:.0}m"),
    }
}

fn memory(size: Size) -> String {
    let bytes = size.as_bytes();
    let units = [("Gi", 30), ("Mi", 20), ("Ki", 10)];
    let whole = units
        .iter()
        .find(|(_, bits)| bytes.is_multiple_of(1 << bits));
    whole.map_or_else(
        || bytes.to_string(),
        |(unit, bits)| format!("{}{unit}", bytes >> bits),
    )
}

/// Every secret that the configuration and the models of agents name by variable.
fn variables(parts: &Parts) -> Vec<Secret> {
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
fn secret_files(config: &Config, name: &str) -> Vec<SecretFile> {
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
