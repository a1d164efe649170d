//! One contender, measured once: its worker is started, loaded, paced and ended.

use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};

use crate::{
    Result,
    contender::Contender,
    report::{Row, median},
    server::Server,
    starter::Starter,
    worker::WorkerProcess,
};

/// How much is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Times each contender is measured.
    pub(crate) rounds: usize,
    /// Runs under load, a measurement.
    pub(crate) loaded: usize,
    /// Runs one at a time, a measurement.
    pub(crate) paced: usize,
}

/// Runs going on at once under load.
const IN_FLIGHT: usize = 50;

/// Between the starts of paced runs. Closer together, the server's own limit of 20 polls a second
/// is what would be measured.
const PACE: Duration = Duration::from_millis(500);

/// Measures `contender` once.
pub(crate) async fn measure(
    contender: Contender,
    round: usize,
    plan: Plan,
    server: &Server,
    starter: &Starter,
) -> Result<Row> {
    let id = |part: &str, run| format!("{}-{round}-{part}-{run}", contender.queue());

    let began = Instant::now();
    let worker = WorkerProcess::start(contender, &server.address)?;
    starter.run(contender, &id("first", 0)).await?;
    let first = began.elapsed();
    load(contender, IN_FLIGHT, starter, |run| id("warm", run)).await?;

    let (worker_cpu, server_cpu) = (worker.process.cpu()?, server.process.cpu()?);
    let began = Instant::now();
    load(contender, plan.loaded, starter, |run| id("loaded", run)).await?;
    let took = began.elapsed();
    let worker_cpu = worker.process.cpu()? - worker_cpu;
    let server_cpu = server.process.cpu()? - server_cpu;

    let mut waits = Vec::with_capacity(plan.paced);
    let mut pace = tokio::time::interval(PACE);
    for run in 0..plan.paced {
        pace.tick().await;
        let began = Instant::now();
        starter.run(contender, &id("paced", run)).await?;
        waits.push(millis(began.elapsed()));
    }

    let history = starter.history(&id("paced", 0)).await?;
    let peak_memory = worker.process.peak_memory()?;
    worker.stop().await?;
    let runs = plan.loaded as f64;
    Ok(Row([
        millis(worker_cpu) / runs,
        millis(server_cpu) / runs,
        runs / took.as_secs_f64(),
        median(waits),
        peak_memory,
        millis(first),
        history.events,
        history.bytes,
    ]))
}

async fn load(
    contender: Contender,
    runs: usize,
    starter: &Starter,
    id: impl Fn(usize) -> String,
) -> Result<()> {
    stream::iter(0..runs)
        .map(|run| {
            let id = id(run);
            async move { starter.run(contender, &id).await }
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
