//! A flock that has its agents run in its own worker, by one word.

use flock::prelude::*;

#[agent(output = "n: u64")]
pub(crate) async fn counts_up(n: u64) -> Result<u64> {
    Ok(n + 1)
}

#[agent(output = "n: u64", timeout = "10s", retries = 1)]
pub(crate) async fn counts_briefly(n: u64) -> Result<u64> {
    Ok(n + 1)
}

#[agent(output = "n: u64", local = false)]
pub(crate) async fn counts_remotely(n: u64) -> Result<u64> {
    Ok(n + 1)
}

#[agent(output = "n: u64", timeout = "10m")]
pub(crate) async fn counts_for_long(n: u64) -> Result<u64> {
    Ok(n + 1)
}

#[agent(output = "n: u64", heartbeat = "5s")]
pub(crate) async fn counts_with_a_pulse(n: u64) -> Result<u64> {
    Ok(n + 1)
}

#[agent(output = "n: u64", effect = "write")]
pub(crate) async fn counts_outside(n: u64) -> Result<u64> {
    Ok(n + 1)
}

/// Two steps, seven events.
#[flock(start = counts_first, agents(local))]
pub(crate) struct CountedLocally;

#[agent(output = "sum: u64", hand_off = counts_then)]
pub(crate) async fn counts_first(n: u64) -> Result<u64> {
    Ok(n + 1)
}

#[agent(output = "total: u64")]
pub(crate) async fn counts_then(sum: u64) -> Result<u64> {
    Ok(sum + 1)
}

/// Each kind of agent once.
#[flock(agents(local))]
pub(crate) async fn counts_all(ctx: FlockContext) -> Result<u64> {
    let mut n = ctx.run::<counts_up>(0).await?.n;
    n = ctx.run::<counts_briefly>(n).await?.n;
    n = ctx.run::<counts_remotely>(n).await?.n;
    n = ctx.run::<counts_for_long>(n).await?.n;
    n = ctx.run::<counts_with_a_pulse>(n).await?.n;
    n = ctx.run::<counts_outside>(n).await?.n;
    n = ctx.run::<counts_up>(n).priority(1).await?.n;
    Ok(n)
}

/// The same agent, where the flock says nothing.
#[flock]
pub(crate) async fn counts_as_ever(ctx: FlockContext) -> Result<u64> {
    Ok(ctx.run::<counts_up>(0).await?.n)
}
