//! What is run: steps that leave a trace when they begin and when they end.

use std::{fs::OpenOptions, io::Write, time::Duration};

use flock::prelude::*;

use crate::now;

/// Steps of a run.
pub(crate) const STEPS: u64 = 10;

/// Appends a line. One `write` call, so that lines of two processes do not mix.
fn trace(file: &str, line: &str) -> Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    Ok(())
}

/// Works for a moment. With what is built in, but that it may not fail once: a lost worker is no failure.
#[agent(output = "done: u64", retries = 0)]
pub(crate) async fn step(
    ctx: AgentContext,
    file: String,
    run: u64,
    number: u64,
    millis: u64,
) -> Result<u64> {
    let (attempt, lost, process) = (ctx.attempt(), ctx.lost_workers(), std::process::id());
    let at = |what| {
        let line = format!("{what} {run} {number} {process} {attempt} {lost} {}", now());
        trace(&file, &line)
    };
    at("begin")?;
    tokio::time::sleep(Duration::from_millis(millis)).await;
    at("end")?;
    Ok(number)
}

/// One step after the other.
#[flock(task_queue = "drill")]
pub(crate) async fn walk(ctx: FlockContext, file: String, run: u64) -> Result<u64> {
    for number in 0..STEPS {
        let millis = 50 + ctx.random(500);
        ctx.run::<step>((file.clone(), run, number, millis)).await?;
    }
    Ok(STEPS)
}
