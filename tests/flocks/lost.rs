//! Agents under which workers die, or that keep their thread to themselves.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use flock::prelude::*;

use super::traced::trace;

/// Leaves a trace; gives how often the agent was run. That may be less often than workers were lost: a
/// server may hand an attempt to a dead one, whose poll it still holds.
fn traced(ctx: &AgentContext, file: &str) -> usize {
    trace(file, &format!("attempt {}", ctx.attempt()));
    let traced = std::fs::read_to_string(file).unwrap_or_default();
    let runs = traced.lines().filter(|line| line.starts_with("attempt"));
    runs.count()
}

/// Waits to be killed as often as it is told; has no retries.
#[agent(
    output = "lost: u32",
    retries = 0,
    heartbeat = "5s",
    timeout = "5m",
    retry(initial = "50ms", backoff = 1)
)]
pub(crate) async fn outlives(ctx: AgentContext, file: String, kills: usize) -> Result<u32> {
    if traced(&ctx, &file) <= kills {
        std::future::pending::<()>().await;
    }
    Ok(ctx.lost_workers())
}

/// More workers die than it has attempts.
#[flock(start = outlives)]
pub(crate) struct Outlive;

/// Kills its worker each time.
#[agent(
    output = "n: u64",
    lost_workers = 1,
    heartbeat = "5s",
    timeout = "5m",
    retry(initial = "50ms")
)]
pub(crate) async fn kills(ctx: AgentContext, file: String) -> Result<u64> {
    traced(&ctx, &file);
    std::process::abort()
}

/// It is what its workers die of.
#[flock(start = kills)]
pub(crate) struct Kill;

/// Must not be done twice.
#[agent(output = "n: u64", lost_workers = 0, heartbeat = "5s", timeout = "5m")]
pub(crate) async fn pays(ctx: AgentContext, file: String) -> Result<u64> {
    traced(&ctx, &file);
    std::future::pending().await
}

/// Is never run again after a worker died.
#[flock(start = pays)]
pub(crate) struct Pay;

/// Fails at each attempt, two of which are lost once; remembers by checkpoints how often it was run.
#[agent(
    output = "n: u64",
    retries = 2,
    heartbeat = "12s",
    timeout = "5m",
    retry(initial = "50ms", backoff = 1)
)]
pub(crate) async fn staggers(ctx: AgentContext, file: String) -> Result<u64> {
    let runs = ctx.resume::<u32>()?.unwrap_or(0) + 1;
    ctx.checkpoint(&runs).await?;
    traced(&ctx, &file);
    match runs {
        1 | 3 => {
            // Until a heartbeat has carried the checkpoint.
            tokio::time::sleep(Duration::from_secs(9)).await;
            trace(&file, "is stuck");
            std::future::pending().await
        }
        _ => Err(Error::transient(format!(
            "attempt {}, run {runs}",
            ctx.attempt()
        ))),
    }
}

/// Failures of its own and lost workers, mixed.
#[flock(start = staggers)]
pub(crate) struct Stagger;

/// Keeps its thread for two heartbeats. A second run of it would be seen, and fail the flock.
#[agent(
    output = "n: u64",
    retries = 0,
    lost_workers = 0,
    heartbeat = "8s",
    timeout = "5m"
)]
pub(crate) async fn blocks(file: String, n: u64) -> Result<u64> {
    trace(&file, &format!("blocks {n}"));
    std::thread::sleep(Duration::from_secs(17));
    Ok(n)
}

/// More of them at a time than the runtime has threads.
#[flock(task_queue = "own-blocked")]
pub(crate) async fn blocked(ctx: FlockContext, file: String, count: u64) -> Result<u64> {
    let calls = (0..count).map(|n| ctx.run::<blocks>((file.clone(), n)));
    let mut sum = 0;
    for done in flock::join_all(calls).await {
        sum += done?.n;
    }
    Ok(sum)
}

/// Says who runs it, and waits under the first worker; with the options that are built in.
#[agent(output = "n: u64")]
pub(crate) async fn waits(ctx: AgentContext, file: String) -> Result<u64> {
    trace(&file, &std::process::id().to_string());
    if ctx.lost_workers() == 0 {
        std::future::pending::<()>().await;
    }
    ctx.cancelled().await;
    Err(Error::cancelled("it was asked to"))
}

/// Waits in an agent until it is cancelled.
#[flock(start = waits)]
pub(crate) struct Wait;

/// Whether a state can be made in this process; in a worker's, a variable says that it cannot.
pub(crate) static MOODY: AtomicBool = AtomicBool::new(false);
pub(crate) const MOODY_WORKER: &str = "FLOCK_TEST_MOODY";

#[derive(Debug)]
pub(crate) struct Moody;

impl Default for Moody {
    fn default() -> Self {
        let moody = MOODY.load(Ordering::SeqCst) || std::env::var_os(MOODY_WORKER).is_some();
        assert!(!moody, "not in the mood");
        Self
    }
}

/// Has a state that cannot always be made.
#[flock]
impl Moody {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>) -> Result<bool> {
        Ok(ctx.state(Self::is_well))
    }
}

impl Moody {
    fn is_well(&self) -> bool {
        true
    }
}
