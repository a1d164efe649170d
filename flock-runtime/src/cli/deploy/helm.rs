//! `deploy helm`: values for the Helm chart of Temporal itself.

use serde::Serialize;

use super::{
    cluster::{RELEASE_NAMESPACE, Temporal},
    facts::Facts,
    files::File,
    render::render,
};
use crate::cli::exit::Fault;

const VALUES: &str = include_str!("helm/templates/temporal-values.yaml.jinja");

/// The services of a Temporal server, each of which outlives the loss of a pod.
const SERVICES: [Service; 4] = [
    Service::new("frontend", 3, "500m", "512Mi"),
    Service::new("history", 3, "1", "2Gi"),
    Service::new("matching", 3, "500m", "512Mi"),
    Service::new("worker", 2, "250m", "512Mi"),
];
/// Connections of one pod to the database of runs.
const CONNECTIONS: u32 = 20;
/// And to that of the index.
const OF_VISIBILITY: u32 = 10;

#[derive(Serialize)]
struct Service {
    name: &'static str,
    replicas: u32,
    cpu: &'static str,
    memory: &'static str,
}

impl Service {
    const fn new(
        name: &'static str,
        replicas: u32,
        cpu: &'static str,
        memory: &'static str,
    ) -> Self {
        Self {
            name,
            replicas,
            cpu,
            memory,
        }
    }
}

#[derive(Serialize)]
struct Values<'a> {
    facts: &'a Facts,
    release_namespace: &'static str,
    services: &'static [Service],
    pods: u32,
    conns: u32,
    visibility_conns: u32,
    connections: u32,
    /// What clients ask the server's certificate for.
    server_name: String,
    /// Whether clients have one of their own.
    mutual: bool,
}

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let pods: u32 = SERVICES.iter().map(|service| service.replicas).sum();
    let certificate = facts.secret_file("TEMPORAL_TLS_CLIENT_CERT_PATH");
    let temporal = Temporal::of(facts);
    let values = Values {
        facts,
        release_namespace: RELEASE_NAMESPACE,
        services: &SERVICES,
        pods,
        conns: CONNECTIONS,
        visibility_conns: OF_VISIBILITY,
        connections: pods * (CONNECTIONS + OF_VISIBILITY),
        server_name: temporal.server_name.unwrap_or(temporal.host),
        mutual: certificate.is_some(),
    };
    let text = render("temporal-values.yaml", VALUES, &values)?;
    Ok(vec![File::new("temporal-values.yaml", text)])
}
