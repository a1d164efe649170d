//! `deploy compose`: the program's workers in containers and, where the configuration names no server, Temporal with
//! its database beside them.

use serde::Serialize;

use super::{
    facts::{Facts, Secret, WorkerFacts},
    files::File,
    render::render,
};
use crate::cli::exit::Fault;

/// The services that are Temporal's, which no worker may be called as.
const TEMPORAL: [&str; 6] = [
    "postgres",
    "temporal",
    "temporal-admin-tools",
    "temporal-namespace",
    "temporal-schema",
    "temporal-ui",
];

/// What the templates are given beside the facts.
#[derive(Serialize)]
struct Compose<'a> {
    #[serde(flatten)]
    facts: &'a Facts,
    services: Vec<Service<'a>>,
    environment: Vec<Setting>,
    /// What each variable is, as Compose asks for it.
    required: Vec<Setting>,
    config_path: String,
    /// Whether Temporal is one of the services.
    own_server: bool,
    /// What tells whether a worker is ready.
    probe: [String; 4],
}

#[derive(Serialize)]
struct Service<'a> {
    name: String,
    worker: &'a WorkerFacts,
    /// Whole processors without a point.
    cpus: String,
}

#[derive(Serialize)]
struct Setting {
    name: String,
    value: String,
}

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let config_path = format!("/etc/{}/flock.toml", facts.name);
    let with = Compose {
        services: facts.workers.iter().map(service).collect(),
        environment: environment(facts, &config_path),
        required: facts.variables.iter().map(required).collect(),
        own_server: facts.temporal.address.is_none(),
        probe: probe(facts.metrics_port),
        config_path,
        facts,
    };
    let template = |name, template| render(name, template, &with);
    let mut files = vec![
        File::new(
            "compose.yaml",
            template(
                "compose.yaml",
                include_str!("compose/templates/compose.yaml.jinja"),
            )?,
        ),
        File::new(
            ".env.example",
            template(".env.example", include_str!("compose/templates/env.jinja"))?,
        ),
    ];
    if with.own_server {
        let dynamic = include_str!("compose/templates/temporal-dynamicconfig.yaml");
        files.push(File::new("temporal-dynamicconfig.yaml", dynamic.to_owned()));
    }
    files.extend(facts.configuration());
    Ok(files)
}

fn service(worker: &WorkerFacts) -> Service<'_> {
    let name = match TEMPORAL.contains(&&*worker.name) {
        true => format!("worker-{}", worker.name),
        false => worker.name.clone(),
    };
    Service {
        name,
        worker,
        cpus: worker.cpus.to_string(),
    }
}

/// What a worker finds in its environment, but for secrets.
fn environment(facts: &Facts, config_path: &str) -> Vec<Setting> {
    let temporal = &facts.temporal;
    let own = temporal.address.is_none();
    let address = temporal.address.as_deref().unwrap_or("temporal:7233");
    let metrics = format!("0.0.0.0:{}", facts.metrics_port);
    let settings = [
        ("FLOCK_CONFIG", facts.config.as_ref().map(|_| config_path)),
        ("FLOCK_PROFILE", facts.profile.as_deref()),
        ("FLOCK_METRICS_LISTEN", Some(&*metrics)),
        ("TEMPORAL_ADDRESS", Some(address)),
        ("TEMPORAL_NAMESPACE", Some(&*temporal.namespace)),
        // The server beside it has no certificate, whatever another has that the file speaks of.
        ("TEMPORAL_TLS", (own && temporal.tls).then_some("false")),
    ];
    let files = facts.secret_files.iter();
    let files = files.map(|file| (file.variable, Some(&*file.path)));
    let all = settings.into_iter().chain(files);
    all.filter_map(|(name, value)| {
        let value = value?.to_owned();
        let name = name.to_owned();
        Some(Setting { name, value })
    })
    .collect()
}

/// A variable without which Compose begins nothing.
fn required(secret: &Secret) -> Setting {
    Setting {
        name: secret.variable.clone(),
        value: format!("${{{}:?set it in .env}}", secret.variable),
    }
}

/// What the image has to ask a worker by: no client of HTTP, but a shell that can.
fn probe(port: u16) -> [String; 4] {
    let script = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"
    );
    ["CMD", "bash", "-c", &script].map(str::to_owned)
}
