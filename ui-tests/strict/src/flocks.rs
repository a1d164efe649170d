//! Flocks.

use flock::prelude::*;

use crate::agents::{Class, Support, Topic, Triage, classify, idle, look};

/// Declared.
#[flock(
    start = Triage,
    name = "help-desk",
    input(text: String),
    output(answer: String),
    task_queue = "desk",
    timeout(execution = "30m", agent = "1m"),
    run_timeout = "20m",
    task_timeout = "10s",
    retries = 1,
    version = 2,
    versioning = "pinned",
    id_reuse = "reject_duplicate",
    search_attributes(customer: Keyword),
    agents(heartbeat = "5s", schedule_to_close = "10m", priority = 2)
)]
#[derive(Debug)]
#[non_exhaustive]
pub struct HelpDesk;

/// Declared, with what its agent takes and gives.
#[flock(start = Support)]
#[derive(Debug)]
#[non_exhaustive]
pub struct Plain;

/// Coded.
///
/// # Errors
///
/// When an agent fails.
#[flock(output = "answer: String, size: usize")]
pub async fn coded(ctx: FlockContext, text: String) -> Result<(String, usize)> {
    let (answer, size) = flock::join!(
        ctx.run::<Support>(text.as_str()),
        ctx.run::<look>((text.clone(), Class::Other)),
    );
    Ok((answer?.answer, size?))
}

/// Takes and gives nothing, and does nothing.
///
/// # Errors
///
/// Never.
#[flock(
    schedule = "@daily",
    time_zone = "Etc/UTC",
    overlap = "skip",
    jitter = "5m",
    catch_up = "1h"
)]
pub async fn nothing(_ctx: FlockContext) -> Result<()> {
    Ok(())
}

/// Calls the rest.
///
/// # Errors
///
/// When an agent fails.
#[flock]
pub async fn rest(ctx: FlockContext, topic: Topic) -> Result<()> {
    let _class = ctx.run::<classify>(topic).await?;
    ctx.run::<idle>(()).await
}
