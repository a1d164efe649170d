//! What the two steps do, on either side.

/// What every run is asked.
pub(crate) const TOPIC: &str = "durable execution";

/// What every run answers.
pub(crate) fn answer() -> String {
    summarize(&research(TOPIC))
}

pub(crate) fn research(topic: &str) -> String {
    format!("what is known of {topic}")
}

pub(crate) fn summarize(findings: &str) -> String {
    format!("in short: {findings}")
}
