//! `deploy keda`: the manifests of `deploy kubernetes`, with the number of workers in KEDA's hands.

use serde::Serialize;

use super::{
    cluster::{Cluster, Pod},
    facts::{Facts, WorkerFacts},
    files::File,
    kubernetes,
    render::render,
};
use crate::cli::exit::Fault;

const OBJECTS: &str = include_str!("keda/templates/scaled-objects.yaml.jinja");
const AUTHENTICATION: &str = include_str!("keda/templates/trigger-authentication.yaml.jinja");

/// How many tasks wait for each worker, where nothing says how many one takes.
const BACKLOG: usize = 5;

#[derive(Serialize)]
struct Keda<'a> {
    scaled: Vec<Scaled<'a>>,
    authentication: Option<Authentication<'a>>,
    #[serde(flatten)]
    cluster: &'a Cluster<'a>,
}

#[derive(Serialize)]
struct Scaled<'a> {
    #[serde(flatten)]
    pod: &'a Pod<'a>,
    /// What waits on the queue: `workflow`, `activity`.
    kinds: Vec<&'static str>,
    /// The tasks that wait for each worker.
    backlog: usize,
    /// Whether the last worker goes.
    zero: bool,
    /// Whether it would, but for the queue's name.
    held: bool,
    /// The queues whose running flocks keep it, each in a trigger of its own.
    counted: Vec<&'a str>,
}

/// How KEDA shows who it is.
#[derive(Serialize)]
struct Authentication<'a> {
    name: &'a str,
    parameters: Vec<Parameter<'a>>,
}

#[derive(Serialize)]
struct Parameter<'a> {
    name: &'static str,
    /// In the Secret of the workers.
    key: &'a str,
}

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let mut cluster = Cluster::of(facts);
    cluster.scaler = "scaledobject";
    let keda = Keda {
        scaled: cluster
            .workers
            .iter()
            .map(|pod| Scaled::of(pod, &cluster))
            .collect(),
        authentication: Authentication::of(facts),
        cluster: &cluster,
    };
    let mut files = kubernetes::deployments(&cluster)?;
    let mut add = |path: &str, template| -> Result<(), Fault> {
        files.push(File::new(path, render(path, template, &keda)?));
        Ok(())
    };
    if keda.authentication.is_some() {
        add("trigger-authentication.yaml", AUTHENTICATION)?;
    }
    add("scaled-objects.yaml", OBJECTS)?;
    kubernetes::around(&cluster, files)
}

impl<'a> Scaled<'a> {
    fn of(pod: &'a Pod<'a>, cluster: &Cluster<'a>) -> Self {
        let worker = pod.of;
        let mut kinds = Vec::new();
        if !worker.flocks.is_empty() {
            kinds.push("workflow");
        }
        if !worker.agents.is_empty() {
            kinds.push("activity");
        }
        let slots = match worker.agents.is_empty() {
            true => worker.workflow_slots,
            false => worker.activity_slots,
        };
        let counted = counted(worker, &cluster.facts.workers);
        let build = cluster.build.iter();
        let build = build.flat_map(|build| [&*build.deployment, &*build.id]);
        let mut named = counted.iter().copied().chain([&*worker.queue]).chain(build);
        let countable = named.all(is_countable);
        let asked = worker.min_replicas == 0;
        let zero = asked && countable;
        Self {
            pod,
            kinds,
            backlog: slots.map_or(BACKLOG, |slots| (slots / 10).max(1)),
            zero,
            held: asked && !countable,
            counted: if zero { counted } else { vec![&worker.queue] },
        }
    }
}

/// The queues whose running flocks need a worker of this one: its own, and where agents run here those that may call
/// them.
fn counted<'a>(worker: &'a WorkerFacts, all: &'a [WorkerFacts]) -> Vec<&'a str> {
    let has_flocks = |worker: &&WorkerFacts| !worker.flocks.is_empty();
    if worker.agents.is_empty() {
        return vec![&worker.queue];
    }
    let callers: Vec<_> = all
        .iter()
        .filter(has_flocks)
        .map(|worker| &*worker.queue)
        .collect();
    match callers.is_empty() {
        // The flocks are another program's.
        true => vec![&worker.queue],
        false => callers,
    }
}

/// Whether KEDA takes a name into the query that counts running flocks.
fn is_countable(name: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    !name.is_empty() && name.chars().all(is_fine)
}

impl<'a> Authentication<'a> {
    /// Where the workers show an API key or a certificate.
    fn of(facts: &'a Facts) -> Option<Self> {
        let file = |variable| Some(&*facts.secret_file(variable)?.key);
        let parameters = [
            ("apiKey", facts.api_key()),
            ("ca", file("TEMPORAL_TLS_SERVER_CA_CERT_PATH")),
            ("cert", file("TEMPORAL_TLS_CLIENT_CERT_PATH")),
            ("key", file("TEMPORAL_TLS_CLIENT_KEY_PATH")),
        ];
        let parameters = parameters.into_iter();
        let parameters: Vec<_> = parameters
            .filter_map(|(name, key)| Some(Parameter { name, key: key? }))
            .collect();
        // A server's authority alone has KEDA's scaler speak no TLS.
        let shows = parameters.iter().any(|parameter| parameter.name != "ca");
        shows.then_some(Self {
            name: &facts.name,
            parameters,
        })
    }
}
