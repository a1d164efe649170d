//! `deploy systemd`: a unit for the workers of each task queue, and a target for all.

use std::path::Path;

use serde::Serialize;

use super::{
    facts::{Facts, WorkerFacts},
    files::File,
    render::render,
};
use crate::cli::exit::Fault;

/// The longest name of a user.
const LONGEST_USER: usize = 31;

/// What the templates are given beside the facts.
#[derive(Serialize)]
struct Unit<'a> {
    #[serde(flatten)]
    facts: &'a Facts,
    worker: &'a WorkerFacts,
    environment: Vec<Setting>,
    /// Where the configuration and secrets are.
    folder: String,
    user: String,
    /// Of one processor.
    percent: u64,
    names: Vec<&'a str>,
}

#[derive(Serialize)]
struct Setting {
    name: &'static str,
    value: String,
}

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let state = Path::new("/var/lib").join(&facts.name);
    if let Some(folder) = &facts.large_values
        && !Path::new(folder).starts_with(&state)
    {
        return Err(Fault::usage(format!(
            "[payloads] keeps large values in the folder {folder}, to which no unit may write: name one in {0}, such as `store = \"file://{0}/payloads\"`",
            state.display()
        )));
    }
    let mut files = Vec::new();
    for (number, worker) in facts.workers.iter().enumerate() {
        let unit = include_str!("systemd/templates/worker.service.jinja");
        let folder = format!("/etc/{}", facts.name);
        let with = Unit {
            environment: environment(facts, &folder, number)?,
            folder,
            user: user(&facts.name),
            percent: percent(worker.cpus),
            names: facts.workers.iter().map(|worker| &*worker.name).collect(),
            worker,
            facts,
        };
        let path = format!("{}.service", worker.name);
        let text = render(&path, unit, &with)?;
        files.push(File::new(path, text));
    }
    let target = include_str!("systemd/templates/program.target.jinja");
    let path = format!("{}.target", facts.name);
    let text = render(&path, target, facts)?;
    files.push(File::new(path, text));
    if !facts.variables.is_empty() {
        let secrets = include_str!("systemd/templates/secrets.env.jinja");
        let text = render("secrets.env.example", secrets, facts)?;
        files.push(File::new("secrets.env.example", text));
    }
    files.extend(facts.configuration());
    Ok(files)
}

/// What a worker finds in its environment, but for secrets. Each has a port of its own, since they share a machine.
fn environment(facts: &Facts, folder: &str, number: usize) -> Result<Vec<Setting>, Fault> {
    let port = port(facts, number)?;
    let file = facts.config.as_ref();
    let settings = [
        ("FLOCK_CONFIG", file.map(|_| format!("{folder}/flock.toml"))),
        ("FLOCK_PROFILE", facts.profile.clone()),
        ("FLOCK_METRICS_LISTEN", Some(format!("127.0.0.1:{port}"))),
        ("TEMPORAL_ADDRESS", facts.temporal.address.clone()),
        ("TEMPORAL_NAMESPACE", Some(facts.temporal.namespace.clone())),
    ];
    let settings = settings.into_iter().filter_map(|(name, value)| {
        Some(Setting {
            name,
            value: value?,
        })
    });
    Ok(settings.collect())
}

/// Where the worker of this number answers probes and Prometheus.
pub(super) fn port(facts: &Facts, number: usize) -> Result<u16, Fault> {
    let port = u16::try_from(number).ok();
    let port = port.and_then(|number| facts.metrics_port.checked_add(number));
    port.ok_or_else(|| {
        Fault::usage(format!(
            "there is no port for the metrics of {} workers from {} on: name a lower one as `metrics_listen` in [serve]",
            facts.workers.len(),
            facts.metrics_port
        ))
    })
}

/// A user's name: of a label, since that may begin with a digit and be too long.
fn user(name: &str) -> String {
    let begins = name.starts_with(|c: char| c.is_ascii_digit());
    let whole = format!("{}{name}", if begins { "u" } else { "" });
    let cut = &whole[..whole.len().min(LONGEST_USER)];
    cut.trim_end_matches('-').to_owned()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of processors above 0"
)]
fn percent(cpus: f64) -> u64 {
    (cpus * 100.0).ceil() as u64
}
