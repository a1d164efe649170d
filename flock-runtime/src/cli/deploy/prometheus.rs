//! `deploy prometheus`: how Prometheus finds the workers, when it calls for somebody, and tests of that.

use serde::Serialize;

use super::{facts::Facts, files::File, render::render, systemd};
use crate::cli::exit::Fault;

/// What the templates are given beside the facts.
#[derive(Serialize)]
struct Watched<'a> {
    #[serde(flatten)]
    facts: &'a Facts,
    targets: Vec<Target<'a>>,
}

/// A worker on this machine.
#[derive(Serialize)]
struct Target<'a> {
    worker: &'a str,
    port: u16,
}

/// Each file with its template: a configuration for each way to run workers, and what is the same in all.
const FILES: &[(&str, &str)] = &[
    (
        "prometheus.compose.yml",
        include_str!("prometheus/templates/prometheus.compose.yml.jinja"),
    ),
    (
        "prometheus.kubernetes.yml",
        include_str!("prometheus/templates/prometheus.kubernetes.yml.jinja"),
    ),
    (
        "prometheus.systemd.yml",
        include_str!("prometheus/templates/prometheus.systemd.yml.jinja"),
    ),
    (
        "rules.yaml",
        include_str!("prometheus/templates/rules.yaml.jinja"),
    ),
    (
        "rules.test.yaml",
        include_str!("prometheus/templates/rules.test.yaml.jinja"),
    ),
];

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let workers = facts.workers.iter().enumerate();
    let targets = workers.map(|(number, worker)| {
        let port = systemd::port(facts, number)?;
        let worker = &*worker.name;
        Ok(Target { worker, port })
    });
    let targets = targets.collect::<Result<_, Fault>>()?;
    let with = Watched { facts, targets };
    let files = FILES.iter().map(|(name, template)| {
        let text = render(name, template, &with)?;
        Ok(File::new(format!("prometheus/{name}"), text))
    });
    files.collect()
}
