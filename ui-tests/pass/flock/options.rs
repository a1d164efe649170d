//! Values that are just allowed.

use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

/// Limits that are equal.
#[flock(
    start = writer,
    timeout = "1h",
    run_timeout = "60m",
    task_timeout = "3600s",
    agents(timeout = "30s", heartbeat = "29s", schedule_to_start = "1h", schedule_to_close = "1h", priority = 5),
    retries = 0,
    retry(initial = "1s", max = "1s", backoff = 1, non_retryable = []),
)]
struct Equal;

/// A task's limit needs no other.
#[flock(start = self::writer, name = "alone", task_queue = "q", task_timeout = "1ms",)]
struct Alone;

/// Everything about its agents, each said once.
#[flock(start = writer, timeout(agent = "1m"), agents(heartbeat = "10s"), max_attempts = unlimited)]
struct Once;

/// The parameters are its inputs, and may be called anything.
#[flock(timeout(execution = "1h", agent = "1m"), output = "r#type: String")]
async fn coded(
    context: FlockContext,
    /// What it is about.
    input: String,
    ctx: Vec<String>,
) -> Result<String> {
    context.log(ctx.len());
    Ok(input)
}

/// Takes and gives nothing.
#[flock]
async fn nothing(_: FlockContext) -> Result<()> {
    Ok(())
}

/// An alias of a `Result`.
type Outcome = std::result::Result<String, std::fmt::Error>;

#[flock]
async fn aliased(ctx: FlockContext) -> Outcome {
    Ok(ctx.run_id().to_owned())
}

pub(crate) fn main() {}
