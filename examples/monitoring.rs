//! A service is watched for thirty days, hour by hour: 720 rounds in one execution whose history stays
//! short, since the run goes on as a new one whenever it has grown long. When the service has not
//! answered for three rounds in a row, whoever is on call is paged, once an outage.
//!
//! ```text
//! cargo run --example monitoring
//! cargo run --example monitoring -- run watch -i service=dark.example -i rounds=4   # never answers
//! cargo run --example monitoring -- run watch --input every=1h --engine temporal
//! ```
//!
//! An hour takes a millisecond here, so that the example ends while you look; `every` says otherwise.
//! (A Temporal server makes a second of the shortest timer: `--input rounds=30` shows enough there.)

use std::ops::ControlFlow;

use flock::prelude::*;

/// So many rounds in a row without an answer are an outage.
const OUTAGE: u32 = 3;

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
    /// Who was told of outages: one text a page.
    pages: Vec<String>,
}

/// Looks whether the service is up. Most have a bad day now and then; `dark.example` never answers.
#[agent(output = "up: bool | Whether it answers", timeout = "30s", local)]
async fn probe(service: String, round: u32) -> Result<bool> {
    let seed = u32::try_from(service.len()).unwrap_or(0);
    Ok(service != "dark.example" && (round + seed) % 97 > 3)
}

/// Tells whoever is on call. A real one would call a pager's API, with `number` in the key of the
/// alert: an attempt that is made again then wakes nobody twice.
#[agent(output = "said: String | What the pager said", retries = 10)]
async fn page(service: String, since: u32, number: usize) -> Result<String> {
    Ok(format!(
        "{service} has not answered since round {since} (page {number})"
    ))
}

/// Watches a service, and reports on it at the end.
#[flock(task_queue = "monitoring")]
async fn watch(
    ctx: FlockContext,
    /// What to watch
    service: Option<String>,
    /// The time between two rounds: 1ms when left out
    every: Option<String>,
    /// How many rounds: 720 when left out
    rounds: Option<u32>,
    /// What an earlier run has seen
    seen: Option<Seen>,
) -> Result<String> {
    ctx.rounds::<watch>((service, every, rounds, seen), async |now| {
        let service = now.service.as_deref().unwrap_or("lighthouse.example");
        let seen = now.seen.get_or_insert_default();
        if seen.rounds == now.rounds.unwrap_or(720) {
            return Ok(ControlFlow::Break(report(service, seen)));
        }
        let probe = ctx.run::<probe>((service.to_owned(), seen.rounds)).await?;
        seen.rounds += 1;
        if probe.up {
            seen.row = 0;
        } else {
            seen.down += 1;
            seen.row += 1;
            seen.longest = seen.longest.max(seen.row);
        }
        if seen.row == OUTAGE {
            let (since, number) = (seen.rounds - seen.row + 1, seen.pages.len() + 1);
            let page = ctx.run::<page>((service.to_owned(), since, number)).await?;
            // Seen by `status` from now on, and by those who wait for the run.
            ctx.set_status(&page.said)?;
            seen.pages.push(page.said);
        }
        ctx.sleep(now.every.as_deref().unwrap_or("1ms")).await?;
        Ok(ControlFlow::Continue(()))
    })
    .await
}

fn report(service: &str, seen: &Seen) -> String {
    let up = f64::from(seen.rounds - seen.down) / f64::from(seen.rounds.max(1)) * 100.0;
    let mut report = format!(
        "{service}: {} rounds, up {up:.1} % of them, the longest outage {} rounds",
        seen.rounds, seen.longest
    );
    for page in &seen.pages {
        report += &format!("\npaged: {page}");
    }
    report
}

flock::main!();
