//! The contender: the same two steps as agents of a declared flock, and of one that has them run in its own worker.
//!
//! The flocks have no doc comments: those would become summaries of the runs, which the hand-written
//! side does not set either.

use flock::prelude::*;

/// Finds what is known.
#[agent(output = "findings: String", hand_off = summarizer)]
pub(crate) async fn researcher(topic: String) -> Result<String> {
    Ok(crate::work::research(&topic))
}

/// Sums it up.
#[agent(output = "summary: String")]
pub(crate) async fn summarizer(findings: String) -> Result<String> {
    Ok(crate::work::summarize(&findings))
}

#[flock(start = researcher, task_queue = "flock")]
pub(crate) struct Research;

#[flock(start = researcher, agents(local), task_queue = "flock-local")]
pub(crate) struct LocalResearch;
