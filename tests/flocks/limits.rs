//! Agents whose attributes say nothing, and limits and orders that a server keeps.

use std::{path::Path, time::Duration};

use flock::prelude::*;

use super::traced::trace;

#[agent]
pub(crate) async fn nothing() -> Result<()> {
    Ok(())
}

#[agent]
pub(crate) async fn double(number: u64) -> Result<u64> {
    Ok(number * 2)
}

#[agent]
pub(crate) async fn listed(left: String, right: Vec<u64>) -> Result<Option<String>> {
    Ok(right.first().map(|first| format!("{left}{first}")))
}

#[flock]
pub(crate) async fn bare(ctx: FlockContext, number: u64) -> Result<Option<String>> {
    ctx.run::<nothing>(()).await?;
    let number = ctx.run::<double>(number).await?;
    ctx.run::<listed>(("of ".to_owned(), vec![number])).await
}

/// On a queue that nobody serves.
#[agent(task_queue = "own-nobody", schedule_to_start = "1s", retries = 3)]
pub(crate) async fn unserved(text: String) -> Result<String> {
    Ok(text)
}

#[flock]
pub(crate) async fn unheard(ctx: FlockContext) -> Result<String> {
    ctx.run::<unserved>("hello".to_owned()).await
}

/// Stands still in the middle of a task, the first time, until its worker is killed.
#[flock(task_timeout = "2s")]
pub(crate) async fn stuck_once(ctx: FlockContext, file: String) -> Result<u64> {
    stand_still(&file);
    ctx.run::<double>(21).await
}

fn stand_still(file: &str) {
    if !Path::new(file).exists() {
        trace(file, "stuck");
        std::thread::sleep(Duration::from_secs(600));
    }
}

#[agent(task_queue = "own-priority", priority = 1, heartbeat = "10s")]
pub(crate) async fn urgent(file: String) -> Result<()> {
    trace(&file, "urgent");
    Ok(())
}

#[agent(task_queue = "own-priority", heartbeat = "10s")]
pub(crate) async fn ordinary(file: String) -> Result<()> {
    trace(&file, "ordinary");
    Ok(())
}

#[agent(task_queue = "own-priority", priority = 5, heartbeat = "10s")]
pub(crate) async fn idle(file: String) -> Result<()> {
    trace(&file, "idle");
    Ok(())
}

/// Six at once, the least urgent first.
#[flock]
pub(crate) async fn hurries(ctx: FlockContext, file: String) -> Result<()> {
    let file = || file.clone();
    let (a, b, c, d, e, f) = flock::join!(
        ctx.run::<idle>(file()),
        ctx.run::<idle>(file()),
        ctx.run::<ordinary>(file()),
        ctx.run::<ordinary>(file()),
        ctx.run::<urgent>(file()),
        ctx.run::<urgent>(file()),
    );
    a.and(b).and(c).and(d).and(e).and(f)
}

/// Leaves a line each time its body is run from the start.
#[flock]
pub(crate) async fn retold(ctx: FlockContext, file: String) -> Result<u64> {
    trace(&file, "from the start");
    let two = ctx.run::<double>(1).await?;
    ctx.run::<double>(two).await
}
