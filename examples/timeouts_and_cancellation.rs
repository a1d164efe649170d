//! What takes too long is given up, what fails half way goes on from there, and what is told to stop
//! cleans up first.
//!
//! ```text
//! cargo run --example timeouts_and_cancellation
//! cargo run --example timeouts_and_cancellation -- run export --input hold=1h    # and press Ctrl-C
//! ```
//!
//! On Temporal: `… -- dev`, then `… -- run export --engine temporal --id x --input hold=1h`, and from
//! another terminal `… -- cancel x`, or kill the worker while it copies and start it again.

use std::time::Duration;

use flock::prelude::*;

/// `timeout` is the limit of one attempt, so that a call that hangs costs half a second and not the
/// run: the attempt is given up, and the next one begins.
#[agent(
    output = "rows: u32",
    timeout = "500ms",
    retries = 3,
    retry(initial = "50ms")
)]
async fn count_rows(ctx: AgentContext, table: String) -> Result<u32> {
    if ctx.attempt() == 1 {
        // The database does not answer; no attempt waits for it longer than it may.
        std::future::pending::<()>().await;
    }
    Ok(10 * u32::try_from(table.len()).unwrap_or(1))
}

/// Long work. Heartbeats go out by themselves while it runs: a worker that dies is noticed within two
/// seconds, and not after the two hours of the attempt.
#[agent(
    output = "copied: Vec<String>",
    heartbeat = "2s",
    timeout = "2h",
    retries = 3,
    retry(initial = "50ms")
)]
async fn copy_rows(ctx: AgentContext, rows: u32) -> Result<Vec<String>> {
    // What an earlier attempt kept; nothing at the first.
    let mut copied: Vec<String> = ctx.resume()?.unwrap_or_default();
    let begun = copied.len();
    for from in (0..rows).step_by(10).skip(begun) {
        if ctx.attempt() == 1 && from >= rows / 2 {
            return Err(Error::transient("the connection is lost"));
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
        copied.push(format!("{from:>3}.. by attempt {}", ctx.attempt()));
        // Kept with the heartbeat: should this attempt end here, the next one goes on from here.
        ctx.checkpoint(&copied).await?;
    }
    Ok(copied)
}

/// An agent that may be told to stop, listens.
#[agent(heartbeat = "1s", timeout = "1m")]
async fn optimise(ctx: AgentContext) -> Result<()> {
    tokio::select! {
        () = tokio::time::sleep(Duration::from_secs(30)) => Ok(()),
        () = ctx.cancelled() => Err(Error::cancelled("told to stop")),
    }
}

#[agent]
async fn take_lock(table: String) -> Result<()> {
    drop(table);
    Ok(())
}

#[agent]
async fn release_lock(table: String) -> Result<()> {
    drop(table);
    Ok(())
}

/// Exports a table, and keeps its lock for `hold`.
#[flock(timeout = "1d")]
async fn export(ctx: FlockContext, table: Option<String>, hold: Option<String>) -> Result<String> {
    let table = table.unwrap_or_else(|| "orders".to_owned());
    let hold = hold.unwrap_or_else(|| "500ms".to_owned());
    ctx.run::<take_lock>(table.clone()).await?;
    let exported = locked(&ctx, &table, &hold).await;

    // Whatever became of it: the lock is released. Once the run is cancelled, calls and timers of
    // `ctx` end at once with `Cancelled`; those of a shielded context are made all the same.
    ctx.shielded().run::<release_lock>(table).await?;

    // A flock that gives back the `Cancelled` it was given ends as cancelled, not as completed.
    exported
}

async fn locked(ctx: &FlockContext, table: &str, hold: &str) -> Result<String> {
    let rows = ctx.run::<count_rows>(table).await?.rows;
    let copied = ctx.run::<copy_rows>(rows).await?.copied;

    // Nice to have, but not for longer than this. Then it is dropped, and what is dropped is
    // cancelled: the agent hears of it.
    let optimised = match ctx.within("600ms", ctx.run::<optimise>(())).await {
        Ok(()) => "optimised".to_owned(),
        Err(error) => format!("not optimised: {}", error.message()),
    };

    ctx.sleep(hold).await?;
    Ok(format!(
        "{rows} rows of {table}\n  {}\n{optimised}",
        copied.join("\n  ")
    ))
}

flock::main!();
