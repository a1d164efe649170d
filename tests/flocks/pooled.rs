//! What runs in pools.

use flock::prelude::*;

use super::traced::trace;

#[agent(pool = "high", priority = 1, heartbeat = "10s")]
pub(crate) async fn at_once(file: String) -> Result<()> {
    trace(&file, "at once");
    Ok(())
}

#[agent(pool = "high", heartbeat = "10s")]
pub(crate) async fn soon(file: String) -> Result<()> {
    trace(&file, "soon");
    Ok(())
}

#[agent(pool = "high", priority = 5, heartbeat = "10s")]
pub(crate) async fn some_day(file: String) -> Result<()> {
    trace(&file, "some day");
    Ok(())
}

#[agent(pool = "background", heartbeat = "10s")]
pub(crate) async fn meanwhile(file: String) -> Result<()> {
    trace(&file, "meanwhile");
    Ok(())
}

#[agent(local)]
pub(crate) async fn beside(file: String) -> Result<()> {
    trace(&file, "beside");
    Ok(())
}

/// Six at once, the least urgent first.
#[flock(task_queue = "own-pooled")]
pub(crate) async fn pooled(ctx: FlockContext, file: String) -> Result<()> {
    let file = || file.clone();
    let (a, b, c, d, e, f) = flock::join!(
        ctx.run::<some_day>(file()),
        ctx.run::<some_day>(file()),
        ctx.run::<soon>(file()),
        ctx.run::<soon>(file()),
        ctx.run::<at_once>(file()),
        ctx.run::<at_once>(file()),
    );
    a.and(b).and(c).and(d).and(e).and(f)
}

/// One beside it, and one in a pool.
#[flock(task_queue = "own-pooled")]
pub(crate) async fn split(ctx: FlockContext, file: String) -> Result<()> {
    ctx.run::<beside>(file.as_str()).await?;
    ctx.run::<meanwhile>(file).await
}

/// It and its agents, in one pool.
#[flock(pool = "scheduled")]
pub(crate) async fn nightly(ctx: FlockContext, file: String) -> Result<()> {
    ctx.run::<by_night>(file).await
}

#[agent(heartbeat = "10s")]
pub(crate) async fn by_night(file: String) -> Result<()> {
    trace(&file, "by night");
    Ok(())
}
