//! `deploy worker-controller`: manifests for Temporal's Worker Controller, which keeps a Deployment for each build.

use serde::Serialize;

use super::{cluster::Cluster, facts::Facts, files::File, kubernetes, render::render};
use crate::cli::exit::Fault;

const CONNECTION: &str = include_str!("worker_controller/templates/connection.yaml.jinja");
const WORKER: &str = concat!(
    include_str!("worker_controller/templates/worker-deployment.yaml.jinja"),
    include_str!("kubernetes/templates/pod.yaml.jinja"),
    include_str!("kubernetes/templates/environment.yaml.jinja"),
);
const RESOURCES: &str = include_str!("worker_controller/templates/resource-templates.yaml.jinja");

/// What the controller sets in each pod.
const SET: [&str; 5] = [
    "TEMPORAL_ADDRESS",
    "TEMPORAL_NAMESPACE",
    "TEMPORAL_DEPLOYMENT_NAME",
    "TEMPORAL_WORKER_BUILD_ID",
    "TEMPORAL_TLS_SERVER_NAME",
];
/// And by an API key.
const BY_KEY: [&str; 1] = ["TEMPORAL_API_KEY"];
/// And by a certificate of the program's own.
const BY_CERTIFICATE: [&str; 3] = [
    "TEMPORAL_TLS",
    "TEMPORAL_TLS_CLIENT_CERT_PATH",
    "TEMPORAL_TLS_CLIENT_KEY_PATH",
];

#[derive(Serialize)]
struct Connection<'a> {
    /// The Secret with the program's certificate.
    certificate: Option<String>,
    /// The key of the API key in the Secret of the workers.
    api_key: Option<&'a str>,
    #[serde(flatten)]
    cluster: &'a Cluster<'a>,
}

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let mut cluster = Cluster::of(facts);
    let address = &cluster.temporal.address;
    let is_fine = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
    if !address.chars().all(is_fine) || address.matches(':').count() != 1 {
        return Err(Fault::usage(format!(
            "the Worker Controller takes Temporal's address as a name or an IPv4 address with a port, not `{address}`: say `address` so in [temporal] of flock.toml"
        )));
    }
    // The controller tells one build from another, by the pod as a whole.
    cluster.build = None;
    for worker in &mut cluster.workers {
        worker.object.clone_from(&worker.of.name);
    }
    let certificate = facts
        .secret_file("TEMPORAL_TLS_CLIENT_CERT_PATH")
        .map(|_| format!("{}-temporal-tls", facts.name));
    let api_key = facts.api_key().filter(|_| certificate.is_none());
    cluster.without(&SET);
    if certificate.is_some() {
        cluster.without(&BY_CERTIFICATE);
    }
    if api_key.is_some() {
        cluster.without(&BY_KEY);
    }
    let connection = Connection {
        certificate,
        api_key,
        cluster: &cluster,
    };
    let connection = render("connection.yaml", CONNECTION, &connection)?;
    let mut files = vec![File::new("connection.yaml", connection)];
    for worker in &cluster.workers {
        let path = format!("worker-{}.yaml", worker.of.name);
        files.push(cluster.file_of(worker, &path, WORKER)?);
    }
    files.push(cluster.file("resource-templates.yaml", RESOURCES)?);
    kubernetes::around(&cluster, files)
}
