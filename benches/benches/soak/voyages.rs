//! What is run: a flock that does a little of everything, and enters each effect in a ledger.

use std::{fs::OpenOptions, io::Write, time::Duration};

use flock::prelude::*;

/// Effects of one run, which are numbered from 1.
pub(crate) const EFFECTS: u64 = 7;

/// Enters an effect: one `write` call, so that lines of two processes do not mix. As with any service that takes an
/// idempotency key, what comes twice under one key is one effect; the count at the end looks at that.
fn enter(ctx: &AgentContext, ledger: &str, run: u64, number: u64) -> Result<()> {
    let (key, process) = (ctx.idempotency_key(), std::process::id());
    let mut file = OpenOptions::new().create(true).append(true).open(ledger)?;
    file.write_all(format!("{run} {number} {key} {process}\n").as_bytes())?;
    Ok(())
}

/// An effect, and some work before and after it.
#[agent(output = "number: u64")]
pub(crate) async fn pays(
    ctx: AgentContext,
    ledger: String,
    run: u64,
    number: u64,
    millis: u64,
) -> Result<u64> {
    tokio::time::sleep(Duration::from_millis(millis / 2)).await;
    enter(&ctx, &ledger, run, number)?;
    tokio::time::sleep(Duration::from_millis(millis / 2)).await;
    Ok(number)
}

/// The same in its flock's own worker.
#[agent(output = "number: u64", local)]
pub(crate) async fn notes(ctx: AgentContext, ledger: String, run: u64, number: u64) -> Result<u64> {
    enter(&ctx, &ledger, run, number)?;
    Ok(number)
}

/// Fails at its first attempt.
#[agent(output = "number: u64", retry(initial = "100ms"))]
pub(crate) async fn stumbles(
    ctx: AgentContext,
    ledger: String,
    run: u64,
    number: u64,
) -> Result<u64> {
    if ctx.attempt() == 1 {
        return Err(Error::transient("not yet"));
    }
    enter(&ctx, &ledger, run, number)?;
    Ok(number)
}

/// A child.
#[flock(task_queue = "soak")]
pub(crate) async fn excursion(ctx: FlockContext, ledger: String, run: u64) -> Result<u64> {
    let millis = ctx.random(300);
    Ok(ctx.run::<pays>((ledger, run, 6, millis)).await?.number)
}

/// The ship may sail.
#[signal]
pub(crate) struct Sail {
    pub(crate) wind: u64,
}

/// Steps one after the other and side by side, a timer, a child, a signal, and another run that goes on.
#[flock(task_queue = "soak")]
pub(crate) async fn voyage(ctx: FlockContext, ledger: String, run: u64, sum: u64) -> Result<u64> {
    let mut sum = sum;
    if sum == 0 {
        sum += ctx.run::<notes>((ledger.clone(), run, 1)).await?.number;
        let sides = (2..5).map(|number| {
            let millis = ctx.random(1_000);
            ctx.run::<pays>((ledger.clone(), run, number, millis))
        });
        for side in flock::join_all(sides).await {
            sum += side?.number;
        }
        // The rest is done by another run of it.
        return Err(ctx.continue_as_new::<voyage>((ledger, run, sum)));
    }
    sum += ctx.run::<stumbles>((ledger.clone(), run, 5)).await?.number;
    sum += ctx.child::<excursion>((ledger.clone(), run)).await?;
    ctx.sleep(Duration::from_millis(500)).await?;
    sum += ctx.signal::<Sail>().await?.wind;
    sum += ctx.run::<notes>((ledger, run, EFFECTS)).await?.number;
    Ok(sum)
}

/// The wind of every voyage.
pub(crate) const WIND: u64 = 100;

/// What every voyage gives.
pub(crate) const SUM: u64 = EFFECTS * (EFFECTS + 1) / 2 + WIND;
