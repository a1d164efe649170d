//! The metrics that flock keeps itself. docs/observability.md lists them, and a test compares.

use std::time::Duration;

use super::{
    Metrics,
    registry::{Kind, Labels},
};
use crate::value::usage::Usage;

/// A metric by its name, with what it tells.
pub(crate) struct Known {
    name: &'static str,
    help: &'static str,
    kind: Kind<'static>,
    labels: &'static [&'static str],
}

macro_rules! known {
    ($($constant:ident = $name:literal [$($label:literal),*] $kind:expr, $help:literal;)+) => {
        $(
            #[cfg_attr(not(feature = "temporal"), allow(dead_code, reason = "only a server has queues"))]
            pub(crate) const $constant: Known = Known {
            name: $name,
            help: $help,
            kind: $kind,
            labels: &[$($label),*],
        };
        )+
        #[cfg(test)]
        const ALL: &[Known] = &[$($constant),+];
    };
}

known! {
    RUNS = "temporal_workflow_execution_count" ["workflow_type", "status"] Kind::Counter,
        "Runs of flocks that have ended here: completed, failed, cancelled or continued_as_new";
    RUN_SECONDS = "temporal_workflow_duration_seconds" ["workflow_type"]
        Kind::Histogram(&[1.0, 10.0, 60.0, 300.0, 1800.0, 3600.0]),
        "How long runs took, from their begin to their end";
    ACTIVE_RUNS = "temporal_active_workflows" [] Kind::UpDown,
        "Runs that this process has in memory and that have not ended";
    ATTEMPTS = "temporal_activity_execution_count" ["activity_name", "status"] Kind::Counter,
        "Attempts of agents and tools that have ended here: completed, failed or cancelled";
    ATTEMPT_SECONDS = "temporal_activity_duration_seconds" ["activity_name"]
        Kind::Histogram(&[0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0]),
        "How long attempts took";
    DEPTH = "temporal_task_queue_depth" ["queue_name"] Kind::Gauge,
        "About how many tasks wait in a task queue that is served here, as the server says";
    READY = "flock_worker_ready" [] Kind::Gauge,
        "1 while the worker is ready, as /readyz says, and 0 while it is not";
    PROCESSED = "temporal_task_queue_processed_total" ["queue_name"] Kind::Counter,
        "Attempts and runs of a task queue that have ended here";
    TOKENS = "flock_model_tokens_total" ["agent_name", "model", "direction"] Kind::Counter,
        "Tokens that models were given (input) and gave (output)";
    DOLLARS = "flock_model_cost_dollars_total" ["agent_name", "model"] Kind::Counter,
        "US dollars that models cost, by the list price";
    QUESTIONS = "flock_model_requests_total" ["agent_name", "model", "status"] Kind::Counter,
        "Questions to models: completed, failed or cancelled";
}

impl Metrics {
    /// Records of a metric, with the values of its labels in their order.
    fn note(&self, known: &Known, labels: &[&str], value: f64) {
        let Some(registry) = self.registry() else {
            return;
        };
        let labels = known.labels.iter().zip(labels);
        let labels: Labels = labels
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        registry.record(known.name, known.help, known.kind, labels, value);
    }

    /// A run has begun here, or was taken up.
    pub(crate) fn run_is_here(&self) {
        self.note(&ACTIVE_RUNS, &[], 1.0);
    }

    /// It has ended, or is no longer kept here.
    pub(crate) fn run_is_gone(&self) {
        self.note(&ACTIVE_RUNS, &[], -1.0);
    }

    pub(crate) fn run_ended(&self, flock: &str, queue: &str, status: &str, took: Duration) {
        self.note(&RUNS, &[flock, status], 1.0);
        self.note(&RUN_SECONDS, &[flock], took.as_secs_f64());
        self.note(&PROCESSED, &[queue], 1.0);
    }

    pub(crate) fn attempt_ended(&self, agent: &str, queue: &str, status: &str, took: Duration) {
        self.note(&ATTEMPTS, &[agent, status], 1.0);
        self.note(&ATTEMPT_SECONDS, &[agent], took.as_secs_f64());
        self.note(&PROCESSED, &[queue], 1.0);
    }

    pub(crate) fn model_answered(&self, agent: &str, model: &str, usage: &Usage) {
        self.note(&QUESTIONS, &[agent, model, "completed"], 1.0);
        let (input, output) = (usage.input_tokens, usage.output_tokens);
        self.note(&TOKENS, &[agent, model, "input"], number(input));
        self.note(&TOKENS, &[agent, model, "output"], number(output));
        if usage.unpriced == 0 {
            let dollars = number(usage.micro_dollars) / 1e6;
            self.note(&DOLLARS, &[agent, model], dollars);
        }
    }

    pub(crate) fn model_did_not(&self, agent: &str, model: &str, status: &str) {
        self.note(&QUESTIONS, &[agent, model, status], 1.0);
    }

    #[cfg(feature = "temporal")]
    pub(crate) fn worker_ready(&self, is_ready: bool) {
        self.note(&READY, &[], f64::from(u8::from(is_ready)));
    }

    #[cfg(feature = "temporal")]
    pub(crate) fn queue_depth(&self, queue: &str, tasks: u64) {
        self.note(&DEPTH, &[queue], number(tasks));
    }
}

#[allow(clippy::cast_precision_loss, reason = "metrics are floats")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::telemetry::page::rows;

    /// As the page has it: kind and bounds too.
    fn listed(known: &Known) -> String {
        let labels: Vec<_> = known
            .labels
            .iter()
            .map(|label| format!("`{label}`"))
            .collect();
        let kind = match known.kind {
            Kind::Counter => "counter".to_owned(),
            Kind::Gauge | Kind::UpDown => "gauge".to_owned(),
            Kind::Histogram(bounds) => {
                let bounds: Vec<_> = bounds.iter().map(ToString::to_string).collect();
                format!("histogram: {}", bounds.join(" "))
            }
        };
        format!("| `{}` | {} | {kind} |", known.name, labels.join(", "))
    }

    #[test]
    fn the_page_lists_each() {
        let rows = rows("| metric | labels | kind | what |").into_iter();
        let on_page: BTreeSet<String> = rows
            .map(|row| row.rsplitn(3, '|').nth(2).unwrap_or_default().to_owned() + "|")
            .collect();
        assert_eq!(on_page, ALL.iter().map(listed).collect());
    }
}
