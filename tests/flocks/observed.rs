//! A flock of whose work everything is told that can be: attempts, a conversation, a child, another run.

use flock::prelude::*;

use super::{
    tooled::{Deputy, DeputyInput, Planner, PlannerInput},
    traced::trace,
};

/// Fails at its first attempt.
#[agent(output = "attempts: u32", heartbeat = "10s", retry(initial = "50ms"))]
pub(crate) async fn stumbles(ctx: AgentContext) -> Result<u32> {
    match ctx.attempt() {
        1 => Err(Error::transient("once more").with_type("Stumbled")),
        attempt => Ok(attempt),
    }
}

/// Hangs until its worker dies, the first time.
#[agent(output = "lost: u32", heartbeat = "15s", timeout = "5m")]
pub(crate) async fn stalls(ctx: AgentContext, file: String) -> Result<u32> {
    trace(&file, "stalls");
    if ctx.lost_workers() == 0 {
        std::future::pending::<()>().await;
    }
    Ok(ctx.lost_workers())
}

#[agent(output = "done: bool", heartbeat = "10s")]
pub(crate) async fn helps() -> Result<bool> {
    Ok(true)
}

/// A child.
#[flock]
pub(crate) async fn inner_work(ctx: FlockContext) -> Result<bool> {
    Ok(ctx.run::<helps>(()).await?.done)
}

/// Everything, in two runs.
#[flock(task_queue = "own-observed")]
pub(crate) async fn everything(
    ctx: FlockContext,
    file: String,
    stalls_once: bool,
) -> Result<Vec<String>> {
    if stalls_once {
        ctx.run::<stumbles>(()).await?;
        ctx.run::<stalls>(file.clone()).await?;
        return Err(ctx.continue_as_new::<everything>((file, false)));
    }
    let plan = vec![vec!["seek:one".to_owned(), "measure:long".to_owned()]];
    let planned = PlannerInput::from((file, plan));
    let said = ctx.run::<Planner>(planned).await?.said;
    ctx.child::<inner_work>(()).await?;
    ctx.run::<stumbles>(()).await?;
    Ok(said)
}

/// Measures what it does.
#[agent(output = "done: bool", heartbeat = "10s")]
pub(crate) async fn measures_itself(ctx: AgentContext) -> Result<bool> {
    ctx.metrics().gauge("of_agents").set(1.0);
    Ok(true)
}

/// Weighs so often, with other steps around.
#[flock(task_queue = "own-observed")]
pub(crate) async fn measured(ctx: FlockContext, times: u32) -> Result<u32> {
    for time in 0..times {
        let metrics = ctx.metrics();
        let weighed = metrics.counter("weighed_total");
        weighed.label("kind", "a \"good\" one").add(1);
        if time == 0 {
            metrics.histogram("weights").buckets(&[2.0]).observe(3.0);
        }
        ctx.sleep("1ms").await?;
    }
    ctx.run::<stumbles>(()).await?;
    ctx.run::<measures_itself>(()).await?;
    ctx.run::<Deputy>(DeputyInput::from((String::new(), Vec::new())))
        .await?;
    Ok(times)
}
