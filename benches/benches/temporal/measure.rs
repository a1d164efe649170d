//! One contender, measured once: its server and its worker are started, loaded, paced and ended.

use std::time::{Duration, Instant};

use flock_benches::{median, process::Process};
use futures::{StreamExt, TryStreamExt, stream};

use crate::{Result, contender::Contender, report::Row, server::Server, starter::Starter, worker};

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
pub(crate) async fn measure(contender: Contender, plan: Plan) -> Result<Row> {
    let server = Server::start().await?;
    let starter = Starter::connect(&server.address).await?;
    let began = Instant::now();
    let mut worker = worker::start(contender, &server.address)?;
    let measurement = Measurement {
        contender,
        starter: &starter,
        server: server.process,
        worker: worker.process,
    };
    let row = tokio::select! {
        row = measurement.take(began, plan) => row?,
        ended = worker.ended() => match ended? {},
    };
    worker.stop().await?;
    server.stop().await?;
    Ok(row)
}

struct Measurement<'a> {
    contender: Contender,
    starter: &'a Starter,
    server: Process,
    worker: Process,
}

impl Measurement<'_> {
    async fn take(&self, began: Instant, plan: Plan) -> Result<Row> {
        self.run("first", 0).await?;
        let first = began.elapsed();
        self.load("warm", IN_FLIGHT).await?;

        let (worker_cpu, server_cpu) = (self.worker.cpu()?, self.server.cpu()?);
        let began = Instant::now();
        self.load("loaded", plan.loaded).await?;
        let took = began.elapsed();
        let worker_cpu = self.worker.cpu()? - worker_cpu;
        let server_cpu = self.server.cpu()? - server_cpu;

        let mut waits = Vec::with_capacity(plan.paced);
        let mut pace = tokio::time::interval(PACE);
        for run in 0..plan.paced {
            pace.tick().await;
            let began = Instant::now();
            self.run("paced", run).await?;
            waits.push(millis(began.elapsed()));
        }

        let history = self.starter.history(&self.id("paced", 0)).await?;
        let runs = plan.loaded as f64;
        Ok(Row([
            millis(worker_cpu) / runs,
            millis(server_cpu) / runs,
            runs / took.as_secs_f64(),
            median(waits),
            self.worker.peak_memory()?,
            millis(first),
            history.events,
            history.bytes,
        ]))
    }

    async fn load(&self, part: &str, runs: usize) -> Result<()> {
        stream::iter(0..runs)
            .map(|run| self.run(part, run))
            .buffer_unordered(IN_FLIGHT)
            .try_collect()
            .await
    }

    async fn run(&self, part: &str, run: usize) -> Result<()> {
        self.starter.run(self.contender, &self.id(part, run)).await
    }

    fn id(&self, part: &str, run: usize) -> String {
        format!("{}-{part}-{run}", self.contender.queue())
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
