//! Flocks that wait: timers, clocks, cancellation, time limits.

use std::time::{Duration, SystemTime};

use flock::prelude::*;

use super::traced::trace;

#[flock]
pub(crate) async fn naps(ctx: FlockContext, millis: u64) -> Result<bool> {
    let before = ctx.now();
    ctx.sleep(Duration::from_millis(millis)).await?;
    let slept = ctx.now().duration_since(before).unwrap_or_default();
    Ok(slept >= Duration::from_millis(millis))
}

/// The quicker of two timers.
#[flock]
pub(crate) async fn race(ctx: FlockContext) -> Result<String> {
    Ok(flock::select! {
        _ = ctx.sleep(Duration::from_secs(3600)) => "slow".to_owned(),
        _ = ctx.sleep(Duration::from_millis(20)) => "quick".to_owned(),
    })
}

/// Whether what differs from run to run is well formed.
#[flock]
pub(crate) async fn chances(ctx: FlockContext) -> Result<bool> {
    let uuid = ctx.uuid();
    let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
    let since = ctx
        .now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Ok(parts == [8, 4, 4, 4, 12]
        && uuid != ctx.uuid()
        && ctx.random(6) < 6
        && ctx.random(0) == 0
        && since > Duration::from_secs(1_700_000_000))
}

#[agent(output = "done: bool", heartbeat = "15s", retries = 0)]
pub(crate) async fn patient(ctx: AgentContext, file: String) -> Result<bool> {
    trace(&file, "at work");
    ctx.cancelled().await;
    // Tidying up takes a moment, which an agent is given.
    tokio::time::sleep(Duration::from_millis(100)).await;
    trace(&file, "told to stop");
    Err(Error::cancelled("told to stop"))
}

/// Waits in an agent until it is cancelled.
#[flock(start = patient)]
pub(crate) struct Patience;

/// Waits in a timer until it is cancelled.
#[flock]
pub(crate) async fn dreams(ctx: FlockContext) -> Result<()> {
    ctx.sleep(Duration::from_secs(3600)).await
}

/// Ends by its own time limit.
#[flock(timeout = "1s")]
pub(crate) async fn overdue(ctx: FlockContext) -> Result<()> {
    ctx.sleep(Duration::from_secs(3600)).await
}

/// Ends by the time limit of its run.
#[flock(run_timeout = "1s")]
pub(crate) async fn overrun(ctx: FlockContext) -> Result<()> {
    ctx.sleep(Duration::from_secs(3600)).await
}

#[agent(output = "n: u64", heartbeat = "8s", timeout = "1m", retries = 0)]
pub(crate) async fn quiet(file: String) -> Result<u64> {
    trace(&file, "attempt");
    // Longer than its heartbeat, and not a word meanwhile.
    tokio::time::sleep(Duration::from_secs(17)).await;
    Ok(1)
}

/// An agent that works on and says nothing.
#[flock(start = quiet)]
pub(crate) struct Quietly;

#[agent(output = "n: u64")]
pub(crate) async fn hourly(n: u64) -> Result<u64> {
    Ok(n)
}

/// Thirty days of hourly checks.
#[flock]
pub(crate) async fn monitor(ctx: FlockContext) -> Result<u64> {
    let mut sum = 0;
    for hour in 0..720 {
        sum += ctx.run::<hourly>(hour).await?.n;
        ctx.sleep(Duration::from_secs(3600)).await?;
    }
    Ok(sum)
}
