//! The workers of each task queue: what they serve, how large they are, and how many.

use serde::Serialize;

use crate::{
    cli::exit::Fault,
    config::{Amount, Config, QueueSettings, ScaleSection, Size, SlotsSection},
    declare::pool::Pool,
    engine::temporal::Runs,
};

/// The workers of a task queue.
#[derive(Debug, Serialize)]
pub(in super::super) struct WorkerFacts {
    /// A DNS label that no other has.
    pub(in super::super) name: String,
    pub(in super::super) queue: String,
    /// What the program is called with: `worker --queues=my_shop`.
    pub(in super::super) arguments: Vec<String>,
    /// What it serves, for people.
    pub(in super::super) about: String,
    pub(in super::super) pool: Option<&'static str>,
    pub(in super::super) flocks: Vec<&'static str>,
    pub(in super::super) agents: Vec<&'static str>,
    /// None with a tuner.
    pub(in super::super) workflow_slots: Option<usize>,
    /// None with a tuner.
    pub(in super::super) activity_slots: Option<usize>,
    /// Agents that one worker begins in a second.
    pub(in super::super) per_second: Option<f64>,
    /// As Kubernetes writes it: `500m`.
    pub(in super::super) cpu: String,
    /// As Kubernetes writes it: `512Mi`.
    pub(in super::super) memory: String,
    pub(in super::super) cpus: f64,
    pub(in super::super) memory_bytes: u64,
    pub(in super::super) min_replicas: u32,
    pub(in super::super) max_replicas: u32,
}

impl WorkerFacts {
    pub(super) fn of(name: &str, queue: &str, runs: &Runs, config: &Config) -> Result<Self, Fault> {
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
