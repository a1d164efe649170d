//! One contender, measured once: its worker is started, asked one run after the other, then eight at a time.

use std::{path::Path, time::Instant};

use futures::{StreamExt, TryStreamExt, stream};

use crate::{
    Result, conversation::TURNS, report::Measured, starter::Starter, vendor::Vendor, worker,
};

/// How much is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Times each contender is measured.
    pub(crate) rounds: usize,
    /// Runs one after the other, a measurement.
    pub(crate) alone: usize,
    /// Runs of which eight are under way, a measurement.
    pub(crate) at_once: usize,
}

const AT_ONCE: usize = 8;

pub(crate) struct Place<'a> {
    pub(crate) address: &'a str,
    pub(crate) python: &'a Path,
    pub(crate) vendor: &'a Vendor,
    pub(crate) starter: &'a Starter,
}

impl Place<'_> {
    pub(crate) async fn measure(
        &self,
        measured: &mut Measured,
        round: usize,
        plan: Plan,
    ) -> Result<()> {
        let contender = measured.contender;
        let vendor = self.vendor.url(contender.queue());
        let mut worker = worker::start(contender, self.address, self.python, &vendor)?;
        let process = worker.process;
        let id = |part: &str, run: usize| format!("{}-{round}-{part}-{run}", contender.queue());
        let turn = async |id: String| {
            let began = Instant::now();
            self.starter.run(contender, &id).await?;
            Ok::<_, crate::Error>(millis(began) / TURNS as f64)
        };
        let runs = |part: &'static str, runs: usize, at_once: usize| {
            let runs = stream::iter(0..runs).map(move |run| turn(id(part, run)));
            runs.buffer_unordered(at_once).try_collect::<Vec<f64>>()
        };
        let take = async {
            // The first of them waits for the worker to start.
            runs("warm", AT_ONCE, AT_ONCE).await?;
            measured.alone.extend(runs("alone", plan.alone, 1).await?);
            let (cpu, began) = (process.cpu()?, Instant::now());
            measured
                .at_once
                .extend(runs("at-once", plan.at_once, AT_ONCE).await?);
            let turns = (plan.at_once * TURNS) as f64;
            let spent = process.cpu()? - cpu;
            measured
                .turns_a_second
                .push(turns / began.elapsed().as_secs_f64());
            measured.cpu.push(spent.as_secs_f64() * 1e3 / turns);
            let history = self.starter.history(&id("alone", 0)).await?;
            measured.events = history.events / TURNS as f64;
            measured.bytes = history.bytes / TURNS as f64;
            measured.asked = self.vendor.asked(contender.queue());
            match measured.asked.len() == TURNS {
                true => Ok(()),
                false => Err(format!(
                    "{} asked for {} turns",
                    contender.title(),
                    measured.asked.len()
                )
                .into()),
            }
        };
        let taken: Result<()> = tokio::select! {
            taken = take => taken,
            ended = worker.ended() => match ended? {},
        };
        taken?;
        worker.stop().await
    }
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
