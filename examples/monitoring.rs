//! A service is watched for thirty days, hour by hour: 720 rounds in one execution whose history stays
//! short, since the run goes on as a new one whenever it has grown long.
//!
//! ```text
//! cargo run --example monitoring
//! cargo run --example monitoring -- run watch --input every=1h --engine temporal
//! ```
//!
//! An hour takes a millisecond here, so that the example ends while you look; `every` says otherwise.

use std::ops::ControlFlow;

use flock::prelude::*;

/// What has been seen of a service so far.
#[flock_type]
#[derive(Debug, Clone, Default)]
struct Seen {
    /// Rounds that are done.
    rounds: u32,
    /// Rounds in which it was down.
    down: u32,
    /// The longest row of those.
    longest: u32,
    /// The row that is going on.
    row: u32,
}

/// Looks whether the service is up. This one has a bad day now and then.
#[agent(output = "up: bool | Whether it answers", timeout = "30s", local)]
async fn probe(service: String, round: u32) -> Result<bool> {
    let seed = u32::try_from(service.len()).unwrap_or(0);
    Ok((round + seed) % 97 > 3)
}

/// Watches a service, and reports on it at the end.
#[flock(
    task_queue = "monitoring",
    input(
        /** What to watch */
        service: String = "lighthouse.example",
        /** The time between two rounds */
        every: String = "1ms",
        /** How many rounds */
        rounds: u32 = 720,
        /** What an earlier run has seen */
        seen: Seen = Seen::default(),
    ),
)]
async fn watch(
    ctx: FlockContext,
    service: String,
    every: String,
    rounds: u32,
    seen: Seen,
) -> Result<String> {
    ctx.rounds::<watch>((service, every, rounds, seen), async |now| {
        if now.seen.rounds == now.rounds {
            return Ok(ControlFlow::Break(report(&now.service, &now.seen)));
        }
        let probe = ctx
            .run::<probe>((now.service.clone(), now.seen.rounds))
            .await?;
        now.seen.rounds += 1;
        if probe.up {
            now.seen.row = 0;
        } else {
            now.seen.down += 1;
            now.seen.row += 1;
            now.seen.longest = now.seen.longest.max(now.seen.row);
        }
        ctx.sleep(now.every.as_str()).await?;
        Ok(ControlFlow::Continue(()))
    })
    .await
}

fn report(service: &str, seen: &Seen) -> String {
    let up = f64::from(seen.rounds - seen.down) / f64::from(seen.rounds.max(1)) * 100.0;
    format!(
        "{service}: {} rounds, up {up:.1} % of them, the longest outage {} rounds",
        seen.rounds, seen.longest
    )
}

flock::main!();
